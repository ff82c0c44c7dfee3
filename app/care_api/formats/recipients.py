"""Made-up recipients, as whoever builds a care system reads of them."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from app.rehearsal.rules import OPEN, Role, seconds


class TestRecipient(Struct, frozen=True, omit_defaults=True):
    """Whom test credentials may write to, and what becomes of it. `reads_after`, `acts_after`: in seconds."""

    # pytest looks for tests in what is called so.
    __test__ = False

    recipient: Annotated[str, Meta(description="The number to send to.")]
    behaviour: Annotated[str, Meta(description="A word for what it does.")]
    does: Annotated[str, Meta(description="What it does, in a sentence.")]
    name: Annotated[str | None, Meta(description="As clinics' staff see it.")] = None
    reads_after: Annotated[int | None, Meta(description="So many seconds after delivery it reads.")] = None
    acts_after: Annotated[int | None, Meta(description="So many seconds after delivery it answers.")] = None


class TestRecipients(Struct, frozen=True):
    """All of them."""

    __test__ = False

    recipients: list[TestRecipient]


def read_roles(roles: Sequence[Role], *, pace: int) -> TestRecipients:
    return TestRecipients([_shown(role, pace) for role in roles])


def _shown(role: Role, pace: int) -> TestRecipient:
    reads = [step.after for step in role.steps if step.what == OPEN]
    acts = [step.after for step in role.steps if step.what != OPEN]
    return TestRecipient(
        recipient=role.number,
        behaviour=role.behaviour,
        does=role.does,
        name=role.name or None,
        reads_after=seconds(reads[0], pace=pace) if reads else None,
        acts_after=seconds(acts[0], pace=pace) if acts else None,
    )
