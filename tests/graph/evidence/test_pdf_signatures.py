"""Signatures in PDF files: each outcome, over certificates made for the purpose."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
import typst
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from graph.errors import UnreadableInput, UsageError
from graph.evidence.pdf_signatures import LARGEST, PdfSignatures, signatures_in, signatures_of, signed, trust_roots
from graph.settings import Settings
from tests.graph.evidence.certificates import PASSWORD, Authority, authority


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority("Archive root")


@pytest.fixture(scope="module")
def roots(root: Authority, tmp_path_factory: pytest.TempPathFactory) -> list[Certificate]:
    return trust_roots(root.trusted_in(tmp_path_factory.mktemp("roots")))


@pytest.fixture(scope="module")
def plain() -> bytes:
    return typst.compile(b"A page.", pdf_standards=["a-2b"])


def settings(folder: Path, container: bytes) -> Settings:
    (folder / "signer.p12").write_bytes(container)
    (folder / "password").write_bytes(PASSWORD + b"\n")
    return Settings(signing_certificate=folder / "signer.p12", signing_password_file=folder / "password")


@pytest.fixture(scope="module")
def whole(plain: bytes, root: Authority, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The page, signed by a trusted signer."""
    return signed(plain, settings(tmp_path_factory.mktemp("signer"), root.pkcs12("张三")))


def appended(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = generic.TextStringObject("zh-CN")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def judged(pdf: bytes, roots: list[Certificate]) -> PdfSignatures:
    return signatures_in(pdf, "page.pdf", roots)


def test_a_trusted_signature_over_the_whole_file(whole: bytes, roots: list[Certificate]) -> None:
    found = judged(whole, roots)
    assert found.outcome == "valid", found.reason
    (one,) = found.signatures
    assert (one.outcome, one.field) == ("valid", "ArchiveSignature")
    assert one.signer == "Common Name: 张三"
    assert one.issuer == "Common Name: Archive root"
    assert one.stated_at is not None
    assert b"/SubFilter /ETSI.CAdES.detached" in whole
    assert b"<pdfaid:part>2</pdfaid:part>" in whole


def test_a_revision_appended_after_signing(whole: bytes, roots: list[Certificate]) -> None:
    found = judged(appended(whole), roots)
    assert found.outcome == "earlier revision"
    assert "added to the file after it was signed" in found.reason


def test_a_second_signature_covers_what_was_added(
    whole: bytes, root: Authority, roots: list[Certificate], tmp_path: Path
) -> None:
    container = root.pkcs12("李四")
    second = signers.SimpleSigner.load_pkcs12_data(container, other_certs=[], passphrase=PASSWORD)
    meta = signers.PdfSignatureMetadata(field_name="Second")
    writer = IncrementalPdfFileWriter(io.BytesIO(whole))
    found = judged(signers.sign_pdf(writer, meta, signer=second).getvalue(), roots)
    assert [one.outcome for one in found.signatures] == ["earlier revision", "valid"]
    assert found.outcome == "valid"


def test_text_appended_without_a_revision_is_not_covered(whole: bytes, roots: list[Certificate]) -> None:
    assert judged(whole + b"\n% one more line\n", roots).outcome in ("earlier revision", "broken")


def test_an_altered_byte(whole: bytes, roots: list[Certificate]) -> None:
    at = whole.index(b"/MediaBox")
    altered = whole[:at] + whole[at:].replace(b"595", b"596", 1)
    found = judged(altered, roots)
    assert (altered != whole, found.outcome) == (True, "broken")
    assert "not those that were signed" in found.reason


def test_an_altered_signature(whole: bytes, roots: list[Certificate]) -> None:
    start = whole.index(b"/Contents <")
    # The signature itself ends the container; zeros fill the hole after it.
    end = start + len(whole[start : whole.index(b">", start)].rstrip(b"0"))
    for place in (end - 10, end - 60, end - 120):
        nibble = b"0" if whole[place : place + 1] != b"0" else b"1"
        found = judged(whole[:place] + nibble + whole[place + 1 :], roots)
        assert found.outcome == "broken"


def test_another_trust_root_or_none(whole: bytes, tmp_path: Path) -> None:
    other = trust_roots(authority("Somebody else").trusted_in(tmp_path / "roots"))
    for given in (other, []):
        found = judged(whole, given)
        assert found.outcome == "untrusted"
        assert "No trust root vouches" in found.reason


def test_an_expired_certificate_is_untrusted(
    plain: bytes, root: Authority, roots: list[Certificate], tmp_path: Path
) -> None:
    found = judged(signed(plain, settings(tmp_path, root.pkcs12("Late", days=-1))), roots)
    assert found.outcome == "untrusted"
    assert "the certificate has expired" in found.reason


def test_no_signature_and_no_pdf(plain: bytes, roots: list[Certificate]) -> None:
    assert judged(plain, roots).reason == "The file has no signature."
    assert judged(b"\x89PNG", roots).reason == "The file is no PDF."
    assert {judged(data, roots).outcome for data in (plain, b"", b"PK")} == {"none"}


def test_a_truncated_file(whole: bytes, roots: list[Certificate]) -> None:
    for part in (0.2, 0.5, 0.9, 0.99):
        found = judged(whole[: int(part * len(whole))], roots)
        assert found.outcome == "broken"
        assert found.reason


def test_no_flipped_bit_outside_the_hole_is_taken_as_valid(whole: bytes, roots: list[Certificate]) -> None:
    start = whole.index(b"/Contents <") + len(b"/Contents ")
    end = whole.index(b">", start) + 1
    chance = random.Random(7)
    for _ in range(150):
        at = chance.choice([chance.randrange(start), chance.randrange(end, len(whole))])
        altered = bytearray(whole)
        altered[at] ^= 1 << chance.randrange(8)
        assert judged(bytes(altered), roots).outcome != "valid", at


def test_settings_that_do_not_serve(plain: bytes, root: Authority, tmp_path: Path) -> None:
    good = settings(tmp_path, root.pkcs12("张三"))
    with pytest.raises(UsageError, match="no certificate to sign with"):
        signed(plain, Settings())
    with pytest.raises(UsageError, match="password is another"):
        signed(plain, good.model_copy(update={"signing_password_file": None}))
    with pytest.raises(UsageError, match="cannot be read"):
        signed(plain, good.model_copy(update={"signing_certificate": tmp_path / "missing"}))
    with pytest.raises(UsageError, match="no folder of trust roots"):
        trust_roots(tmp_path / "missing")
    folder = tmp_path / "roots"
    folder.mkdir()
    (folder / "odd.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(UsageError, match=r"odd\.pem holds no certificate"):
        trust_roots(folder)


def test_files_that_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        signatures_of(tmp_path / "missing.pdf", [])
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(UnreadableInput, match="signatures are read in files of up to"):
        signatures_of(tmp_path / "large.pdf", [])
