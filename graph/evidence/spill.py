"""What waits for the end of a large load in a file, where it takes no memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# Less than this is not worth a file.
_LEAST = 1 << 16


@dataclass(frozen=True)
class Spilled:
    """Rows in a file; a slice of them is read when it is asked for."""

    descriptor: int
    begin: int
    shape: tuple[int, ...]
    type: np.dtype[Any]

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> npt.NDArray[Any]:
        first, end, _ = rows.indices(len(self))
        count = max(end - first, 0)
        made = np.empty((count, *self.shape[1:]), self.type)
        width = self.type.itemsize * int(np.prod(self.shape[1:]))
        into, at = made.reshape(-1).view(np.uint8).data, self.begin + first * width
        while len(into):
            read = os.preadv(self.descriptor, [into], at)
            if not read:
                raise OSError(f"A temporary file ends at {at} bytes.")
            into, at = into[read:], at + read
        return made


class Rows(Protocol):
    """Rows of numbers: in memory, in a file, or still to come."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice, /) -> npt.NDArray[Any]: ...


Texts: TypeAlias = Callable[[], pa.Array]


class Spill:
    """A file without a name, which is gone with its process."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._size = 0

    def rows(self, rows: npt.NDArray[Any]) -> Rows:
        """The same rows, in the file where they are many."""
        if rows.nbytes < _LEAST:
            return rows
        whole = np.ascontiguousarray(rows)
        left, begin = whole.reshape(-1).view(np.uint8).data, self._size
        while len(left):
            left = left[self._file.write(left) :]
        self._size += whole.nbytes
        return Spilled(self._file.fileno(), begin, whole.shape, whole.dtype)

    def texts(self, texts: pa.Array) -> Texts:
        """A column (string) without nulls, read when it is asked for."""
        if texts.nbytes < _LEAST or texts.null_count:
            return lambda: texts
        _, offsets, data = texts.buffers()
        ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        said = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
        count, held = len(texts), (self.rows(ends - ends[0]), self.rows(said))
        return lambda: pa.StringArray.from_buffers(count, *(pa.py_buffer(of[:]) for of in held))

    def close(self) -> None:
        """Gives the file up."""
        self._file.close()
