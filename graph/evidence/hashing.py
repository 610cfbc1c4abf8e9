"""SHA-256 of many texts: at once, or by a process beside this one while it goes on."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.evidence import hashing_child
from graph.evidence.spill import Rows
from graph.own_process import command_of

Bytes = npt.NDArray[np.uint8]
Digests: TypeAlias = Callable[[pa.Array], Rows]
"""The digests of texts (strings or bytes, none of them null), one a row."""
DIGEST = 32


def digests_here(texts: pa.Array) -> Bytes:
    """The digests of texts, by this thread."""
    sha256 = hashlib.sha256
    digests = b"".join([sha256(text).digest() for text in texts.cast(pa.binary()).to_pylist()])
    return np.frombuffer(digests, np.uint8).reshape(-1, DIGEST)


class Awaited:
    """Digests that are being made; whoever asks for some waits for them."""

    def __init__(self, count: int, made: Future[Bytes]) -> None:
        self._count, self._made = count, made

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: slice) -> Bytes:
        return self._made.result()[rows]


class DigestsBeside:
    """Has texts hashed by a process of its own, in the order of the calls; a context manager that ends it.

    Hashes of short texts are made under Python's lock, so that threads cannot share them.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            command_of(hashing_child.__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="hashing")

    def __call__(self, texts: pa.Array) -> Awaited:
        """The digests of texts; given at once, made later."""
        return Awaited(len(texts), self._asking.submit(self._asked, texts))

    def _asked(self, texts: pa.Array) -> Bytes:
        _, offsets, data = texts.buffers()
        edges = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        said = memoryview(data)[edges[0] : edges[-1]] if data else b""
        to, back = self._process.stdin, self._process.stdout
        try:
            if to and back:
                to.writelines([len(texts).to_bytes(8, "little"), (edges - edges[0]).tobytes(), said])
                to.flush()
                answer = back.read(DIGEST * len(texts))
                if len(answer) == DIGEST * len(texts):
                    return np.frombuffer(answer, np.uint8).reshape(-1, DIGEST)
        except OSError:
            # Whoever ended that process: the digests are the same here.
            pass
        return digests_here(texts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # What was still to be written has nobody to read it.
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
