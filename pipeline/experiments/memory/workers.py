"""Sizes, and what the machine has: memory available, memory held, disk for mapped files."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from ....models.kernel.storage import DISK_SHARE

SHARE = 0.8
UNKNOWN = 4 * 2**30  # where the system does not tell
UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


def parse_size(text: str, *, least: int = 1, name: str = "memory") -> int:
    """Read a size with its unit.

    Parameters
    ----------
    text : str
        A number and B, kB, MB, GB, TB or KiB, MiB, GiB, TiB, in any case; without the B, too.
    least : int, bytes
        The smallest that makes sense.
    name : str
        Of the option, for the message.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> parse_size("8GB"), parse_size("1.5 gib")
    (8000000000, 1610612736)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?", text.strip().lower())
    if not found or found[2] not in UNITS or float(found[1]) < least:
        raise ValueError(f"{name}: expected a size such as 8GB or 500MiB, found {text!r}")
    return int(float(found[1]) * UNITS[found[2]])


def show_size(size: float) -> str:
    """Write a size for a reader.

    Examples
    --------
    >>> show_size(3 * 2**30), show_size(5 * 2**20)
    ('3.0 GiB', '5 MiB')
    """
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{max(0, size) / 2**20:.0f} MiB"


def available_memory(root: Path = Path("/")) -> int:
    """Bytes that programs can take now without pushing others out.

    The least of what the kernel says is available and what is left under the limits of the control groups that this
    process is in (a container, a batch job). Without `/proc` it is half of the machine's memory, or 4 GiB where even
    that is unknown.

    Parameters
    ----------
    root : Path
        Where `proc` and `sys` are.

    Returns
    -------
    int

    Examples
    --------
    >>> available_memory() > 0
    True
    """
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    except OSError:
        found = []
    if not found:
        known = hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2 if known else UNKNOWN]
    return max(0, min(found + _left_in_groups(root)))


def _left_in_groups(root: Path) -> list[int]:
    """What is left under each limit, in version 2 of control groups and in version 1."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    left = []
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if controllers == "":
            mount, limit, used, idle = root / "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            mount, limit, used = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            idle = "total_inactive_file"
        else:
            continue
        folder = mount / place.strip("/")
        # Inside a container the path may be the host's, while the mount shows the container's own group.
        for group in [folder, *(parent for parent in folder.parents if parent == mount or mount in parent.parents)]:
            try:
                most, now = (group / limit).read_text().strip(), int((group / used).read_text())
                if most.isdigit():
                    facts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
                    left.append(int(most) - now + int(facts.get(idle, 0)))
            except (OSError, ValueError):
                continue
    return left


def resident_memory(root: Path = Path("/")) -> int:
    """Bytes that this process holds now; 0 where the system does not tell.

    Examples
    --------
    >>> resident_memory() >= 0
    True
    """
    try:
        pages = int((root / "proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def budget_of(memory: float | None) -> float:
    """Bytes left now for workers and the table they share.

    Parameters
    ----------
    memory : float, bytes, optional
        For this process and all workers together; by default 80 % of what is available beside this process.

    Returns
    -------
    float
        0 where this process already holds everything.

    Examples
    --------
    >>> budget_of(1.0)
    0.0
    """
    return SHARE * available_memory() if memory is None else max(0.0, memory - resident_memory())


def disk_of(disk: float | None) -> float:
    """Bytes for mapped files in the temporary folder: what the user allows, by default a fifth of what is free.

    Examples
    --------
    >>> disk_of(5)
    5.0
    """
    return float(DISK_SHARE * shutil.disk_usage(tempfile.gettempdir()).free if disk is None else disk)
