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
from msgspec import Meta

from app.errors import Unconfigured
from app.language import Words
from app.sign_in.gateways.faults import Fault, place_of
from app.sign_in.gateways.proofs import Elsewhere, key_at, secret_at
from app.sign_in.rules.addresses import is_safe
from app.sign_in.rules.audiences import AUDIENCES, CLAIMS, RESIDENTS, Audience
from app.sign_in.rules.provider import TOO_LOW, UNCERTIFIED, ByKey, BySecret, Provider

# One line with something on it.
Filled = Annotated[
    str, Meta(max_length=300, pattern=r"\A[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*\Z")
]
Key = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{1,39}\Z")]
CoordinationLevel = Literal["confirmed", "probable", "uncertain"]
CONFIRMED: tuple[CoordinationLevel, ...] = ("confirmed",)


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    sv: Filled
    en: Filled


class _Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    audience: Literal["resident", "staff"]
    issuer: Filled
    client_id: Filled
    name: _Text
    hint: _Text | None = None
    authentication: Literal["private_key_jwt", "client_secret_basic"] = "private_key_jwt"
    signing_algorithm: Literal["ES256", "PS256"] | None = None
    signing_key: Elsewhere | None = None
    assertion_audience: Literal["issuer", "token_endpoint"] | None = None
    client_secret: Elsewhere | None = None
    algorithms: Annotated[list[Literal["ES256", "PS256", "RS256"]], Meta(min_length=1)]
    levels: Annotated[list[Filled], Meta(min_length=1)]
    level_claim: Filled = "acr"
    scopes: Annotated[list[Filled], Meta(min_length=1)] | None = None
    claims_parameter: bool = True
    essential_claims: list[Filled] | None = None
    voluntary_claims: list[Filled] | None = None
    claim_names: dict[str, Filled] = {}
    signed_userinfo: bool = False
    trusted: bool = False
    same_device: bool = False
    order: int = 0
    coordination_levels: tuple[CoordinationLevel, ...] = CONFIRMED
    purposes: list[Filled] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    provider: Annotated[list[_Entry], Meta(min_length=1)]


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
        place = place_of(fault, text)
        where = f"{path}, line {place}" if place else str(path)
        raise Unconfigured(f"{where}: {fault.why}") from None
    return [provider for _, provider in sorted(known, key=lambda pair: pair[0])]


def _entries(text: str) -> list[_Entry]:
    try:
        return msgspec.convert(tomllib.loads(text), _File).provider
    except tomllib.TOMLDecodeError as failure:
        line = re.search(r"at line (\d+)", str(failure))
        end = len(text.splitlines())
        raise Fault(f"this is not TOML: {failure}.", line=int(line[1]) if line else end) from None
    except msgspec.ValidationError as failure:
        raise _fault_of(failure) from None


def _fault_of(failure: msgspec.ValidationError) -> Fault:
    """msgspec's own words say what is wrong; where, it says in its own way."""
    why, _, place = str(failure).partition(" - at ")
    found = re.match(r"`\$\.provider\[(\d+)\](?:\.(\w+))?", place)
    number, field = (int(found[1]), found[2] or "") if found else (None, "provider" if place else "")
    unknown = re.search(r"unknown field `(.+)`", why)
    if field in ("client_secret", "signing_key"):
        # What stands there may be the secret.
        why = f'{field} stands elsewhere: write {{ file = "…" }} or {{ env = "…" }} here'
    elif field:
        why = f"{field}: {why[0].lower()}{why[1:]}"
    return Fault(f"{why}.", number=number, field=field or (unknown[1] if unknown else ""))


def _ensure_apart(entries: Sequence[_Entry]) -> None:
    """The key stands in the redirect URI (R1); people tell providers apart by name."""
    taken: dict[tuple[str, ...], int] = {}
    for number, entry in enumerate(entries):
        for field, value in _marks(entry):
            first = taken.setdefault(value, number)
            if first != number:
                raise Fault(
                    f"{field} is the same as provider {first + 1}'s ({value[-1]}); choose another.",
                    number=number,
                    field=field,
                )
    if not any(entry.audience == "resident" for entry in entries):
        raise Fault("no provider is for residents, who could not sign in.")


