"""Staff see that a resident has died, and that nothing can be booked for them."""

from app.residents import actions as residents
from app.sessions.principals import Resident
from app.summons.actions import close_for_deceased
from tests.make import Clock, StaffBrowser
from tests.staff.conftest import Summons

SWEDISH = {"Accept-Language": "sv"}
LIST = "/personal/kallelser"


async def test_the_list_and_the_summons_say_so(
    disa: StaffBrowser, calls: Summons, resident: Resident, clock: Clock
) -> None:
    sent = await calls(after_cancellation="open")
    assert "Avliden" not in (await disa.get(LIST, headers=SWEDISH)).text

    await residents.mark_deceased(resident.id, now=clock())
    await close_for_deceased(resident.id, now=clock())

    listed = await disa.get(f"{LIST}?lage=stangd", headers=SWEDISH)
    opened = await disa.get(f"{LIST}/{sent.id}", headers=SWEDISH)
    for words in ("Anna Andersson", "Avliden", "Stängd"):
        assert words in listed.text
        assert words in opened.text
    assert "registrerad som avliden" in opened.text
    assert "/bokning" not in opened.text
    assert "Besöket har börjat" not in opened.text
    choosing = await disa.get(f"{LIST}/{sent.id}/bokning", headers=SWEDISH)
    assert "Inget kan bokas eller ändras i kallelsen" in choosing.text
