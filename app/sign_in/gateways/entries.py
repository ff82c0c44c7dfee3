"""One provider as the operator writes it: the fields, and their kinds."""

import re
import tomllib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.sign_in.gateways.faults import Fault
from app.sign_in.gateways.proofs import Elsewhere

# One line with something on it.
Filled = Annotated[
    str, Meta(max_length=300, pattern=r"\A[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*\Z")
]
Key = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{1,39}\Z")]
CoordinationLevel = Literal["confirmed", "probable", "uncertain"]
CONFIRMED: tuple[CoordinationLevel, ...] = ("confirmed",)


class Text(msgspec.Struct, forbid_unknown_fields=True):
    sv: Filled
    en: Filled


class Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    key: Key
    audience: Literal["resident", "staff"]
    issuer: Filled
    client_id: Filled
    name: Text
    hint: Text | None = None
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
    logout: bool = False
    trusted: bool = False
    same_device: bool = False
    order: int = 0
    coordination_levels: tuple[CoordinationLevel, ...] = CONFIRMED
    purposes: list[Filled] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    provider: Annotated[list[Entry], Meta(min_length=1)]


def entries_in(text: str) -> list[Entry]:
    """Raises `Fault`."""
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
