"""The example receiver believes what is signed with its secret and is not old, and tells of it once."""

import base64
import hmac
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx2
import pytest

from app.callbacks.rules.signing import Signers, public_of, signed_headers
from demo import care_system
from demo.callback_receiver import MOST, NotGenuine, Receiver, server, verify

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
EVENT = {"type": "summons.cancelled", "timestamp": "2026-11-23T08:30:00Z", "data": {"number": 7}}
BODY = json.dumps(EVENT).encode()
NOW = 1_764_000_000


def signed(
    body: bytes = BODY, *, at: int = NOW, id: str = "019ab1b9-4f58-7d1e-8a5b-2c9e6f7a1b30", key: bytes = KEY
) -> dict[str, str]:
    made = hmac.digest(key, f"{id}.{at}.".encode() + body, "sha256")
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(made).decode(),
    }


@pytest.mark.parametrize("apart", [-300, 0, 300])
def test_what_is_signed_with_our_secret_is_believed(apart: int) -> None:
    headers = signed(at=NOW + apart)

    assert verify(headers, BODY, SECRET, now=NOW) == headers["webhook-id"]


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed()
    headers["webhook-signature"] = "v1a,xyz v1,AAAA " + headers["webhook-signature"]

    assert verify(headers, BODY, SECRET, now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(key=bytes(32)),
        signed(b"another"),
        signed() | {"webhook-id": "another"},
        signed() | {"webhook-timestamp": str(NOW + 1)},
        signed() | {"webhook-signature": ""},
        signed() | {"webhook-signature": "v1,"},
        signed() | {"webhook-signature": "v1,åäö"},
        signed(at=NOW - 301),
        signed(at=NOW + 301),
        signed() | {"webhook-timestamp": "now"},
        signed() | {"webhook-timestamp": "9" * 5000},
    ],
)
def test_nothing_else_is_believed(headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        verify(headers, BODY, SECRET, now=NOW)


def test_what_is_signed_with_the_key_behind_our_public_key_is_believed() -> None:
    """RFC 8032 §7.1, test 1: keys that are nobody's."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "whpk_" + base64.b64encode(public_of(seed)).decode()
    headers = signed_headers("one", BODY, at=NOW, by=Signers([KEY], [bytes(32), seed]))

    assert verify(headers, BODY, public, now=NOW) == "one"
    assert verify(headers, BODY, SECRET, now=NOW) == "one"


@pytest.mark.parametrize(
    "signature", ["", "v1a,", "v1a,AAAA", "v1a,åäö", "v1,{right}", "{right}", "v1a,{right} v", "v2,{right}"]
)
def test_no_other_is_believed_by_a_public_key(signature: str) -> None:
    public = "whpk_" + base64.b64encode(public_of(KEY)).decode()
    headers = signed_headers("one", BODY, at=NOW, by=Signers([], [KEY]))
    right = headers["webhook-signature"].removeprefix("v1a,")
    wrong = headers | {"webhook-signature": signature.format(right=right)}

    believed = signature.startswith("v1a,{right}")
    if believed:
        assert verify(wrong, BODY, public, now=NOW)
    else:
        with pytest.raises(NotGenuine):
            verify(wrong, BODY, public, now=NOW)
    with pytest.raises(NotGenuine):
        verify(headers, BODY + b" ", public, now=NOW)


def test_an_event_that_comes_twice_is_told_once() -> None:
    told: list[tuple[str, Any]] = []
    receiver = Receiver(lambda *event: told.append(event))
    receiver.secret = SECRET

    for _ in range(2):
        receiver.receive(signed(), BODY, now=NOW)

    assert told == [(signed()["webhook-id"], EVENT)]


@pytest.fixture
def address() -> Iterator[str]:
    receiver = Receiver(lambda *_: None)
    receiver.secret = SECRET
    with server(receiver) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/"
        listening.shutdown()
        thread.join()


def test_it_answers_204_to_what_it_believes_and_400_to_the_rest(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = signed(at=int(time.time()))
    long = b" " * (MOST + 1)

    assert httpx2.post(address, content=BODY, headers=fresh).status_code == 204
    assert httpx2.post(address, content=BODY + b" ", headers=fresh).status_code == 400
    assert httpx2.post(address, content=long, headers=signed(long, at=int(time.time()))).status_code == 400

    assert capsys.readouterr().out.count("Refused: ") == 2


class _Larkpost(BaseHTTPRequestHandler):
    """As much of the product as `listen` asks for: a token, and the callback's secret."""

    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        self._answer({"access_token": "t", "expires_in": 600})

    def do_PUT(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self._answer({"secret": SECRET})

    def _answer(self, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


def test_listening_from_a_terminal_registers_and_prints_what_it_verified() -> None:
    """As a file of its own, which knows no package."""
    _Larkpost.asked = []
    with HTTPServer(("127.0.0.1", 0), _Larkpost) as larkpost:
        threading.Thread(target=larkpost.serve_forever, daemon=True).start()
        command = [sys.executable, care_system.__file__, "listen"]
        settings = {
            "LARKPOST_URL": f"http://127.0.0.1:{larkpost.server_port}",
            "LARKPOST_CLIENT_ID": "a",
            "LARKPOST_CLIENT_SECRET": "b",
        }
        with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as listening:
            assert listening.stdout
            first = listening.stdout.readline()
            [asked] = _Larkpost.asked
            httpx2.post(asked["url"], content=BODY, headers=signed(at=int(time.time())))
            told = listening.stdout.readline()
            listening.terminate()
        larkpost.shutdown()

    assert first == f"Listening on {asked['url']}; Ctrl+C ends it.\n"
    assert told == f"Verified {signed()['webhook-id']}: {json.dumps(EVENT)}\n"
