"""What the kinds of the fields do not say: which of them go together, and what is never accepted."""

import re
from collections.abc import Iterator
from itertools import pairwise

from app.sign_in.gateways.entries import CONFIRMED, Entry
from app.sign_in.rules.addresses import is_safe
from app.sign_in.rules.audiences import CLAIMS, RESIDENTS, Audience
from app.sign_in.rules.provider import TOO_LOW, UNCERTIFIED

# Levels whose order we know (Sweden Connect).
LOA = re.compile(r"http://id\.elegnamnden\.se/loa/1\.0/loa([1-4])")


def contradictions(entry: Entry, audience: Audience, *, demo: bool) -> Iterator[tuple[str, str]]:
    """Fields and what is wrong with them, beyond what their kinds say."""
    if not is_safe(entry.issuer):
        yield "issuer", f"issuer {entry.issuer!r} must be https (http only for a provider on 127.0.0.1)."
    if "?" in entry.issuer or "#" in entry.issuer:
        yield "issuer", f"issuer {entry.issuer!r} must have neither ? nor # in it."
    if entry.scopes is not None and "openid" not in entry.scopes:
        yield "scopes", 'scopes must have "openid" among them.'
    yield from _of_audience(entry, audience)
    yield from _of_proof(entry)
    yield from _of_claims(entry)
    yield from _of_levels(entry, demo=demo)


def _of_audience(entry: Entry, audience: Audience) -> Iterator[tuple[str, str]]:
    if audience is RESIDENTS:
        if entry.purposes:
            yield "purposes", "purposes are for staff; take them out."
        return
    if entry.trusted:
        yield "trusted", "trusted is for residents, whose numbers lead to one inbox; take it out."
    if entry.coordination_levels != CONFIRMED:
        yield "coordination_levels", "coordination_levels are for residents; take them out."


def _of_proof(entry: Entry) -> Iterator[tuple[str, str]]:
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


def _of_claims(entry: Entry) -> Iterator[tuple[str, str]]:
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


def _of_levels(entry: Entry, *, demo: bool) -> Iterator[tuple[str, str]]:
    told = [(LOA.fullmatch(level), level) for level in entry.levels]
    known = [(int(found[1]), level) for found, level in told if found]
    for (lower, first), (higher, second) in pairwise(known):
        if lower >= higher:
            yield "levels", f"levels has {first!r} before {second!r}; the lowest stands first."
    for level in () if demo else entry.levels:
        if UNCERTIFIED in level:
            yield "levels", f"levels has {level!r}: only a demo may believe it, nobody vouches for it."
        if level.rpartition("/")[2] in TOO_LOW:
            yield "levels", f"levels has {level!r}, which is below assurance level 3."
