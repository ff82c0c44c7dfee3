"""The care system's end: verifies, remembers, and fails now and then."""

import base64
import hashlib
import hmac
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAILS = 0.02
SLOWEST = 0.03


@dataclass
class Received:
    """`accepted` counts by id; `bodies` has every body that came under an id."""

    secret: bytes = b""
    accepted: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    refused: int = 0
    badly_signed: int = 0
    cut_short: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    chance: random.Random = field(default_factory=lambda: random.Random(3))

    def take(self, headers: dict[str, str], body: bytes) -> int:
        with self.lock:
            fails, slow = self.chance.random() < FAILS, self.chance.random() * SLOWEST
        time.sleep(slow)
        with self.lock:
            if not _is_signed(headers, body, self.secret):
                self.badly_signed += 1
                return 401
            is_new = headers["webhook-id"] not in self.bodies
            self.bodies.setdefault(headers["webhook-id"], set()).add(body)
            if fails and is_new:
                self.refused += 1
                return 500
            self.accepted[headers["webhook-id"]] += 1
            return 204

    def knows(self, secret: str) -> None:
        self.secret = base64.b64decode(secret.removeprefix("whsec_"))


@contextmanager
def receiving(received: Received) -> Iterator[str]:
    """The address that it listens at."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # Killed between the headers and the end of the body: no call came.
                received.cut_short += 1
                self.close_connection = True
                return
            self.send_response(received.take({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Nothing."""

        def handle(self) -> None:
            # Whoever called may have been killed.
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/larkpost"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def _is_signed(headers: dict[str, str], body: bytes, secret: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return wanted in headers["webhook-signature"].split(" ")
