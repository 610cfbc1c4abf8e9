"""Handing a checkpoint out of the house: to a folder, to a command, or to an RFC 3161 time-stamp service.

A holder of the signing key, or a roll-back of everything, is found out only by a checkpoint that is kept where they
do not reach. What a witness answers is kept beside, in a folder of the caller's, under the size of the checkpoint.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from graph.errors import WitnessFailed
from graph.ledger import files
from graph.ledger.log import Head

_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_GRANTED = (0, 1)
_MOST_BYTES = 1 << 20
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class TimeStamp:
    """What a time-stamp service vouches for: the instant (UTC), its serial number, and whether a CA vouches for it.

    `trusted` is False where no root certificate was given: then the signature was not checked at all.
    """

    at: datetime
    serial: int
    trusted: bool


def to_folder(head: Head, folder: Path) -> Path:
    """Writes the checkpoint into a folder, as `<origin>-<size>.checkpoint`, and gives the file.

    Raises WitnessFailed where the folder has another checkpoint of that size: one of the two histories is forged.
    """
    name = f"{_NOT_IN_NAMES.sub('_', head.checkpoint.origin)}-{head.checkpoint.size}.checkpoint"
    path = folder / name
    if path.exists():
        held = path.read_text("utf-8")
        # Signatures may have been added there.
        if held.partition("\n\n")[0] != head.note.partition("\n\n")[0]:
            raise WitnessFailed(
                f"{path} holds another checkpoint of {head.checkpoint.size} entries than the ledger.",
                "Keep both, and find out which of them is right: the ledger was altered or rolled back.",
            )
        return path
    _kept(path, head.note.encode())
    return path


def to_command(head: Head, command: Sequence[str], kept: Path, *, seconds: float = 60) -> Path:
    """Gives the checkpoint to a command on its standard input; keeps what it prints as `<size>.answer`.

    Raises WitnessFailed where the command cannot be run, fails, or takes longer than `seconds`.
    """
    try:
        ran = subprocess.run(
            list(command), input=head.note.encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WitnessFailed(f"{command[0]} has not ended within {seconds:g} seconds.", "Try it by hand.") from error
    except OSError as error:
        raise WitnessFailed(f"{command[0]} cannot be run: {error.strerror}.", "Check the command.") from error
    if ran.returncode != 0:
        said = ran.stderr.decode(errors="replace").strip()[-300:]
        raise WitnessFailed(f"{command[0]} ended with {ran.returncode}: {said}", "Try it by hand.")
    path = kept / f"{head.checkpoint.size}.answer"
    _kept(path, ran.stdout)
    return path


def to_time_stamp_service(
    head: Head,
    url: str,
    kept: Path,
    *,
    roots: Sequence[x509.Certificate] = (),
    intermediates: Sequence[x509.Certificate] = (),
    seconds: float = 30,
) -> TimeStamp:
    """Has the checkpoint (its signed note) stamped; keeps the answer as `<size>.tsr` once it was checked.

    Checked are the message imprint, the nonce and, where `roots` are given, the signature and certificate chain at
    the stamped instant. Raises WitnessFailed where the service does not answer or its answer does not hold.
    """
    message = head.note.encode()
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        answer = httpx.post(url, content=request.as_bytes(), headers=headers, timeout=seconds)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WitnessFailed(f"The time-stamp service {url} did not answer: {error}", "Try again later.") from error
    stamp = _stamp(answer.content, message, roots, intermediates, request.nonce)
    _kept(kept / f"{head.checkpoint.size}.tsr", answer.content)
    return stamp


def check_time_stamp(
    note: str,
    answer: bytes,
    *,
    roots: Sequence[x509.Certificate] = (),
    intermediates: Sequence[x509.Certificate] = (),
) -> TimeStamp:
    """What a kept answer of a time-stamp service says of a checkpoint. Raises WitnessFailed where it does not."""
    return _stamp(answer, note.encode(), roots, intermediates, None)


def _stamp(
    answer: bytes,
    message: bytes,
    roots: Sequence[x509.Certificate],
    intermediates: Sequence[x509.Certificate],
    nonce: int | None,
) -> TimeStamp:
    response = _decoded(answer)
    if response.status not in _GRANTED:
        said = "; ".join(response.status_string)
        raise WitnessFailed(
            f"The time-stamp service refused with status {response.status}: {said}", "Ask its operator."
        )
    info = response.tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm != _SHA256 or imprint.message != hashlib.sha256(message).digest():
        raise WitnessFailed("The time stamp is not of this checkpoint.", "Have it stamped again.")
    if nonce is not None and info.nonce != nonce:
        raise WitnessFailed("The time stamp answers another request (nonce).", "Have it stamped again.")
    if roots:
        builder = VerifierBuilder(roots=list(roots), intermediates=list(intermediates))
        try:
            builder.build().verify_message(response, message)
        except (VerificationError, ValueError) as error:
            raise WitnessFailed(
                f"The time stamp is not signed by a trusted service: {error}", "Check the CA."
            ) from error
    return TimeStamp(info.gen_time, info.serial_number, bool(roots))


def _decoded(answer: bytes) -> TimeStampResponse:
    if len(answer) > _MOST_BYTES:
        raise WitnessFailed("The answer of the time-stamp service is longer than a megabyte.", "Check its address.")
    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise WitnessFailed(
            f"What was answered is no time stamp: {error}", "Check the address of the service."
        ) from error


def _kept(path: Path, data: bytes) -> None:
    try:
        files.write_durably(path, data)
    except OSError as error:
        raise WitnessFailed(f"{path} cannot be written: {error.strerror}.", "Check the folder.") from error
