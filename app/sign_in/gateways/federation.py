"""The providers that an operator declares in one TOML file, such as docs/providers.example.toml.

A faulty file stops the start and says on which line and why. Secrets stand elsewhere, by file or variable.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.errors import Unconfigured
from app.language import Words
from app.sign_in.gateways.contradictions import contradictions
from app.sign_in.gateways.entries import Entry, Text, entries_in
from app.sign_in.gateways.faults import Fault, place_of
from app.sign_in.gateways.proofs import key_at, secret_at
from app.sign_in.rules.audiences import AUDIENCES, COUNTRY, Audience
from app.sign_in.rules.provider import ByKey, BySecret, Provider


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
        entries = entries_in(text)
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


def _ensure_apart(entries: Sequence[Entry]) -> None:
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


def _marks(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "key", ("key", entry.key)
    yield "client_id", ("client", entry.issuer, entry.client_id)
    yield "name", ("sv", entry.audience, entry.name.sv)
    yield "name", ("en", entry.audience, entry.name.en)


def _provider(
    entry: Entry,
    number: int,
    path: Path,
    base_url: str,
    client_key: bytes,
    demo: bool,
    environ: Mapping[str, str],
) -> Provider:
    audience = AUDIENCES[entry.audience]
    for field, why in contradictions(entry, audience, demo=demo):
        raise Fault(why, number=number, field=field)
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


def _proof(entry: Entry, folder: Path, client_key: bytes, environ: Mapping[str, str]) -> ByKey | BySecret:
    if entry.client_secret is not None:
        return BySecret(secret_at(entry.client_secret, folder=folder, environ=environ))
    algorithm = entry.signing_algorithm or "ES256"
    pem = client_key
    if entry.signing_key is not None:
        pem = key_at(entry.signing_key, algorithm, folder=folder, environ=environ)
    return ByKey(pem, algorithm=algorithm, to_token_endpoint=entry.assertion_audience == "token_endpoint")


def _wanted(entry: Entry, audience: Audience) -> dict[str, bool]:
    """What the file says; where it says nothing, what the audience needs, as this provider spells it."""
    if entry.essential_claims is None and entry.voluntary_claims is None:
        country = {COUNTRY: True} if COUNTRY in entry.claim_names else {}
        wanted = {**audience.wanted, **country}
        return {entry.claim_names.get(name, name): needed for name, needed in wanted.items()}
    return dict.fromkeys(entry.voluntary_claims or [], False) | dict.fromkeys(
        entry.essential_claims or [], True
    )


def _words(text: Text) -> Words:
    return Words({"sv": text.sv, "en": text.en})
