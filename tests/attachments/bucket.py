"""A small server that speaks as much S3 as is needed: objects put, got and deleted, each call signed."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY_ID = "larkpost"


@dataclass
class Bucket:
    """`status` answers in place of what was asked, so many `times`."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    status: int = 0
    times: int = 0
    asked: list[str] = field(default_factory=list)


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self._is_welcome():
            self.bucket.objects[self.path] = body
            self._say(200)

    def do_GET(self) -> None:
        if self._is_welcome():
            found = self.bucket.objects.get(self.path)
            self._say(404 if found is None else 200, found or b"")

    def do_POST(self) -> None:
        """Many deleted at once (DeleteObjects), which is how a client deletes one too."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if self._is_welcome():
            keys = re.findall("<Key>(.*?)</Key>", body)
            for key in keys:
                self.bucket.objects.pop(f"{self.path.partition('?')[0]}/{key}", None)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._say(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _is_welcome(self) -> bool:
        bucket = self.bucket
        bucket.asked.append(f"{self.command} {self.path}")
        if bucket.times:
            bucket.times -= 1
            self._say(bucket.status)
            return False
        if f"Credential={KEY_ID}/" not in self.headers.get("authorization", ""):
            self._say(403)
            return False
        return True

    def _say(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("last-modified", "Mon, 23 Nov 2026 08:30:00 GMT")
        self.send_header("etag", '"1"')
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not in the tests' output."""


@contextmanager
def listening() -> Iterator[Bucket]:
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Answering,), {"bucket": bucket}))
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01}).start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
