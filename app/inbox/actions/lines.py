"""The thread's line in the list, when the letter that it names says something else."""

from typing import NamedTuple

from app.database import rows, run
from app.inbox.actions.letters import line_of
from app.inbox.actions.resealing import HELD, Held
from app.inbox.sealed import Line, Opened, open_lines, seal_line
from app.residents.queries import key_of


class _Sealed(NamedTuple):
    line_sealed: bytes | None
    hidden: bool


LINE = "SELECT line_sealed, hidden_from_guardians AS hidden FROM threads WHERE id = {}"
# A line that guardians see is of no letter that they may not.
FIRST_OF_THREAD = (
    HELD.partition(" WHERE ")[0] + " WHERE m.thread = {} AND m.resident_key IS NOT NULL"
    " AND m.withdrawn_at IS NULL AND ({} OR NOT m.hidden_from_guardians)"
    " ORDER BY m.delivered_at, m.id LIMIT 1"
)
SET_LINE = "UPDATE threads SET line_sealed = {} WHERE id = {}"


async def relabel(letter: Held, said: Opened, says: Opened) -> None:
    """After the change, in the caller's transaction, which holds the thread. Another letter's line stays.

    `said` is the letter before, `says` what it says now. With none left the line says what kind there was.
    """
    [thread] = await rows(_Sealed, LINE, letter.thread_id)
    if thread.line_sealed is None:
        return
    key = await key_of(letter.resident_id)
    [line] = open_lines([(thread.line_sealed, letter.thread_id)], key=key)
    if line.subject == "" or line.subject != said.subject:
        return
    first = await rows(Held, FIRST_OF_THREAD, letter.thread_id, bool(thread.hidden))
    new = _line(first[0]) if first else Line("", says.clinic_name, kind=letter.kind)
    await run(SET_LINE, seal_line(new, key=key, thread_id=letter.thread_id), letter.thread_id)


def _line(letter: Held) -> Line:
    return line_of(letter.opened(letter.provider_unwrapped()), letter.kind)
