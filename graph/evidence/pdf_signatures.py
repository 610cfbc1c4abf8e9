"""Signatures in PDF files: what each of them is worth, and signing of what the archive exports (PAdES).

Nothing is fetched from a network. A signature covers the bytes of one revision except its own hole, in which some
bits are free: the digest of the file itself is to be kept beside.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from pydantic import BaseModel
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from graph.errors import UnreadableInput, UsageError
from graph.instants import utc_iso
from graph.settings import Settings

Outcome = Literal["valid", "earlier revision", "untrusted", "broken", "none"]
LARGEST = 512 * 2**20
_MAGIC_WITHIN = 1024
_FIELD = "ArchiveSignature"
# What the reader raises over damaged files. ValueError includes its own errors of validation.
_DAMAGED = (
    PdfError,
    ValidationError,
    PathError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    OSError,
)
# Indications of ETSI EN 319 102-1, section 5.1.3, that are met without a network.
_DISTRUST = {
    "NO_CERTIFICATE_CHAIN_FOUND": "there is no chain of certificates to one.",
    "OUT_OF_BOUNDS_NO_POE": "the certificate has expired or is not valid yet, and nothing proves an earlier time.",
    "OUT_OF_BOUNDS_NOT_REVOKED": "the certificate has expired or is not valid yet.",
    "CHAIN_CONSTRAINTS_FAILURE": "the certificate may not be used to sign documents.",
}


class PdfSignature(BaseModel):
    """One signature: what it is worth and why, who made it, and when as the signer says (UTC)."""

    field: str
    outcome: Outcome
    reason: str
    signer: str | None
    issuer: str | None
    serial: str | None
    stated_at: str | None


class PdfSignatures(BaseModel):
    """The signatures of a file in their order, what they are worth together, and the digest of its bytes.

    `valid`: a trusted signature covers the whole file and none is broken. `earlier revision`: trusted signatures
    cover less than the file. `untrusted`: the bytes are as they were signed, but by nobody whom a trust root vouches
    for. `broken`: a signature does not fit, or the file cannot be read.
    """

    file: str
    sha256: str
    outcome: Outcome
    reason: str
    signatures: list[PdfSignature]


def signatures_of(path: Path, roots: Sequence[Certificate]) -> PdfSignatures:
    """The signatures of a file. Raises UnreadableInput where there is no such file, or it is larger than LARGEST."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableInput(
                f"{path} has {size} bytes; signatures are read in files of up to {LARGEST}.", "Check it by hand."
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be read: {error.strerror}.", "Check the name of the file.") from error
    return signatures_in(data, path.name, roots)


