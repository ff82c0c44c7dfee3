"""What is said about callbacks over the wire. What it must be is checked in app/callbacks/rules."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.callbacks.rules.signing import SIGNATURES
from app.care_api.rules.payload import described

PAGE_MOST = 200
PAGE = 100


class CallbackPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the care system wants to be told what happens to what it has sent."""

    url: Annotated[str | None, described("An https address, at most 500 characters.", maxLength=500)] = None
    signatures: Annotated[
        list[str] | None,
        described(
            "How callbacks are signed: hmac when left out, ed25519, or both.",
            items={"enum": list(SIGNATURES)},
        ),
    ] = None


class ReplayPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which changes are to be sent again: one of the two."""

    since: Annotated[
        int | None,
        described(
            "Those with a higher number, whether they were delivered or not; 1,000 at a time.", minimum=0
        ),
    ] = None
    ids: Annotated[
        list[UUID] | None, described("Those with these ids: `webhook-id` of a callback.", maxItems=PAGE_MOST)
    ] = None


class NothingPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{}`: there is nothing to say."""


class ChangesQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Texts: what they must be is said with codes of their own."""

    since: str | None = None
    limit: str | None = None


class FailuresQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    after: Annotated[UUID | None, described("`next` of the answer before.")] = None
    limit: Annotated[int, Meta(ge=1, le=PAGE_MOST, description="How many at most.")] = PAGE
