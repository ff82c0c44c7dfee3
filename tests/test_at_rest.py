"""What lies on the disk says nothing about anybody (ASVS 11.3, security.md §3)."""

import asyncio
import base64
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app import database
from app.callbacks.actions import set_endpoint
from app.callbacks.rules.signing import SIGNATURES, new_secret
from app.database import places, rows, run
from app.inbox import actions
from app.inbox.sealed import ActionLink, InformationDocument, Version
from app.inbox.tables import Message
from app.piccolo_app import APP_CONFIG
from app.portal.actions import leave
from app.sessions.principals import Resident
from app.settings import Settings
from app.sign_in.rules.provider import Provider
from app.summons import actions as summons
from app.summons.queries import case_for
from app.summons.sealed import Term
from tests import environment, make
from tests.attachments.files import an_image
from tests.make import Ward

# So long that PostgreSQL puts it aside (TOAST), and such that it compresses nothing, which would hide it.
LONG = secrets.token_urlsafe(4000)
SECRETS = (
    make.ANNA.name,
    make.ANNA.number,
    "Vera Vård",
    "vera@example.se",
    "Anteckning om knäet",
    "Meniskskadan syns på bilden",
    "Du har sökt för ditt knä",
    "Your meniscus is torn",
    "Läs svaret på din röntgen",
    "Efter operation av menisk",
    "ärendet om Annas knä",
    "Provsvaret rättat till din fördel",
    "Vi förväxlade dig med din bror",
    "anna@example.se",
    "Jag hittar inte mitt provsvar",
    "Jag ligger inlagd i Uppsala",
    "Ta med dina medicinlistor",
    "Ett uteblivet besök kostar",
    "Du godkänner att vi journalför",
    "Syster Gun tar emot samtal",
    "018-611 99 98",
    "helgfria vardagar före lunch",
    "Annas magnetröntgen",
    "Jag tål inte penicillin",
    make.DISA.name,
    make.DISA.family_name,
)
CALLED_AT = "https://vardit.example.se/larkpost"


class File(NamedTuple):
    content: bytes


async def on_disk() -> bytes:
    """Every byte of the database files, the log of what is being written included."""
    if not database.POSTGRES:
        return b"".join(path.read_bytes() for path in environment.FOLDER.glob("test.sqlite*"))
    await run("CHECKPOINT")
    names = [table._meta.tablename for table in APP_CONFIG.table_classes]
    files = [
        await rows(File, f"SELECT pg_read_binary_file(pg_relation_filepath('{name}')) AS content")
        for name in names
    ]
    toasts = await rows(
        File,
        "SELECT pg_read_binary_file(pg_relation_filepath(reltoastrelid::regclass)) AS content FROM pg_class"  # noqa: S608
        f" WHERE relname IN ({places(names)}) AND reltoastrelid > 0",
        *names,
    )
    return b"".join(file.content for [file] in files) + b"".join(file.content for file in toasts)


