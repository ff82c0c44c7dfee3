"""The providers that an operator declares in one TOML file, such as docs/providers.example.toml.

A faulty file stops the start and says on which line and why. Secrets stand elsewhere, by file or variable.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Meta

from app.errors import Unconfigured
from app.language import Words
from app.sign_in.rules.addresses import is_safe
from app.sign_in.rules.audiences import AUDIENCES, CLAIMS, RESIDENTS, Audience
from app.sign_in.rules.provider import UNCERTIFIED, ByKey, BySecret, Provider

Filled = Annotated[str, Meta(min_length=1, max_length=300)]
Key = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,39}$")]
SHORTEST_SECRET = 16
RSA_BITS = 2048


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    sv: Filled
    en: Filled


class _Elsewhere(msgspec.Struct, forbid_unknown_fields=True):
    """Where a secret stands: a file that only the service may read, or a variable."""

    file: str = ""
    env: str = ""


class _Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    audience: Literal["resident", "staff"]
    issuer: Filled
    client_id: Filled
    name: _Text
    hint: _Text | None = None
    authentication: Literal["private_key_jwt", "client_secret_basic"] = "private_key_jwt"
    signing_algorithm: Literal["ES256", "PS256"] = "ES256"
    signing_key: _Elsewhere | None = None
    assertion_audience: Literal["issuer", "token_endpoint"] = "issuer"
    client_secret: _Elsewhere | None = None
    algorithms: Annotated[list[Literal["ES256", "PS256", "RS256"]], Meta(min_length=1)]
    levels: Annotated[list[Filled], Meta(min_length=1)]
    level_claim: Filled = "acr"
    scopes: Annotated[list[Filled], Meta(min_length=1)] | None = None
    claims_parameter: bool = True
    essential_claims: list[Filled] | None = None
    voluntary_claims: list[Filled] | None = None
    claim_names: dict[str, Filled] = {}
    signed_userinfo: bool = False
    logout: bool = False
    trusted: bool = False
    same_device: bool = False
    order: int = 0
    coordination_levels: tuple[Literal["confirmed", "probable", "uncertain"], ...] = ("confirmed",)
    purposes: list[Filled] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    provider: Annotated[list[_Entry], Meta(min_length=1)]


class Fault(Exception):
    """`field` is empty where the whole entry is meant; `number` is None for the file."""

    def __init__(self, why: str, *, number: int | None = None, field: str = "") -> None:
        super().__init__(why)
        self.why, self.number, self.field = why, number, field


def read(
    path: Path,
    *,
    base_url: str,
    client_key: bytes,
    demo: bool,
    environ: Mapping[str, str] = os.environ,
) -> list[Provider]:
    """In the order of the page. Raises `Unconfigured` with a sentence that names the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise Unconfigured(
            f"{path} cannot be read ({failure}). Start from docs/providers.example.toml, and set "
            "LARKPOST_PROVIDERS to your copy."
        ) from None
    try:
        entries = _entries(text)
        _ensure_apart(entries)
        known = [
            (entry.order, _provider(entry, number, path, base_url, client_key, demo, environ))
            for number, entry in enumerate(entries)
        ]
    except Fault as fault:
        where = f"{path}, line {_line(text, fault)}" if _line(text, fault) else str(path)
        raise Unconfigured(f"{where}: {fault.why}") from None
    return [provider for _, provider in sorted(known, key=lambda pair: pair[0])]


def _entries(text: str) -> list[_Entry]:
    try:
        return msgspec.convert(tomllib.loads(text), _File).provider
    except tomllib.TOMLDecodeError as failure:
        raise Fault(f"this is not TOML: {failure}.") from None
    except msgspec.ValidationError as failure:
        why, _, place = str(failure).partition(" - at ")
        found = re.match(r"`\$\.provider\[(\d+)\](?:\.(\w+))?", place)
        number, field = (int(found[1]), found[2] or "") if found else (None, "")
        unknown = re.search(r"unknown field `(\w+)`", why)
        raise Fault(f"{why}.", number=number, field=unknown[1] if unknown else field) from None


def _ensure_apart(entries: Sequence[_Entry]) -> None:
    """No two have a key or a name in common: the key stands in the redirect URI (R1)."""
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry.key in seen:
            raise Fault(
                f'key "{entry.key}" is taken by provider {seen[entry.key] + 1}; choose another.',
                number=number,
                field="key",
            )
        seen[entry.key] = number


def _provider(
    entry: _Entry,
    number: int,
    path: Path,
    base_url: str,
    client_key: bytes,
    demo: bool,
    environ: Mapping[str, str],
) -> Provider:
    audience = AUDIENCES[entry.audience]
    for fault in _faults(entry, audience, demo=demo):
        raise Fault(fault[1], number=number, field=fault[0])
    try:
        proof = _proof(entry, path.parent, client_key, environ)
    except Fault as fault:
        raise Fault(fault.why, number=number, field=fault.field) from None
    return Provider(
        key=entry.key,
        name=_words(entry.name),
        hint=_words(entry.hint) if entry.hint else None,
        issuer=entry.issuer,
        client_id=entry.client_id,
        redirect_uri=f"{base_url}{audience.sign_in}/{entry.key}/retur",
        proof=proof,
        audience=audience,
        levels=tuple(entry.levels),
        level_claim=entry.level_claim,
        algorithms=frozenset(entry.algorithms),
        scopes=tuple(entry.scopes) if entry.scopes else audience.scopes,
        wanted=_wanted(entry, audience),
        asks_by_claims=entry.claims_parameter,
        signs_userinfo=entry.signed_userinfo,
        signs_out=entry.logout,
        spelled=dict(entry.claim_names),
        is_trusted=entry.trusted,
        is_on_this_device=entry.same_device,
        coordination_levels=frozenset(entry.coordination_levels),
        purposes=frozenset(entry.purposes),
    )


