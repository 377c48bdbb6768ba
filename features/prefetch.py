"""Work done ahead by threads, handed over in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], ahead: int
) -> Iterator[tuple[Item, Result]]:
    """Yield every item with its result, in the order of the items, while workers are busy with those that follow.

    Parameters
    ----------
    pool : Executor
        The caller's, who shuts it down.
    work : callable
        Of one item.
    items : iterable
        Taken as they are needed.
    ahead : int
        Items at most that are being worked on or wait for the caller, at least 1.

    Yields
    ------
    item, result

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:
    ...     list(in_order(pool, len, ["a", "bcd", "ef"], 2))
    [('a', 1), ('bcd', 3), ('ef', 2)]
    """
    waiting = iter(items)
    running = deque((item, pool.submit(work, item)) for item in islice(waiting, ahead))
    while running:
        item, future = running.popleft()
        running.extend((following, pool.submit(work, following)) for following in islice(waiting, 1))
        yield item, future.result()
