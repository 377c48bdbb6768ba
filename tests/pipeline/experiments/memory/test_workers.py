"""What the machine has, and sizes as users write them."""

from pathlib import Path

import pytest

from genrelab.pipeline.experiments.memory.workers import available_memory, budget_of, parse_size, resident_memory

GIB = 2**30


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GB", 8 * 10**9),
        ("500 MiB", 500 * 2**20),
        ("1.5g", 1.5 * 10**9),
        ("123", 123),
        ("2tib", 2**41),
        ("7 kB", 7000),
    ],
)
def test_sizes_are_read_with_their_unit(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0", "8 GBit", "80%", "1.2.3GB", "8iB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match=f"expected a size such as 8GB or 500MiB, found '{text}'"):
        parse_size(text)


def machine(root: Path, available: int, groups: str = "", **files: str) -> Path:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {available // 1024} kB\n")
    (root / "proc/self/cgroup").write_text(groups)
    for name, content in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def test_the_kernel_says_what_is_available(tmp_path):
    assert available_memory(machine(tmp_path, 5 * GIB)) == 5 * GIB


def test_a_control_group_of_version_2_can_leave_less(tmp_path):
    root = machine(
        tmp_path,
        50 * GIB,
        "0::/job/step\n",
        job__memory_dot_max=str(8 * GIB),
        job__memory_dot_current=str(6 * GIB),
        job__memory_dot_stat=f"anon 5\ninactive_file {GIB}\n",
        job__step__memory_dot_max="max\n",
        job__step__memory_dot_current=str(GIB),
        job__step__memory_dot_stat="inactive_file 0\n",
    )
    assert available_memory(root) == 3 * GIB  # 8 less 6, of which 1 is cache that can go


def test_a_control_group_of_version_1_and_a_path_that_only_the_host_sees(tmp_path):
    root = machine(
        tmp_path,
        50 * GIB,
        "5:cpu:/x\n4:memory:/docker/abc\n0::/\n",
        memory__memory_dot_limit_in_bytes=str(4 * GIB),
        memory__memory_dot_usage_in_bytes=str(GIB),
        memory__memory_dot_stat="total_inactive_file 0\n",
    )
    assert available_memory(root) == 3 * GIB


def test_without_proc_there_is_still_an_answer(tmp_path):
    assert available_memory(tmp_path) > 0


def test_a_budget_counts_what_this_process_holds_already():
    held = resident_memory()
    assert held > 50 * 2**20
    assert 0 < budget_of(4 * held) < 3.5 * held
    assert budget_of(held / 2) == 0