def _marks(entry: _Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "key", ("key", entry.key)
    yield "client_id", ("client", entry.issuer, entry.client_id)
    yield "name", ("sv", entry.audience, entry.name.sv)
    yield "name", ("en", entry.audience, entry.name.en)


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
    if "?" in entry.issuer or "#" in entry.issuer:
        yield "issuer", f"issuer {entry.issuer!r} must have neither ? nor # in it."
    if entry.scopes is not None and "openid" not in entry.scopes:
        yield "scopes", 'scopes must have "openid" among them.'
    yield from _faults_of_audience(entry, audience)
    yield from _faults_of_proof(entry)
    yield from _faults_of_claims(entry)
    yield from _faults_of_levels(entry, demo=demo)


def _faults_of_audience(entry: _Entry, audience: Audience) -> Iterator[tuple[str, str]]:
    if audience is RESIDENTS:
        if entry.purposes:
            yield "purposes", "purposes are for staff; take them out."
        return
    if entry.trusted:
        yield "trusted", "trusted is for residents, whose numbers lead to one inbox; take it out."
    if entry.coordination_levels != CONFIRMED:
        yield "coordination_levels", "coordination_levels are for residents; take them out."


def _faults_of_proof(entry: _Entry) -> Iterator[tuple[str, str]]:
    if entry.authentication == "client_secret_basic":
        if entry.client_secret is None:
            yield "authentication", "client_secret_basic needs a client_secret."
        for field in ("signing_key", "signing_algorithm", "assertion_audience"):
            if getattr(entry, field) is not None:
                yield field, f'{field} goes with authentication = "private_key_jwt" only.'
    elif entry.client_secret is not None:
        yield "client_secret", 'client_secret goes with authentication = "client_secret_basic" only.'
    if entry.signing_algorithm == "PS256" and entry.signing_key is None:
        yield "signing_algorithm", "PS256 needs a signing_key of its own, an RSA key in a PEM file."


def _faults_of_claims(entry: _Entry) -> Iterator[tuple[str, str]]:
    """Nothing is asked for that nobody reads: Inera's IdP fails a sign-in for one claim too many."""
    unknown = entry.claim_names.keys() - CLAIMS
    if unknown:
        known = ", ".join(sorted(CLAIMS))
        yield "claim_names", f"claim_names has {min(unknown)!r}, which we never read. We read {known}."
    read = {entry.claim_names.get(name, name) for name in CLAIMS}
    for field in ("essential_claims", "voluntary_claims"):
        unread = set(getattr(entry, field) or ()) - read
        if unread:
            yield (
                field,
                f"{field} has {min(unread)!r}, which we never read. We read {', '.join(sorted(read))}.",
            )


def _faults_of_levels(entry: _Entry, *, demo: bool) -> Iterator[tuple[str, str]]:
    for level in () if demo else entry.levels:
        if UNCERTIFIED in level:
            yield "levels", f"levels has {level!r}: only a demo may believe it, nobody vouches for it."
        if level.rpartition("/")[2] in TOO_LOW:
            yield "levels", f"levels has {level!r}, which is below assurance level 3."


def _proof(entry: _Entry, folder: Path, client_key: bytes, environ: Mapping[str, str]) -> ByKey | BySecret:
    if entry.client_secret is not None:
        return BySecret(secret_at(entry.client_secret, folder=folder, environ=environ))
    algorithm = entry.signing_algorithm or "ES256"
    pem = client_key
    if entry.signing_key is not None:
        pem = key_at(entry.signing_key, algorithm, folder=folder, environ=environ)
    return ByKey(pem, algorithm=algorithm, to_token_endpoint=entry.assertion_audience == "token_endpoint")


def _wanted(entry: _Entry, audience: Audience) -> dict[str, bool]:
    """What the file says; where it says nothing, what the audience needs, as this provider spells it."""
    if entry.essential_claims is None and entry.voluntary_claims is None:
        return {entry.claim_names.get(name, name): needed for name, needed in audience.wanted.items()}
    return dict.fromkeys(entry.voluntary_claims or [], False) | dict.fromkeys(
        entry.essential_claims or [], True
    )


def _words(text: _Text) -> Words:
    return Words({"sv": text.sv, "en": text.en})
