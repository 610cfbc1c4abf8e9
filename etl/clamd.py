"""The virus scanner clamd, over its socket: whether it answers, and what it says of a file (clamd(8), INSTREAM)."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 16
_MOST_SAID = 4096
_PORT = 3310


@dataclass(frozen=True)
class Scan:
    """What was found in a file; `not_scanned` says why nothing can be said."""

    malware: str | None = None
    not_scanned: str | None = None


def silence(address: str, seconds: float) -> str | None:
    """Why clamd does not answer; None where it does."""
    try:
        with _connected(address, seconds) as connection:
            connection.sendall(b"zPING\0")
            said = _answer(connection)
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__
    return None if said == "PONG" else f"it says '{said}'"


def scan(address: str, path: Path, seconds: float) -> Scan:
    """Sends a file to clamd, which is told no path and opens none."""
    try:
        with _connected(address, seconds) as connection, path.open("rb") as stream:
            connection.sendall(b"zINSTREAM\0")
            while piece := stream.read(_PIECE):
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
            said = _answer(connection)
    except (OSError, ValueError) as error:
        return Scan(not_scanned=str(error) or type(error).__name__)
    result = said.removeprefix("stream: ")
    if result == "OK":
        return Scan()
    if result.endswith(" FOUND"):
        return Scan(malware=result.removesuffix(" FOUND"))
    return Scan(not_scanned=f"clamd says '{said}'")


def _connected(address: str, seconds: float) -> socket.socket:
    """A connection to the socket file, or to `host:port`."""
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host or address, int(port) if host else _PORT), timeout=seconds)


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _MOST_SAID and (piece := connection.recv(_PIECE)):
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
