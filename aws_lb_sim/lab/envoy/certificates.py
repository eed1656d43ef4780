"""A key and a certificate for every TLS Secret, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from aws_lb_sim.lab.envoy.unavailable import LabUnavailable

__all__ = ["Certificate", "make_certificate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate chain and its private key.

    Parameters
    ----------
    chain, private_key
        PEM.
    """

    chain: str
    private_key: str


@lru_cache(maxsize=1)
def make_certificate(name: str = "lab.example.com") -> Certificate:
    """Make a self-signed certificate on the curve P-256, valid for a day.

    Parameters
    ----------
    name
        Its subject.

    Examples
    --------
    >>> make_certificate().chain.splitlines()[0]
    '-----BEGIN CERTIFICATE-----'
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    except ImportError:
        raise LabUnavailable(
            "the package cryptography is not installed", mend="pip install 'aws-lb-sim[lab]'"
        ) from None
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(chain=certificate.public_bytes(pem).decode(), private_key=private.decode())
