"""What browsers get beside pages: one stylesheet, one module of behaviours, htmx and an icon.

What only staff's or developers' pages need stands apart: residents on phones do not fetch it.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from litestar import Request, Response, Router, get
from litestar.params import FromPath

from app.errors import Missing, Unconfigured
from app.web.asked import header
from app.web.compression import accepted

STATIC = Path(__file__).resolve().parents[2] / "static"

# The layers are declared in tokens.css, so it comes first; features follow in any order.
_FIRST = ("tokens", "base", "layout", "forms")
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """`packed` by content coding; "" is the file as it is."""

    media_type: str
    packed: dict[str, bytes]


@dataclass(frozen=True)
class Assets:
    """Addresses for templates, and the files behind them."""

    css: str
    developers: str
    staff: str
    script: str
    session: str
    htmx: str
    icon: str
    files: dict[str, File]


def read(browser_code: Path, static: Path = STATIC) -> Assets:
    """`browser_code` is the dist folder of htmx's npm package. Raises `Unconfigured` when it is not there."""
    files: dict[str, File] = {}
    return Assets(
        css=_add(files, "style", "css", "text/css", _stylesheet(static / "css")),
        developers=_add(files, "developers", "css", "text/css", _apart(static, "developers")),
        staff=_add(files, "staff", "css", "text/css", _apart(static, "staff")),
        script=_add(files, "behaviors", "js", "text/javascript", _behaviors(static / "js")),
        session=_add(files, "session", "js", "text/javascript", _session(static / "js" / "late")),
        htmx=_add(files, "htmx", "js", "text/javascript", _htmx(browser_code)),
        icon=_add(files, "icon", "svg", "image/svg+xml", (static / "icon.svg").read_bytes()),
        files=files,
    )


def _add(files: dict[str, File], stem: str, ending: str, media_type: str, content: bytes) -> str:
    name = f"{stem}.{sha256(content).hexdigest()[:12]}.{ending}"
    packed = {
        "br": brotli.compress(content, quality=11),
        "gzip": zlib.compress(content, 9, wbits=31),
        "": content,
    }
    files[name] = File(media_type, packed)
    return f"/static/{name}"


def _stylesheet(folder: Path) -> bytes:
    return _joined(sorted(folder.glob("*.css"), key=lambda path: (_rank(path.stem), path.stem)))


def _apart(static: Path, name: str) -> bytes:
    return _joined([static / "css" / "apart" / f"{name}.css"])


def _joined(paths: Iterable[Path]) -> bytes:
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    one_line = re.sub(r"\s+", " ", without_comments)
    return re.sub(r" ?([{};]) ?|(?<=[a-z])(:) ", r"\1\2", one_line).encode()


def _rank(stem: str) -> int:
    return _FIRST.index(stem) if stem in _FIRST else len(_FIRST)


def _behaviors(folder: Path) -> bytes:
    # Each file in a block of its own, so that no two can meet in a name.
    texts: Iterable[str] = (
        path.read_text(encoding="utf-8") for path in sorted((folder / "behaviors").glob("*.js"))
    )
    return _lean("\n".join(f"{{\n{text}}}" for text in texts))


def _session(folder: Path) -> bytes:
    """Fetched when a session's end is near; on its own, since the first load has no room for it."""
    return _lean("".join(path.read_text(encoding="utf-8") for path in folder.glob("session.js")))


def _lean(script: str) -> bytes:
    """Without the lines that are comments, and without indentation."""
    return re.sub(r"^\s*//.*\n|^\s+", "", script, flags=re.MULTILINE).encode()


def _htmx(folder: Path) -> bytes:
    path = folder / "htmx.min.js"
    if not path.is_file():
        raise Unconfigured(
            f"{path} is missing. Run `npm ci`, or set LARKPOST_BROWSER_CODE to the dist folder of htmx."
        )
    return path.read_bytes()


@get("/static/{name:str}", opt={"cookieless": True})
async def show_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A name holds its content's hash, so it never changes; an old name is simply gone."""
    return _file(request, name, _FOR_EVER)


@get("/favicon.ico", opt={"cookieless": True})
async def show_icon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Browsers ask here when a page is not HTML."""
    return _file(request, request.app.state.pages.assets.icon.rpartition("/")[2], "public, max-age=86400")


def _file(request: Request[Any, Any, Any], name: str, caching: str) -> Response[bytes]:
    file: File | None = request.app.state.pages.assets.files.get(name)
    if file is None:
        raise Missing("file")
    wishes = accepted(header(request.scope, b"accept-encoding") or "")
    coding = next((each for each in ("br", "gzip") if wishes.get(each)), "")
    headers = {"cache-control": caching}
    if coding:
        headers |= {"content-encoding": coding, "vary": "accept-encoding"}
    return Response(file.packed[coding], media_type=file.media_type, headers=headers)


router = Router(path="/", route_handlers=[show_file, show_icon], include_in_schema=False)
