"""Where a link may lead: https, tel and mailto. Any other address stays in the text for people to see."""

import codecs
import re
from collections.abc import Callable
from urllib.parse import quote

from app.body.blocks import Content, Emphasis, Inline, Link, Text, spoken

# These turn text round or hide in it. The joiners U+200C and U+200D stay: Persian and emoji need them.
_DECEIVING = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]")

# No backslash, user name or control character: browsers and Python disagree on which host those lead to.
_WEB = re.compile(
    r"(?P<scheme>https?://)?(?P<host>[^\W_][\w.-]{0,252})(?::(?P<port>\d{1,5}))?(?P<rest>[/?#][^\\\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)
_PLAUSIBLE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.([a-z]{2,}|xn--[a-z0-9-]+)\.?")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.?")
_PHONE = re.compile(r"tel:(?P<number>\+?[0-9 ().\u00a0\u2013-]{2,40})", re.IGNORECASE)
_MAIL = re.compile(
    r"mailto:(?P<address>[a-z0-9.!#$'*+/=^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<subject>\?subject=[^&\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)
_IDNA = codecs.lookup("idna")
_KEPT = "%!#$&'()*+,/:;=?@[]~"
_UNSEEN = " \t\n\u00a0\u200c\u200d"
_SWEDISH = re.compile(r"[a-z0-9åäö.-]+")


def linked(address: str, content: Content) -> Content:
    """The content as a link to `address`, or, when it may not lead there, with the address written out.

    http becomes https, and a bare host gets it: real letters have `1177.se/patientavgifter`. Control
    characters that turn text round or hide in it are taken out of the link's text (UTS 55 4.2, ASVS 1.3.10).
    """
    address = _DECEIVING.sub("", address).strip()
    content = _honest(unlinked(content))
    target = _phone(address) or _mail(address) or _web(address)
    if target is None:
        return _written_out(address, content)
    url, host = target
    return (Link(url, (Text(address),) if _blank(content) else content, host),)


def web_address(address: str) -> tuple[str, str] | None:
    """The address as browsers read it, and its host, fit to show; None unless https on a public name.

    Stricter than links in a text: no numbers that stand for a host, no bare words, nothing that is invisible.
    """
    found = _web(address) if address.lower().startswith("https://") else None
    if found is None or _DECEIVING.search(address) or address != address.strip():
        return None
    name = found[0].removeprefix("https://").partition("/")[0].partition(":")[0]
    return found if _PLAUSIBLE.fullmatch(name) else None


def unlinked(content: Content) -> Content:
    """Without links, their addresses written out: for where no link may stand."""
    return tuple(
        plain
        for node in content
        for plain in (
            _written_out(node.url, node.content) if isinstance(node, Link) else (_within(node, unlinked),)
        )
    )


def shown(link: Link) -> bool:
    """Whether the link's text already says where it leads."""
    said = _bare(spoken(link.content))
    return said in (link.host, link.host.removeprefix("www."), _bare(link.url))


def _bare(address: str) -> str:
    return re.sub(r"^(https?://|mailto:|tel:)", "", address.strip().lower()).rstrip("/")


def _phone(address: str) -> tuple[str, str] | None:
    found = _PHONE.fullmatch(address)
    return ("tel:" + re.sub("[^0-9+]", "", found["number"]), "") if found else None


def _mail(address: str) -> tuple[str, str] | None:
    found = _MAIL.fullmatch(address)
    return (f"mailto:{found['address']}{quote(found['subject'] or '', safe=_KEPT)}", "") if found else None


def _web(address: str) -> tuple[str, str] | None:
    found = _WEB.fullmatch(address)
    host = _ascii(found["host"]) if found else None
    if not (found and host and (_HOST if found["scheme"] else _PLAUSIBLE).fullmatch(host)):
        return None
    port = f":{found['port']}" if found["port"] and found["port"] not in ("80", "443") else ""
    url = f"https://{host}{port}{quote(found['rest'] or '/', safe=_KEPT)}"
    return url, _readable(found["host"].lower(), host)


def _ascii(host: str) -> str | None:
    try:
        return _IDNA.encode(host)[0].decode("ascii").lower()
    except UnicodeError:
        return None


def _readable(host: str, ascii_host: str) -> str:
    """Letters that only look Latin show as `xn--…`, so that no host can pass for another."""
    return host if _SWEDISH.fullmatch(host) else ascii_host


def _written_out(address: str, content: Content) -> Content:
    if not address or address in spoken(content):
        return content
    return (Text(address),) if _blank(content) else (*content, Text(f" ({address})"))


def _blank(content: Content) -> bool:
    return not spoken(content).strip(_UNSEEN)


def _honest(content: Content) -> Content:
    return tuple(
        Text(_DECEIVING.sub("", node.text)) if isinstance(node, Text) else _within(node, _honest)
        for node in content
    )


def _within(node: Inline, change: Callable[[Content], Content]) -> Inline:
    return Emphasis(node.style, change(node.content)) if isinstance(node, Emphasis) else node