def signatures_in(data: bytes, name: str, roots: Sequence[Certificate]) -> PdfSignatures:
    """The signatures of a file's bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    if b"%PDF-" not in data[:_MAGIC_WITHIN]:
        return _together(name, sha256, [], "The file is no PDF.")
    with _quiet():
        try:
            embedded = PdfFileReader(io.BytesIO(data)).embedded_signatures
            found = [_one(one, roots) for one in embedded]
        except _DAMAGED as error:
            why = f"The file cannot be read as a PDF: {_said(error)}"
            return PdfSignatures(file=name, sha256=sha256, outcome="broken", reason=why, signatures=[])
    return _together(name, sha256, found, "The file has no signature.")


def _together(name: str, sha256: str, found: list[PdfSignature], without: str) -> PdfSignatures:
    order: tuple[Outcome, ...] = ("broken", "valid", "earlier revision", "untrusted")
    for outcome in order:
        for one in found:
            if one.outcome == outcome:
                why = f"{one.field}: {one.reason}"
                return PdfSignatures(file=name, sha256=sha256, outcome=outcome, reason=why, signatures=found)
    return PdfSignatures(file=name, sha256=sha256, outcome="none", reason=without, signatures=[])


def _one(signature: EmbeddedPdfSignature, roots: Sequence[Certificate]) -> PdfSignature:
    context = ValidationContext(trust_roots=list(roots), allow_fetching=False)
    try:
        status = validate_pdf_signature(signature, context)
        outcome, reason = _judged(status)
    except _DAMAGED as error:
        outcome, reason = "broken", f"The signature cannot be read: {_said(error)}"
    try:
        certificate: Certificate | None = signature.signer_cert
        stated = signature.self_reported_timestamp
    except _DAMAGED:
        certificate, stated = None, None
    return PdfSignature(
        field=signature.field_name,
        outcome=outcome,
        reason=reason,
        signer=certificate.subject.human_friendly if certificate else None,
        issuer=certificate.issuer.human_friendly if certificate else None,
        serial=f"{certificate.serial_number:x}" if certificate else None,
        stated_at=utc_iso(int(stated.timestamp() * 1000)) if stated else None,
    )


def _judged(status: PdfSignatureStatus) -> tuple[Outcome, str]:
    if not status.intact:
        return "broken", "The bytes that it covers are not those that were signed."
    if not status.valid:
        return "broken", "The signature does not fit the certificate in it."
    if status.coverage not in (SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE):
        return "broken", "It leaves out bytes of the revision that it claims to cover."
    if not status.trusted:
        return "untrusted", f"No trust root vouches for the signer: {_distrust(status)}"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        later = "" if status.bottom_line else " What was added is more than a signed document allows."
        return "earlier revision", f"Something was added to the file after it was signed.{later}"
    if not status.bottom_line:
        return "broken", f"The signature fits, but not what it demands: {status.summary()}"
    return "valid", "A trusted signature covers the whole file."


def _distrust(status: PdfSignatureStatus) -> str:
    if status.trust_problem_indic is None:
        return "there is no chain of certificates to one."
    name = str(getattr(status.trust_problem_indic, "name", status.trust_problem_indic))
    return _DISTRUST.get(name, name.lower().replace("_", " ") + ".")


def _said(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if text.endswith(".") else f"{text}."


@contextmanager
def _quiet() -> Iterator[None]:
    """The library logs each damaged file with its trace; here damage is an answer."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def trust_roots(folder: Path | None) -> list[Certificate]:
    """The certificates in the files `*.pem` and `*.crt` of a folder; none without one.

    Raises UsageError where the folder is not there or a file holds no certificate.
    """
    if folder is None:
        return []
    if not folder.is_dir():
        raise UsageError(f"There is no folder of trust roots {folder}.", "Correct DOSSIER_TRUST_ROOTS.")
    return [
        one
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in (".pem", ".crt")
        for one in _certificates(path)
    ]


def _certificates(path: Path) -> list[Certificate]:
    try:
        unarmored = list(pem.unarmor(path.read_bytes(), multiple=True))
        found = [Certificate.load(der) for kind, _, der in unarmored if kind == "CERTIFICATE"]
        # The parser is lazy: what is no certificate shows when it is asked for something.
        if not all(one.subject.native for one in found):
            found = []
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} holds no certificate in PEM: {error}", "Put it right, or take it out.") from error
    if not found:
        raise UsageError(f"{path} holds no certificate in PEM.", "Put it right, or take it out.")
    return found


def can_sign(settings: Settings) -> bool:
    """Whether the settings name a certificate to sign with."""
    return settings.signing_certificate is not None


def signed(pdf: bytes, settings: Settings) -> bytes:
    """The PDF with an invisible PAdES signature (B-B) over the whole file.

    Raises UsageError where the settings name no certificate, or it cannot be opened.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    with _quiet():
        output: io.BytesIO = signers.sign_pdf(writer, meta, signer=_signer(settings))
    return output.getvalue()


def _signer(settings: Settings) -> signers.SimpleSigner:
    path, password = settings.signing_certificate, b""
    if path is None:
        raise UsageError("There is no certificate to sign with.", "Set DOSSIER_SIGNING_CERTIFICATE.")
    try:
        if settings.signing_password_file is not None:
            password = settings.signing_password_file.read_bytes().strip(b"\r\n")
        container = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: {error.strerror}.",
            "Correct DOSSIER_SIGNING_CERTIFICATE or DOSSIER_SIGNING_PASSWORD_FILE.",
        ) from error
    with _quiet():
        try:
            found: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12_data(
                container, other_certs=[], passphrase=password or None
            )
        except _DAMAGED:
            # The cause may quote what the file holds.
            found = None
    if found is None:
        raise UsageError(
            f"{path} holds no certificate with its key in PKCS#12, or the password is another one.",
            "DOSSIER_SIGNING_PASSWORD_FILE names the file that holds the password.",
        )
    return found
