"""The frame of the staff door: who comes in, as whom, and where everybody else is sent."""

from app.audit.queries import denials

HTMX = {"HX-Request": "true"}
SWEDISH = {"Accept-Language": "sv"}
ENGLISH = {"Accept-Language": "en"}


async def test_a_clinician_sees_the_clinic_the_assignment_and_the_way_out(disa):
    door = await disa.get("/personal")
    page = await disa.get("/personal/kallelser", headers=SWEDISH)

    assert (door.status_code, door.headers["location"]) == (303, "/personal/kallelser")
    assert page.status_code == 200
    for said in ("Knäkliniken", "Vård och behandling, Knäkliniken", "Disa Dahl", "Det finns inga än"):
        assert said in page.text
    assert 'action="/personal/logga-ut"' in page.text
    assert 'href="/personal/kallelser" aria-current="page"' in page.text
    assert 'href="/inkorg"' not in page.text


async def test_with_htmx_it_is_the_list_alone(disa):
    page = await disa.get("/personal/kallelser", headers=HTMX)

    assert page.text.lstrip().startswith('<section id="summonses"')
    assert "hx-request" in page.headers["vary"]


async def test_it_is_said_in_english_too(disa):
    page = await disa.get("/personal/kallelser", headers=ENGLISH)

    assert "Summonses" in page.text
    assert "Signed in as staff:" in page.text


async def test_who_is_not_signed_in_is_sent_to_the_staffs_own_door(visitor):
    page = await visitor.get("/personal/kallelser?fore=x")
    said = await visitor.get(
        "/personal/kallelser", headers=HTMX | {"HX-Current-URL": "http://127.0.0.1:8000/personal/kallelser"}
    )

    assert page.headers["location"] == "/personal/logga-in?till=/personal/kallelser%3Ffore%3Dx"
    assert said.headers["hx-redirect"] == "/personal/logga-in?till=/personal/kallelser"


async def test_somebody_elses_page_is_another_clinics(disa, other_clinician):
    """Each sees the clinic of their own assignment, at the same address."""
    hers = await disa.get("/personal/kallelser")
    his = await other_clinician.get("/personal/kallelser")

    assert "Granås" not in hers.text
    assert "Knäkliniken" not in his.text


async def test_a_residents_session_does_not_open_the_staff_door(anna):
    """ASVS 8.2.1; and without going round and round."""
    for path in ("/personal", "/personal/kallelser"):
        assert (await anna.get(path)).headers["location"].startswith("/personal/logga-in")
    page = await anna.get("/personal/logga-in", headers=SWEDISH)
    assert page.status_code == 200
    assert "loggas du ut ur inkorgen" in page.text


async def test_a_clinicians_session_opens_no_inbox(disa):
    """ASVS 8.2.1; the clinician's id is nobody's inbox, and the sign-in page does not send them back."""
    for path in ("/inkorg", "/inkorg/01939f7a-0000-7000-8000-000000000000"):
        for headers in ({}, HTMX):
            response = await disa.get(path, headers=headers)
            sent_to = response.headers.get("location") or response.headers["hx-redirect"]
            assert sent_to.startswith("/logga-in")
    page = await disa.get("/logga-in", headers=SWEDISH)
    assert page.status_code == 200
    assert "loggas du ut som personal" in page.text


async def test_half_an_hour_without_a_click_is_the_end(disa, clock):
    """ASVS 7.3.1"""
    clock.turn(minutes=29)
    assert (await disa.get("/personal/kallelser")).status_code == 200
    clock.turn(minutes=30)
    assert (await disa.get("/personal/kallelser")).status_code == 303


async def test_who_is_lost_finds_the_way_back(disa):
    """A page that is not there shows the staff their own way on, not an inbox."""
    page = await disa.get("/personal/finns-inte", headers=SWEDISH)

    assert page.status_code == 404
    assert 'href="/personal/kallelser"' in page.text
    assert 'href="/inkorg"' not in page.text
    assert await denials() == []
    assert 'href="/personal/kallelser"' in (await disa.get("/")).text