def _faults(entry: _Entry, audience: Audience, *, demo: bool) -> Iterator[tuple[str, str]]:
    """Fields and what is wrong with them, beyond what their kinds say."""
    if not is_safe(entry.issuer):
        yield "issuer", f"issuer {entry.issuer!r} must be https (http only for a provider on 127.0.0.1)."
    if entry.scopes is not None and "openid" not in entry.scopes:
        yield "scopes", 'scopes must have "openid" among them.'
    if audience is RESIDENTS and entry.purposes:
        yield "purposes", "purposes are for staff; take them out."
    yield from _faults_of_proof(entry)
    unknown = entry.claim_names.keys() - CLAIMS
    if unknown:
        known = ", ".join(sorted(CLAIMS))
        yield "claim_names", f"claim_names has {min(unknown)!r}, which we never read. We read {known}."
    if not demo and any(UNCERTIFIED in level for level in entry.levels):
        yield (
            "levels",
            f"levels has one with {UNCERTIFIED!r}: only a demo may believe it, nobody vouches for it.",
        )


def _faults_of_proof(entry: _Entry) -> Iterator[tuple[str, str]]:
    by_secret = entry.authentication == "client_secret_basic"
    if by_secret and entry.client_secret is None:
        yield "authentication", "client_secret_basic needs a client_secret."
    if entry.client_secret is not None and not by_secret:
        yield "client_secret", 'client_secret goes with authentication = "client_secret_basic" only.'
    if entry.signing_algorithm == "PS256" and entry.signing_key is None:
        yield "signing_algorithm", "PS256 needs a signing_key of its own, an RSA key in a PEM file."


def _proof(entry: _Entry, folder: Path, client_key: bytes, environ: Mapping[str, str]) -> ByKey | BySecret:
    if entry.client_secret is not None:
        secret = _fetched(entry.client_secret, "client_secret", folder, environ).strip()
        if len(secret) < SHORTEST_SECRET:
            raise Fault(
                f"the client secret is shorter than {SHORTEST_SECRET} signs, which can be guessed.",
                field="client_secret",
            )
        return BySecret(secret)
    pem = client_key
    if entry.signing_key is not None:
        pem = _fetched(entry.signing_key, "signing_key", folder, environ).encode()
        _ensure_key(pem, entry.signing_algorithm)
    return ByKey(
        pem, algorithm=entry.signing_algorithm, to_token_endpoint=entry.assertion_audience == "token_endpoint"
    )


def _ensure_key(pem: bytes, algorithm: str) -> None:
    if algorithm == "PS256":
        fits, kind = _is_rsa(pem), f"an RSA key of at least {RSA_BITS} bits"
    else:
        fits, kind = _is_p256(pem), "a P-256 key"
    if not fits:
        raise Fault(f"signing_key is not {kind} in PEM, which {algorithm} needs.", field="signing_key")


def _is_rsa(pem: bytes) -> bool:
    try:
        key = RSAKey.import_key(pem)
    except (JoseError, ValueError):
        return False
    return key.is_private and key.raw_value.key_size >= RSA_BITS


def _is_p256(pem: bytes) -> bool:
    try:
        key = ECKey.import_key(pem)
    except (JoseError, ValueError):
        return False
    return key.is_private and key.curve_name == "P-256"


def _fetched(where: _Elsewhere, field: str, folder: Path, environ: Mapping[str, str]) -> str:
    if bool(where.file) == bool(where.env):
        raise Fault(f'{field} must be {{ file = "…" }} or {{ env = "…" }}.', field=field)
    if where.env:
        found = environ.get(where.env, "")
        if not found:
            raise Fault(f"{field} names the variable {where.env}, which is not set.", field=field)
        return found
    try:
        # A relative name is one beside this file.
        return (folder / where.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        raise Fault(f"{field} names {where.file}, which cannot be read ({failure}).", field=field) from None


def _wanted(entry: _Entry, audience: Audience) -> dict[str, bool]:
    """What the file says; where it says nothing, what the audience needs, as this provider spells it."""
    if entry.essential_claims is None and entry.voluntary_claims is None:
        return {entry.claim_names.get(name, name): needed for name, needed in audience.wanted.items()}
    return dict.fromkeys(entry.voluntary_claims or [], False) | dict.fromkeys(
        entry.essential_claims or [], True
    )


def _words(text: _Text) -> Words:
    return Words({"sv": text.sv, "en": text.en})


def _line(text: str, fault: Fault) -> int | None:
    """tomllib keeps no lines: they are counted from the entry's own head."""
    if fault.number is None:
        return None
    heads = [line for line, written in enumerate(text.splitlines(), 1) if written.strip() == "[[provider]]"]
    if fault.number >= len(heads):
        return None
    first = heads[fault.number]
    after = heads[fault.number + 1] if fault.number + 1 < len(heads) else len(text.splitlines()) + 1
    field = re.compile(rf"\s*(?:{re.escape(fault.field)}\b|\[provider\.{re.escape(fault.field)}\])")
    for line, written in enumerate(text.splitlines()[first : after - 1], first + 1):
        if fault.field and field.match(written):
            return line
    return first
