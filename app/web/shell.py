"""The only middleware: headers, compression and the access log, round errors and files too."""

from secrets import token_hex
from time import perf_counter

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.web import log
from app.web.asked import header
from app.web.compression import SMALLEST, TEXTS, VARY, encoder_for
from app.web.headers import RawHeaders, dressed

# Said when not even an error page can be made. Both languages, since nobody's choice is known any more.
LAST_WORDS = (
    '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>Fel: Något gick fel hos oss – Lärkpost</title></head>"
    "<body><main><h1>Något gick fel hos oss</h1><p>Försök igen om en stund.</p>"
    '<p lang="en">Something went wrong on our side. Try again in a while.</p>'
    "<p>{reference}</p></main></body></html>"
)


class Shell:
    """Wraps the application once; lifespan messages pass untouched. `app` is what it wraps."""

    __slots__ = ("_write", "app")

    def __init__(self, app: ASGIApp, *, write: log.Write = log.write) -> None:
        self.app = app
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        reference = token_hex(8)
        scope.setdefault("state", {})["request_id"] = reference
        answer = Answer(scope, send)
        try:
            await self.app(scope, receive, answer.send)
        except Exception as fault:  # noqa: BLE001  the outermost place: what is not caught here reaches nobody
            self._write(log.fault_line(reference, fault))
            await answer.break_off(reference)
        finally:
            route = str(scope.get("path_template", "-"))
            elapsed = (perf_counter() - started) * 1000
            self._write(log.access_line(reference, scope["method"], route, answer.status, elapsed))


class BrokenOff(Exception):
    """The connection must be closed: half an answer was sent. The log has the fault under the reference."""


class Answer:
    """Holds the start back until it is known whether the body comes in one piece."""

    __slots__ = ("_begun", "_headers", "_held", "_names", "_scope", "_send", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._begun = self._held = False
        self._headers: RawHeaders = []
        self._names: dict[bytes, bytes] = {}
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = list(message["headers"])
            self._names = dict(self._headers)
            self._held = b"content-length" in self._names
            if not self._held:
                # A stream's headers may not wait for its first piece: that piece can be hours away.
                await self._begin()
            return
        if self._held and message["type"] == "http.response.body":
            if not message["more_body"]:
                message["body"] = self._packed(message["body"])
            await self._begin()
        await self._send(message)

    async def break_off(self, reference: str) -> None:
        """Raises `BrokenOff` when the answer has begun and cannot be taken back."""
        if self._begun:
            raise BrokenOff(reference) from None
        body = LAST_WORDS.format(reference=reference).encode()
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def _begin(self) -> None:
        self._held, self._begun = False, True
        headers = dressed(self._headers, self._names)
        await self._send({"type": "http.response.start", "status": self.status, "headers": headers})

    def _packed(self, body: bytes) -> bytes:
        kind = self._names.get(b"content-type", b"")
        if kind.partition(b";")[0] not in TEXTS or b"content-encoding" in self._names:
            return body
        self._headers.append(VARY)
        accepts = header(self._scope, b"accept-encoding") or ""
        encoder = encoder_for(accepts) if len(body) > SMALLEST else None
        if encoder is None:
            return body
        coding, encode = encoder
        body = encode(body)
        self._headers = [pair for pair in self._headers if pair[0] != b"content-length"]
        self._headers += [(b"content-encoding", coding), (b"content-length", b"%d" % len(body))]
        return body
