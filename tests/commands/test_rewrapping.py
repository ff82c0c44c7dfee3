"""After a rotation everything is still read, without the old key (ASVS 11.2.2, F16)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import vault
from app.attachments.queries import enclosures
from app.booking.queries import history_of
from app.callbacks.actions import set_endpoint
from app.callbacks.rules.signing import SIGNATURES, public_of
from app.callbacks.sealed import Holder, Sealed, open_secrets
from app.callbacks.tables import CallbackEndpoint
from app.commands.rewrapping import COLUMNS, rewrap_everything
from app.inbox import actions, queries
from app.piccolo_app import APP_CONFIG
from app.portal.actions import leave
from app.portal.queries import feedback_since
from app.summons import actions as summons
from app.summons.queries import case_for
from app.vault import keys
from app.vault.belonging import belongs
from tests import make
from tests.attachments.files import an_image


@pytest.fixture
def rotated(tmp_path: Path, keyring: keys.KeyRing) -> Iterator[tuple[keys.KeyRing, keys.KeyRing]]:
    """The keys before, and with one more."""
    folder = tmp_path / "keys"
    keys.make(folder)
    before = keys.load(folder)
    keys.add_kek(folder)
    yield before, keys.load(folder)
    vault.use(keyring)


async def test_the_old_key_can_go(
    db: None, now: datetime, rotated: tuple[keys.KeyRing, keys.KeyRing]
) -> None:
    before, after = rotated
    vault.use(before)
    assert await belongs(now=now)
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now, subject="Kvar", reply_allowed=True)
    deleted = await ward.writes(anna, now=now)
    await actions.delete(deleted.id, resident=anna, now=now)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    await actions.reply(sent.id, text="Jag tål inte penicillin", resident=anna, now=now)
    await leave("Bra tjänst", contact="", page="/", now=now)
    sender = ward.care_system
    letter = actions.waiting(
        make.a_letter(anna, ward.clinic), b"Senare", publish_at=now, care_system_id=sender.id
    )
    await actions.schedule([letter], care_system_id=sender.id, by=sender.actor, now=now)

    file = await make.an_attachment(ward, an_image("PNG"), now=now)
    secret = await set_endpoint(
        "https://vardit.example.se/",
        signatures=SIGNATURES,
        care_system=ward.care_system,
        loopback=False,
        now=now,
    )

    vault.use(after)
    # One resident, three keys of messages (a deleted copy has none), one that waits, a contact person, an
    # endpoint, a remark, a file, a reply's two.
    assert await rewrap_everything(now=now) == 11
    assert await rewrap_everything(now=now) == 0

    newest = {after.current: after.keks[after.current]}
    vault.use(replace(after, keks=newest))
    assert await belongs(now=now)
    thread = await queries.thread_for(anna, sent.thread_id, now=now)
    assert thread.subject == "Kvar"
    [reply] = (await queries.replies_of(anna, [sent.id]))[sent.id]
    assert [reply] == await queries.replies_for(ward.care_system, sent.id, now=now)
    assert reply.text == "Jag tål inte penicillin"
    assert await enclosures([file.id], care_system=ward.care_system) == (file,)
    [endpoint] = await CallbackEndpoint.select()
    holder = Holder(ward.clinic.provider_id, endpoint["id"])
    opened = open_secrets(Sealed(*(endpoint[name] for name in Sealed._fields)), holder)
    assert opened.secret == secret
    assert public_of(opened.signing or b"") == endpoint["public_key"]
    assert [line.subject for line in (await queries.inbox_for(anna, older_than=None, now=now)).lines] == [
        "Kvar"
    ]
    assert [remark.text for remark in await feedback_since(now)] == ["Bra tjänst"]
    due = await actions.due(letter.id, now=now)
    assert due
    assert due.letter == b"Senare"


async def test_a_summons_and_its_reasons_are_read_without_the_old_key(
    db: None, now: datetime, rotated: tuple[keys.KeyRing, keys.KeyRing]
) -> None:
    before, after = rotated
    vault.use(before)
    assert await belongs(now=now)
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=slot)
    seen = (await case_for(anna.id, sent.id)).seen
    await summons.cancel(
        sent.id, resident_id=anna.id, seen=seen, by=anna.actor, language="sv", now=now, reason="Jag är sjuk"
    )

    vault.use(after)
    # One resident, two letters' two keys, a contact person, what is said of the visit, and a reason.
    assert await rewrap_everything(now=now) == 8

    newest = {after.current: after.keks[after.current]}
    vault.use(replace(after, keks=newest))
    assert (await case_for(anna.id, sent.id)).details().bring == "Legitimation"
    assert [step.reason for step in await history_of(sent.id)] == ["", "Jag är sjuk"]


def test_no_wrapped_key_is_forgotten() -> None:
    """Every column that holds one is in the list; a new one must be too."""
    wrapped = {
        (table._meta.tablename, column._meta.name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if column._meta.name.endswith(("_key", "key_wrapped")) and "public" not in column._meta.name
    }

    assert {(column.table, column.column) for column in COLUMNS} == wrapped
