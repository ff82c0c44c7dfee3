"""How we prove to a provider who we are: a key or a secret, which stand outside the providers' file."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.sign_in.gateways.faults import Fault

SHORTEST_SECRET = 16
RSA_BITS = 2048
READ_BY_OTHERS = 0o007


class Elsewhere(msgspec.Struct, forbid_unknown_fields=True):
    """Where a secret stands: a file that only the service may read, or a variable."""

    file: str = ""
    env: str = ""


def secret_at(where: Elsewhere, *, folder: Path, environ: Mapping[str, str]) -> str:
    """Raises `Fault`, which never quotes what it found."""
    secret = _fetched(where, "client_secret", folder, environ).strip()
    if len(secret) < SHORTEST_SECRET:
        raise Fault(
            f"the client secret is shorter than {SHORTEST_SECRET} signs, which can be guessed.",
            field="client_secret",
        )
    return secret


def key_at(where: Elsewhere, algorithm: str, *, folder: Path, environ: Mapping[str, str]) -> bytes:
    """Raises `Fault`, which never quotes what it found."""
    pem = _fetched(where, "signing_key", folder, environ).encode()
    key = _private(pem)
    if algorithm == "PS256":
        kind = f"an RSA key of at least {RSA_BITS} bits"
        fits = isinstance(key, RSAPrivateKey) and key.key_size >= RSA_BITS
    else:
        kind = "a P-256 key"
        fits = isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
    if not fits:
        raise Fault(
            f"signing_key is not {kind}, private and in PEM without a password, as {algorithm} needs.",
            field="signing_key",
        )
    return pem


def _private(pem: bytes) -> PrivateKeyTypes | None:
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _fetched(where: Elsewhere, field: str, folder: Path, environ: Mapping[str, str]) -> str:
    if bool(where.file) == bool(where.env):
        raise Fault(f'{field} must be {{ file = "…" }} or {{ env = "…" }}, one of the two.', field=field)
    if not where.env:
        # A relative name is one beside the providers' file.
        return _read(folder / where.file, field)
    found = environ.get(where.env, "")
    if not found:
        raise Fault(f"{field} names the variable {where.env}, which is not set.", field=field)
    return found


def _read(path: Path, field: str) -> str:
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except OSError as failure:
        raise Fault(
            f"{field} names {path}, which cannot be read ({failure.strerror}).", field=field
        ) from None
    except UnicodeDecodeError:
        raise Fault(f"{field} names {path}, which is not text.", field=field) from None
    if mode & READ_BY_OTHERS:
        raise Fault(
            f"{field} names {path}, which anyone on this machine can read. Take that away: chmod o= {path}",
            field=field,
        )
    return text