async def test_the_database_files_hold_no_name_number_subject_or_body(
    db: None,
    now: datetime,
    settings: Settings,
    staff_provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    await make.a_clinician(provider=staff_provider, now=now, absolute=settings.session_absolute)
    sent = await ward.writes(
        anna,
        now=now,
        subject="Anteckning om knäet",
        body=make.a_body(f"Meniskskadan syns på bilden. {LONG}"),
        purpose="Du har sökt för ditt knä",
        versions=(Version("en", "Your meniscus is torn", make.a_body("Your meniscus is torn")),),
        links=(ActionLink("Läs svaret på din röntgen", "/tider"),),
        documents=(InformationDocument("Efter operation av menisk", "https://a.example.se/", ""),),
        thread_reference="ärendet om Annas knä",
    )
    await _corrected_and_withdrawn(sent.id, ward, now)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    made: list[bytes] = []

    def kept() -> bytes:
        made.append(new_secret())
        return made[-1]

    monkeypatch.setattr("app.callbacks.actions.endpoints.new_secret", kept)
    for _ in range(2):
        await set_endpoint(
            CALLED_AT, signatures=SIGNATURES, care_system=ward.care_system, loopback=False, now=now
        )
    await _summoned_and_cancelled(anna, ward, now)
    await _waiting(anna, ward, now)
    file = await make.an_attachment(ward, an_image("PNG"), now=now, name="Annas magnetröntgen.png")
    await ward.writes(anna, now=now, attachments=(file,))
    await _replied(anna, ward, now)
    await leave("Jag hittar inte mitt provsvar", contact="anna@example.se", page="/", now=now)

    found = await on_disk()

    assert make.HSA_ID.encode() in found, "this does read what the database writes"
    for text in SECRETS:
        for encoding in ("utf-8", "utf-16-le", "latin-1"):
            assert text.encode(encoding) not in found, text
    assert CALLED_AT.encode() in found
    assert len(made) == 4, "a secret and a signing key, and those before them"
    for key in (*made, file.key):
        assert key not in found
        assert base64.b64encode(key) not in found


async def _waiting(anna: Resident, ward: Ward, now: datetime) -> None:
    """Kept as it was received, with the recipient's number in it."""
    received = f'{{"recipient": "{make.ANNA.number}", "text": "Anteckning om knäet {LONG}"}}'.encode()
    letter = actions.waiting(
        make.a_letter(anna, ward.clinic),
        received,
        publish_at=now + timedelta(days=1),
        care_system_id=ward.care_system.id,
    )
    sender = ward.care_system
    await actions.schedule([letter], care_system_id=sender.id, by=sender.actor, now=now)


async def _corrected_and_withdrawn(id: UUID, ward: Ward, now: datetime) -> None:
    wording = actions.Wording(
        subject="Provsvaret rättat till din fördel",
        body=make.a_body(f"Provsvaret rättat till din fördel. {LONG}"),
        language="sv",
        purpose="Du har sökt för ditt knä",
        use_of_answers="Du behöver inte svara.",
        contact_name="Syster Gun tar emot samtal",
        contact_phone="018-611 99 98",
        contact_hours="helgfria vardagar före lunch",
    )
    await actions.correct(id, wording=wording, care_system=ward.care_system, now=now)
    reason = f"Vi förväxlade dig med din bror. {LONG}"
    await actions.withdraw(id, reason=reason, care_system=ward.care_system, now=now)


async def _replied(anna: Resident, ward: Ward, now: datetime) -> None:
    sent = await ward.writes(anna, now=now, reply_allowed=True)
    await actions.open_thread(sent.thread_id, resident=anna, now=now)
    text = f"Jag tål inte penicillin. {LONG[:1500]}"
    await actions.reply(sent.id, text=text, resident=anna, now=now)


async def _summoned_and_cancelled(anna: Resident, ward: Ward, now: datetime) -> None:
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    details = {
        "bring": f"Ta med dina medicinlistor. {LONG}",
        "cost": "Ett uteblivet besök kostar 400 kronor",
        "terms": (Term("Du godkänner att vi journalför"),),
        "contact_name": "Syster Gun tar emot samtal",
        "contact_phone": "018-611 99 98",
        "contact_hours": "helgfria vardagar före lunch",
    }
    sent = await make.a_summons(ward, anna, visits, now=now, slot_id=slot, details=details)
    await summons.cancel(
        sent.id,
        resident_id=anna.id,
        seen=(await case_for(anna.id, sent.id)).seen,
        by=anna.actor,
        language="sv",
        now=now,
        reason="Jag ligger inlagd i Uppsala",
    )


async def test_a_destroyed_copy_leaves_no_key_behind(db: None, now: datetime) -> None:
    """SQLite overwrites a deleted copy's key (secure_delete); PostgreSQL when it rewrites the table."""
    anna, ward = await make.a_resident(now=now), await make.a_ward(now=now)
    sent = await ward.writes(anna, now=now)
    [before] = await Message.select(Message.resident_key).where(Message.id == sent.id)

    await actions.delete(sent.id, resident=anna, now=now)

    [after] = await Message.select(Message.resident_key).where(Message.id == sent.id)
    assert after["resident_key"] is None
    for _ in range(20):
        # Not at once on PostgreSQL, while some process of the server may still look at the row as it was.
        await run("VACUUM FULL messages" if database.POSTGRES else "PRAGMA wal_checkpoint(TRUNCATE)")
        if bytes(before["resident_key"]) not in await on_disk():
            return
        await asyncio.sleep(0.2)
    raise AssertionError("The destroyed key is still in the database files.")
