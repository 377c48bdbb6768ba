"""Whether an ONNX file is whole by itself: weights kept in other files are covered by no hash, and may lie anywhere.

The file's protobuf is walked from length to length, so no weight is read: a network of a gigabyte takes milliseconds.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

__all__ = ["keeps_weights_elsewhere"]

# The messages on the way to a tensor, by the numbers of their fields in onnx.proto.
_TENSOR = "tensor"
_FIELDS = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: _TENSOR, 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: _TENSOR, 6: "graph", 10: _TENSOR, 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: _TENSOR, 2: _TENSOR},
}
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
_DEEPEST = 100  # messages inside messages, as protobuf's own readers allow


def keeps_weights_elsewhere(path: str | Path) -> bool:
    """Whether any tensor of an ONNX file says that its values lie in another file.

    Parameters
    ----------
    path : path

    Raises
    ------
    ValueError
        When the file is no protobuf, or breaks off.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "one.onnx"
    ...     _ = path.write_bytes(bytes([58, 4, 42, 2, 112, 1]))  # graph { initializer { data_location: EXTERNAL } }
    ...     keeps_weights_elsewhere(path)
    True
    """
    path = Path(path)
    if not path.stat().st_size:
        raise ValueError("it is empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _elsewhere(data, 0, len(data), "model", 0)


def _elsewhere(data: mmap.mmap, start: int, end: int, kind: str, depth: int) -> bool:
    if depth > _DEEPEST:
        raise ValueError("its messages are nested too deep")
    for number, wire, value, length in _fields(data, start, end):
        if kind == _TENSOR:
            if number == _EXTERNAL_DATA or (number == _DATA_LOCATION and (wire or value)):
                return True
        elif number in _FIELDS[kind]:
            if wire != 2:
                raise ValueError("it is no protobuf of a network")
            if _elsewhere(data, value, value + length, _FIELDS[kind][number], depth + 1):
                return True
    return False


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number and wire type of every field, and its value, or the place and length of its bytes."""
    place = start
    while place < end:
        key, place = _varint(data, place, end)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, place = _varint(data, place, end)
            yield number, wire, value, 0
            continue
        if wire == 2:
            length, place = _varint(data, place, end)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("it is no protobuf of a network")
        if number == 0 or place + length > end:
            raise ValueError("it is damaged or breaks off")
        yield number, wire, place, length
        place += length


def _varint(data: mmap.mmap, place: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= end:
            raise ValueError("it is damaged or breaks off")
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("it is no protobuf of a network")
