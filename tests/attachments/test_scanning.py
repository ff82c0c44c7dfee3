"""Nobody gets what the scanner has not seen; when it is away, the file waits for it (security.md F15)."""

import asyncio
from datetime import datetime

import pytest

from app.attachments import actions
from app.attachments.actions import Received
from app.attachments.gateways import clamd
from app.attachments.gateways.desk import Desk
from app.attachments.gateways.staging import staged
from app.attachments.queries import enclosures, standing_for
from app.attachments.rules.kinds import ANY_TYPE
from app.attachments.rules.refusals import Malware, NotAccepted, NotInspected
from app.attachments.rules.standing import Standing
from app.attachments.worker import works
from app.audit.queries import denials
from app.database import run
from app.errors import Unconfigured
from app.outbox.worker import Worker
from tests import make
from tests.attachments.files import a_document, a_pdf, a_stream, eicar, saved
from tests.attachments.scanner import Scanner, scanning
from tests.make import STORE, Clock, Ward


def infected() -> bytes:
    with a_document() as pdf:
        pdf.Root.Extra = a_stream(pdf, eicar())
        return saved(pdf, compress_streams=False)


async def received(ward: Ward, content: bytes, desk: Desk, now: datetime) -> Standing:
    sender = ward.care_system
    async with staged(make.in_parts(content), provider_id=sender.provider_id) as file:
        taken: Received = await actions.receive(
            file, name="Råd.pdf", declared=ANY_TYPE, care_system=sender, desk=desk, now=now
        )
        return await actions.add(taken, care_system=sender, now=now)


async def test_what_the_scanner_knows_nothing_of_is_clean(
    ward: Ward, scanner: Scanner, now: datetime
) -> None:
    content = a_pdf(pages=200)

    standing = await received(ward, content, make.a_desk(clamd=scanner.address), now)

    assert (standing.state, standing.scan) == ("clean", "scanned")
    assert scanner.scanned == [content]


async def test_what_it_knows_is_refused_and_nothing_is_stored(
    ward: Ward, scanner: Scanner, now: datetime
) -> None:
    before = set(STORE.rglob("*"))

    with pytest.raises(Malware):
        await received(ward, infected(), make.a_desk(clamd=scanner.address), now)

    assert await run("SELECT id FROM attachments") == 0
    assert set(STORE.rglob("*")) == before
    [refused] = await denials()
    assert (refused.action, refused.object_id) == ("attachment.refused", "attachment.malware")


async def test_a_bomb_never_reaches_the_scanner(ward: Ward, scanner: Scanner, now: datetime) -> None:
    """It says OK to what it finds too large (security.md §7): the inspector comes first."""
    with pytest.raises(Exception, match=r"attachment\.type-unknown"):
        await received(ward, b"PK\x03\x04" + bytes(100), make.a_desk(clamd=scanner.address), now)

    assert scanner.scanned == []


AWAY = {
    "hangs up": None,
    "finds it too large": "INSTREAM size limit exceeded. ERROR",
    "cannot tell": "stream: lstat() failed ERROR",
    "talks nonsense": "OK",
}


@pytest.mark.parametrize("says", AWAY.values(), ids=AWAY)
async def test_without_a_verdict_the_file_waits_and_is_tried_again(
    ward: Ward, clock: Clock, says: str | None
) -> None:
    async with scanning() as scanner:
        desk = make.a_desk(clamd=scanner.address)
        worker = Worker(works(desk), clock)
        scanner.says = says
        standing = await received(ward, a_pdf(), desk, clock())
        assert (standing.state, standing.scan) == ("inspecting", "not-scanned")
        await worker.run_due()
        with pytest.raises(NotInspected):
            await enclosures([standing.id], care_system=ward.care_system)

        scanner.says = "verdict"
        clock.turn(seconds=2)
        await worker.run_due()

    settled = await standing_for(ward.care_system, standing.id, now=clock())
    assert (settled.state, settled.scan, settled.code) == ("clean", "scanned", None)
    [enclosure] = await enclosures([standing.id], care_system=ward.care_system)
    assert enclosure.name == "Råd.pdf"


async def test_nobody_there_is_the_same_as_no_verdict(ward: Ward, now: datetime) -> None:
    for address in ("tcp://127.0.0.1:1", "unix:/nowhere/clamd.ctl"):
        standing = await received(ward, a_pdf(), make.a_desk(clamd=address), now)
        assert standing.state == "inspecting"


async def test_a_scanner_that_hangs_holds_nobody_up_for_long(
    ward: Ward, scanner: Scanner, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.2)
    scanner.says = ""

    async with asyncio.timeout(20):
        standing = await received(ward, a_pdf(), make.a_desk(clamd=scanner.address), now)

    assert standing.state == "inspecting"


async def test_what_turns_out_to_be_bad_goes_for_good(ward: Ward, clock: Clock) -> None:
    async with scanning() as scanner:
        desk = make.a_desk(clamd=scanner.address)
        worker = Worker(works(desk), clock)
        scanner.says = None
        standing = await received(ward, infected(), desk, clock())
        file = STORE / str(standing.id)[-2:] / str(standing.id)
        assert file.exists()

        scanner.says = "verdict"
        await worker.run_due()
        await worker.run_due()

    settled = await standing_for(ward.care_system, standing.id, now=clock())
    assert (settled.state, settled.code) == ("refused", "attachment.malware")
    assert not file.exists()
    assert await run("SELECT id FROM attachments WHERE key_wrapped IS NOT NULL") == 0
    with pytest.raises(NotAccepted):
        await enclosures([standing.id], care_system=ward.care_system)


async def test_without_a_scanner_it_is_said_that_there_is_none(ward: Ward, now: datetime) -> None:
    standing = await received(ward, infected(), make.a_desk(), now)

    assert (standing.state, standing.scan) == ("clean", "not-configured")


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1", "tcp://:3310", "unix:clamd.ctl", "clamd:3310", "tcp://a:b"]
)
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(Unconfigured, match="LARKPOST_CLAMD"):
        clamd.ensure_address(address)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:3310", "tcp://clamd:3310", "unix:/run/clamav/clamd.ctl"]
)
def test_an_address_that_is_one_does_not(address: str) -> None:
    clamd.ensure_address(address)
