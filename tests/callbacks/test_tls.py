"""We connect to the address that was checked, and the certificate must be the name's."""

import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.callbacks.gateways import posting
from app.callbacks.gateways.posting import NotReached, post
from tests.callbacks.receiver import Receiver, listening

NAME = "vardit.example.se"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of NAME, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    own = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(made.public_bytes(pem) + own)
    return file


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver with that certificate, which we trust; this machine passes for a public one."""
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(posting, "_certificates", lambda: trusting)
    monkeypatch.setattr(posting, "is_public", lambda ip: ip == "127.0.0.1")
    with listening(ours) as receiver:
        yield receiver


async def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_a_name_with_its_own_certificate_is_called(secure: Receiver) -> None:
    url = f"https://{NAME}:{secure.port}/larkpost"

    assert await post(url, content=b"{}", headers={}, loopback=False, resolve=here) == 204

    [call] = secure.calls
    assert call.headers["host"] == f"{NAME}:{secure.port}"


async def test_a_name_with_anothers_certificate_is_not(secure: Receiver) -> None:
    url = f"https://grannen.example.se:{secure.port}/larkpost"

    with pytest.raises(NotReached):
        await post(url, content=b"{}", headers={}, loopback=False, resolve=here)

    assert secure.calls == []


async def test_a_certificate_that_nobody_vouches_for_is_not(
    secure: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "_certificates", ssl.create_default_context)

    with pytest.raises(NotReached):
        await post(f"https://{NAME}:{secure.port}/", content=b"", headers={}, loopback=False, resolve=here)


async def test_the_next_address_is_tried_when_the_first_does_not_answer(
    secure: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "is_public", {"127.0.0.9", "127.0.0.1"}.__contains__)

    async def two(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.9", "127.0.0.1"]

    url = f"https://{NAME}:{secure.port}/"
    assert await post(url, content=b"", headers={}, loopback=False, resolve=two) == 204
