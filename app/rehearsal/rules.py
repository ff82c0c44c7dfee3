"""Who the made-up recipients are, and what each does, when. No clock, no database, no web."""

from datetime import timedelta
from typing import NamedTuple

OPEN, CONFIRM, REBOOK, CANCEL, BOOK, ANSWER = "open", "confirm", "rebook", "cancel", "book", "answer"
READS, ACTS, LATER = timedelta(minutes=1), timedelta(minutes=2), timedelta(hours=1)

# How the door of an account stands.
OPENED, NEVER_OPENED, LOCKED, DECEASED, BY_A_GUARDIAN = "opened", "never", "locked", "deceased", "guardian"


class Step(NamedTuple):
    what: str
    after: timedelta


class Role(NamedTuple):
    """One made-up recipient. `does` is for whoever builds a care system.

    The numbers are from Skatteverket's published series (open data, CC0): nobody living has them.
    """

    behaviour: str
    number: str
    name: str
    does: str
    steps: tuple[Step, ...] = ()
    door: str = OPENED


def _reads_and(what: str) -> tuple[Step, ...]:
    return Step(OPEN, READS), Step(what, ACTS)


ROLES = (
    Role(
        "reads-at-once",
        "199401012399",
        "Rut Rask",
        "Reads whatever comes, within seconds.",
        (Step(OPEN, timedelta()),),
    ),
    Role("never-reads", "199401022380", "Nils Nej", "Never opens anything."),
    Role("reads-later", "199401032397", "Sven Sen", "Reads an hour later.", (Step(OPEN, LATER),)),
    Role(
        "confirms",
        "199401042388",
        "Jonna Ja",
        "Reads, and then confirms: the visit of a timed summons, and whatever has `confirm_receipt`.",
        _reads_and(CONFIRM),
    ),
    Role(
        "rebooks",
        "199401052395",
        "Olle Om",
        "Reads a timed summons, and then moves the visit to the first other free slot of its time type.",
        _reads_and(REBOOK),
    ),
    Role(
        "cancels",
        "199401062386",
        "Asta Av",
        "Reads a timed summons, and then cancels the visit.",
        _reads_and(CANCEL),
    ),
    Role(
        "books",
        "199401072393",
        "Bodil Bok",
        "Reads an open summons, and then books the first free slot of its time type.",
        _reads_and(BOOK),
    ),
    Role(
        "answers",
        "199401082384",
        "Stina Svar",
        "Reads, and then does what is asked for: books an open summons, confirms a timed one or a letter.",
        _reads_and(ANSWER),
    ),
    Role(
        "no-account",
        "199401092391",
        "Ulf Utan",
        "Has no account: refused with `recipient.no-account`.",
        door=NEVER_OPENED,
    ),
    Role(
        "declined",
        "199401102380",
        "Lo Låst",
        "Has declined digital letters, so the account is locked: refused with `recipient.locked`.",
        door=LOCKED,
    ),
    Role(
        "deceased",
        "199401112397",
        "Dan Död",
        "Is registered as deceased: refused with `recipient.deceased`.",
        door=DECEASED,
    ),
    Role(
        "child",
        "201912242383",
        "Bim Barn",
        "A child: reachability answers `guardian`, and the guardian reads.",
        (Step(OPEN, READS),),
        BY_A_GUARDIAN,
    ),
)
# No account can have one, so there is no resident: the number is refused as it is written.
RESERVE_NUMBER = Role(
    "reserve-number",
    "990000000001",
    "",
    "A reserve number: refused with `recipient.reserve-number`.",
    door=NEVER_OPENED,
)


def role_of(behaviour: str) -> Role | None:
    return next((role for role in ROLES if role.behaviour == behaviour), None)


def seconds(after: timedelta, *, pace: int) -> int:
    """Rounded up."""
    return -(-after // timedelta(seconds=pace))
