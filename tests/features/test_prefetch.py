import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from genrelab.features.prefetch import in_order


def test_the_order_is_that_of_the_items_however_long_each_takes():
    with ThreadPoolExecutor(4) as pool:
        pairs = list(in_order(pool, lambda seconds: time.sleep(seconds) or -seconds, [0.05, 0.0, 0.02, 0.0], 4))
    assert pairs == [(0.05, -0.05), (0.0, 0.0), (0.02, -0.02), (0.0, 0.0)]


def test_items_are_taken_only_as_far_ahead_as_allowed():
    taken = []

    def items():
        for number in range(20):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as pool:
        pairs = in_order(pool, str, items(), 3)
        assert next(pairs) == (0, "0")
        assert len(taken) <= 4
        assert [result for _, result in pairs] == [str(number) for number in range(1, 20)]


def test_work_is_done_while_the_caller_is_busy():
    started = threading.Event()

    def work(number: int) -> int:
        if number == 1:
            started.set()
        return number

    with ThreadPoolExecutor(1) as pool:
        pairs = in_order(pool, work, [0, 1, 2], 2)
        assert next(pairs) == (0, 0)
        assert started.wait(5)
        assert list(pairs) == [(1, 1), (2, 2)]


def test_a_fault_arrives_at_its_item():
    with ThreadPoolExecutor(2) as pool:
        pairs = in_order(pool, lambda number: 1 // number, [1, 0], 2)
        assert next(pairs) == (1, 1)
        with pytest.raises(ZeroDivisionError):
            next(pairs)


def test_nothing_to_do():
    with ThreadPoolExecutor(1) as pool:
        assert list(in_order(pool, str, [], 1)) == []
