"""The keys of an installation: made once, loaded at the start, kept outside the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from joserfc.jwk import ECKey

from app.errors import Unconfigured
from app.vault import eid_keys, key_files

# Four digits: the newest key is the last by name, and 10 must not sort before 9.
KEK_NAME = re.compile(r"kek-([0-9]{4})\.key")
FIRST_KEK = "kek-0001.key"
API_TOKENS = "api-tokens.pem"


@dataclass(frozen=True)
class KeyRing:
    """`current` names the key-encryption key that wraps; every one in `keks` still unwraps.

    `eid_client` signs for us at e-ID providers; the public halves of all `eid_published` are shown to them.
    """

    keks: Mapping[str, bytes] = field(repr=False)
    current: str
    index: bytes = field(repr=False)
    web: bytes = field(repr=False)
    api_tokens: bytes = field(repr=False)
    eid_client: bytes = field(repr=False)
    eid_published: tuple[bytes, ...] = field(repr=False)


def make(folder: Path) -> None:
    """Give the folder the keys it lacks. What is there stays as it is."""
    with key_files.explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_files.ensure_guarded(folder)
        _make_lacking(folder)


def add_kek(folder: Path) -> str:
    """Begin a rotation: the new key wraps from the next start on. Returns its id.

    The old one must stay until everything is rewrapped, and as long as a backup needs it.
    """
    key_files.ensure_guarded(folder)
    key_id = f"{int(max(_kek_files(folder))) + 1:04}"
    with key_files.explained(folder):
        key_files.write_secret(folder / f"kek-{key_id}.key")
    return key_id


def load(folder: Path) -> KeyRing:
    """Raises `Unconfigured` for a key that is missing, weak, open to others or there twice."""
    key_files.ensure_guarded(folder)
    secrets = {path: key_files.read_secret(path) for path in _secret_files(folder)}
    api_file, eid_files = folder / API_TOKENS, list(eid_keys.find(folder).published())
    signing = {path: key_files.read_signing_key(path) for path in [api_file, *eid_files]}
    _ensure_distinct(secrets | signing)
    keks = {key_id: secrets[path] for key_id, path in _kek_files(folder).items()}
    index, web = (secrets[path] for path in _own_files(folder))
    published = tuple(signing[path] for path in eid_files)
    return KeyRing(MappingProxyType(keks), max(keks), index, web, signing[api_file], published[0], published)


def public_jwks(pem: bytes) -> dict[str, list[dict[str, object]]]:
    """The public half of a signing key as a JWK set; the key id is its thumbprint (RFC 7638)."""
    key = ECKey.import_key(pem)
    public = key.as_dict(private=False, kid=key.thumbprint(), use="sig", alg="ES256")
    return {"keys": [dict(public)]}


def _make_lacking(folder: Path) -> None:
    if not any(folder.glob("kek-*.key")):
        key_files.write_secret(folder / FIRST_KEK)
    for path in _own_files(folder):
        if not path.exists():
            key_files.write_secret(path)
    if not (folder / API_TOKENS).exists():
        key_files.write_signing_key(folder / API_TOKENS)
    if eid_keys.is_lacking(folder):
        key_files.write_signing_key(folder / eid_keys.FIRST)


def _own_files(folder: Path) -> tuple[Path, Path]:
    return folder / "index.key", folder / "web.key"


def _secret_files(folder: Path) -> list[Path]:
    return [*_kek_files(folder).values(), *_own_files(folder)]


def _kek_files(folder: Path) -> dict[str, Path]:
    found = {_kek_id(path): path for path in folder.glob("kek-*.key")}
    if not found:
        raise key_files.missing(folder / FIRST_KEK)
    return found


def _kek_id(path: Path) -> str:
    name = KEK_NAME.fullmatch(path.name)
    if name is None:
        raise Unconfigured(
            f"The key file {path} has a name that gives no order. Call it kek- and four digits, such as "
            f"{FIRST_KEK}, or move it away and run `python -m app keys make`."
        )
    return name[1]


def _ensure_distinct(keys: Mapping[Path, bytes]) -> None:
    first: dict[bytes, Path] = {}
    for path, key in keys.items():
        if first.setdefault(key, path) != path:
            raise Unconfigured(
                f"The key file {path} holds the same key as {first[key]}. Move it away and run "
                "`python -m app keys make`."
            )
