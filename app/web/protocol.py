"""HTTP that cannot be read never reaches the application; its answer carries the same headers."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.headers import dressed

STATUS = b"HTTP/1.1 400 Bad Request\r\n"


class DressedProtocol(HttpToolsProtocol):
    """uvicorn's own, but for how it refuses."""

    def send_400_response(self, msg: str) -> None:
        body = msg.encode("ascii", "replace")
        own = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        headers = dressed(own, dict(own))
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(STATUS + b"".join(lines) + b"\r\n" + body)
        self.transport.close()
