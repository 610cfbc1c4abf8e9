"""Certificates for tests: an authority, signers below it, and the files that the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSWORD = b"open sesame"


@dataclass(frozen=True)
class Authority:
    """A certificate authority that vouches for signers."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pkcs12(self, name: str, *, days: int = 30) -> bytes:
        """The container of a new signer; `days` from now until its certificate ends."""
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        made = _made(name, self.certificate.subject, key, days).add_extension(usage, critical=True)
        certificate = made.sign(self.key, hashes.SHA256())
        return pkcs12.serialize_key_and_certificates(
            name.encode(), key, certificate, [self.certificate], BestAvailableEncryption(PASSWORD)
        )

    def trusted_in(self, folder: Path) -> Path:
        """The folder with this authority as a trust root in it."""
        folder.mkdir(exist_ok=True)
        (folder / "root.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return folder


def authority(name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    made = _made(name, _named(name), key, 3650)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Authority(made.add_extension(usage, critical=True).sign(key, hashes.SHA256()), key)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _made(name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + timedelta(days=days)) - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
    )
