"""A care system's end of the line: a real HTTP server that keeps what it is sent and answers as told."""

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


class Receiver:
    """`status` is what it answers; `headers` and `body` go with it, after `wait` seconds."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.status, self.headers, self.body, self.wait = 204, dict[str, str](), b"", 0.0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/larkpost?from=us"


@contextmanager
def listening(certificate: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Over TLS with a certificate."""
    receiver = Receiver()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.calls.append(Call(self.path, headers, body))
            time.sleep(receiver.wait)
            try:
                self._answer()
            except OSError:
                # Whoever called did not stay for the whole of it.
                self.close_connection = True

        def do_GET(self) -> None:
            self.do_POST()

        def _answer(self) -> None:
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *args: object) -> None:
            """Nothing: the tests look at `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if certificate:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def is_signed_by(call: Call, public_key: str) -> bool:
    """ed25519 (v1a), by nothing of ours: only the key as it is shown, whpk_…"""
    octets = base64.b64decode(public_key.removeprefix("whpk_"), validate=True)
    key = Ed25519PublicKey.from_public_bytes(octets)
    signed = f"{call.id}.{call.headers['webhook-timestamp']}.".encode() + call.body
    return any(
        _made_by(key, base64.b64decode(text.removeprefix("v1a,"), validate=True), signed)
        for text in call.headers["webhook-signature"].split(" ")
        if text.startswith("v1a,")
    )


def _made_by(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def is_signed(call: Call, secret: str) -> bool:
    """By the library of Standard Webhooks, at the time that the call names: our clock is not the wall's."""
    at = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
    wanted = Webhook(secret).sign(call.id, at, call.body.decode())
    return wanted in call.headers["webhook-signature"].split(" ")
