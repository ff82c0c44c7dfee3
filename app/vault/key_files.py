"""Key files on disk: written once, read only when nobody else can, refused when weak."""

import base64
import binascii
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import Unconfigured

KEY_BYTES = 32
FEWEST_BYTE_VALUES = 16  # 32 random bytes have about 30 different values; below 16 is no accident
MAKE = "`python -m app keys make`"


def ensure_guarded(folder: Path) -> None:
    """Whoever can write in the folder could add a newest key of their own, and read all that comes after."""
    try:
        mode = folder.stat().st_mode
    except OSError as failure:
        raise Unconfigured(
            f"The key folder {folder} cannot be opened ({failure.strerror}). Set LARKPOST_KEYS to your key "
            f"folder, or run {MAKE} to make a new one."
        ) from None
    if mode & 0o022:
        raise Unconfigured(
            f"Others can write in the key folder {folder}. Run `chmod 700 {folder}`, see that every key in "
            f"it is your own, and make what is missing with {MAKE}."
        )


def read_secret(path: Path) -> bytes:
    """32 random bytes, in base64 on disk."""
    content = _read_private(path)
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except binascii.Error:
        raise _useless(path, "is not base64") from None
    if len(key) != KEY_BYTES:
        raise _useless(path, f"holds {len(key)} bytes instead of {KEY_BYTES}")
    if _is_weak(key):
        raise _useless(path, "is weak: its bytes follow a pattern, so somebody could guess them")
    return key


def read_signing_key(path: Path) -> bytes:
    """An EC P-256 private key, in PEM without a password."""
    content = _read_private(path)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _useless(path, "is not a private key in PEM without a password") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _useless(path, "is a key of another sort than EC P-256")
    return content


def write_secret(path: Path) -> None:
    _write_new(path, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")


def write_signing_key(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _write_new(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def sync(folder: Path) -> None:
    """A name, too, can be lost in a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Raises `Unconfigured` for what the file system refuses."""
    try:
        yield
    except OSError as failure:
        raise Unconfigured(
            f"No keys could be made in {folder} ({failure.strerror}). Set LARKPOST_KEYS to a folder that "
            "this user can write in, and run `python -m app keys make` again."
        ) from None


def missing(path: Path) -> Unconfigured:
    return Unconfigured(
        f"The key file {path} is missing. If the database already holds letters, bring the file back from "
        f"your backup: a new key cannot read them. If not, run {MAKE}."
    )


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read()
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as failure:
        raise Unconfigured(
            f"The key file {path} cannot be read ({failure.strerror}). Give it to the user that runs "
            f"Lärkpost, or run {MAKE} as that user."
        ) from None
    if mode & 0o077:
        raise Unconfigured(
            f"Others can read the key file {path}. Run `chmod 600 {path}`; if somebody may have read it, "
            f"move it away and run {MAKE}."
        )
    return content


def _is_weak(key: bytes) -> bool:
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or len(set(key)) < FEWEST_BYTE_VALUES


def _useless(path: Path, why: str) -> Unconfigured:
    return Unconfigured(f"The key file {path} {why}. Move it away and run {MAKE}.")


def _write_new(path: Path, content: bytes) -> None:
    # O_EXCL: a key that is overwritten takes every letter with it. fsync: so does one lost in a power cut.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)
