"""Where a care system is told what happens (Standard Webhooks): nothing is believed before it is verified.

`python demo/care_system.py listen` runs it on this machine. Your own stands behind https, and answers at
once; what takes time comes after the answer.
"""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

TOLERANCE = 5 * 60
MOST = 20_000
DIGITS = 12


class NotGenuine(Exception):
    """Not signed with the key that we know, or so old that somebody may be playing it back."""


class Receiver:
    """Tells `tell` of each event once, although it may come several times: `webhook-id` stays the same."""

    def __init__(self, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self.secret = ""
        self._tell, self._known = tell, set[str]()

    def receive(self, headers: Mapping[str, str], body: bytes, *, now: float) -> None:
        """Raises `NotGenuine`."""
        id = verify(headers, body, self.secret, now=now)
        if id not in self._known:
            self._known.add(id)
            self._tell(id, json.loads(body))


def verify(headers: Mapping[str, str], body: bytes, key: str, *, now: float) -> str:
    """The event's id. `key` is as it was shown: whsec_… (HMAC) or whpk_… (ed25519). Raises `NotGenuine`."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or len(timestamp) > DIGITS or abs(now - int(timestamp)) > TOLERANCE:
        raise NotGenuine("The timestamp is missing, or more than five minutes from our clock.")
    signed = f"{id}.{timestamp}.".encode() + body
    # Several, while a key is being replaced, or when both kinds are wanted.
    signatures = headers.get("webhook-signature", "").split(" ")
    made_by = _made_by_public_key if key.startswith("whpk_") else _made_by_secret
    if not any(made_by(key, signature, signed) for signature in signatures):
        raise NotGenuine("The signature is not made with the key that we know.")
    return id


def _made_by_secret(secret: str, signature: str, signed: bytes) -> bool:
    """HMAC-SHA256. Comparing takes the same time however wrong it is."""
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    return hmac.compare_digest(f"v1,{base64.b64encode(digest).decode()}".encode(), signature.encode())


def _made_by_public_key(public_key: str, signature: str, signed: bytes) -> bool:
    """ed25519, which Python has not: the package `cryptography` does it."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - HMAC needs the standard library only
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    version, _, text = signature.partition(",")
    try:
        key.verify(base64.b64decode(text, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return version == "v1a"


def server(receiver: Receiver, *, port: int = 0) -> HTTPServer:
    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                receiver.receive(headers, self._body(headers), now=time.time())
            except NotGenuine as reason:
                print(f"Refused: {reason}", flush=True)
                self._answer(400)
            else:
                self._answer(204)

        def _body(self, headers: Mapping[str, str]) -> bytes:
            length = headers.get("content-length", "")
            if not length.isdecimal() or len(length) > DIGITS or int(length) > MOST:
                raise NotGenuine("Events are short and say how long they are; this one is not.")
            return self.rfile.read(int(length))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """What is verified is printed, nothing else."""

    return HTTPServer(("127.0.0.1", port), Asked)


def listen(register: Callable[[str], str], *, port: int = 0) -> None:
    """Until it is interrupted. `register` says where we are, and returns what to verify with."""
    receiver = Receiver(show)
    with server(receiver, port=port) as listening:
        # What comes before the secret (or the public key) is known waits: nothing is answered yet.
        url = f"http://127.0.0.1:{listening.server_port}/"
        receiver.secret = register(url)
        print(f"Listening on {url}; Ctrl+C ends it.", flush=True)
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            print("Ended.")


def show(id: str, event: dict[str, Any]) -> None:
    print(f"Verified {id}: {json.dumps(event, ensure_ascii=False)}", flush=True)
