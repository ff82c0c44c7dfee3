"""Where links may lead. B10: no address passes for another."""

import pytest

from app.body import docbook, html
from app.body.blocks import Emphasis, Link, Text
from app.body.links import linked, shown, unlinked


@pytest.mark.parametrize(
    ("address", "url", "host"),
    [
        ("https://www.1177.se/a?b=c&d=e#f", "https://www.1177.se/a?b=c&d=e#f", "www.1177.se"),
        ("http://1177.se", "https://1177.se/", "1177.se"),
        ("http://1177.se:80/a", "https://1177.se/a", "1177.se"),
        ("https://1177.se:8443/a", "https://1177.se:8443/a", "1177.se"),
        ("1177.se/patientavgifter", "https://1177.se/patientavgifter", "1177.se"),
        ("www.1177.se", "https://www.1177.se/", "www.1177.se"),
        ("  HTTPS://1177.SE/A  ", "https://1177.se/A", "1177.se"),
        ("https://1177.se/å b", "https://1177.se/%C3%A5%20b", "1177.se"),
        ("https://1177.se/%C3%A5", "https://1177.se/%C3%A5", "1177.se"),
        ('https://1177.se/"<>', "https://1177.se/%22%3C%3E", "1177.se"),
        ("https://räksmörgås.se/", "https://xn--rksmrgs-5wao1o.se/", "räksmörgås.se"),
        ("https://１１７７.se/", "https://1177.se/", "1177.se"),
        ("https://localhost/", "https://localhost/", "localhost"),
        ("tel:08-123 45 67", "tel:081234567", ""),
        ("TEL:+46 (0)8", "tel:+4608", ""),
        ("tel:112", "tel:112", ""),
        ("mailto:moa@vard.se", "mailto:moa@vard.se", ""),
        ("mailto:moa@vard.se?subject=Hej då", "mailto:moa@vard.se?subject=Hej%20d%C3%A5", ""),
    ],
)
def test_an_address_that_may_be_followed(address, url, host):
    assert linked(address, (Text("här"),)) == (Link(url, (Text("här"),), host),)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:a",
        "file:///etc/passwd",
        "ftp://1177.se/",
        "https:1177.se",
        "https://",
        "http:///a",
        "//evil.example/",
        "/inkorg",
        "#a",
        "se nedan",
        "localhost/a",
        "127.0.0.1/a",
        "https://1177.se@evil.example/",
        "https://evil.example\\@1177.se/",
        "https://evil.example/\\a",
        "https://1177.se/a\tb",
        "https://[::1]/",
        "https://a_b.se/",
        "https://-/ a".replace("-", "‑"),
        "https://a..se/",
        f"https://{'a' * 300}.se/",
        f"https://{'å' * 64}.se/",
        "moa@vard.se",
        "mailto:moa",
        "mailto:moa@vard.se?bcc=eva@vard.se",
        "mailto:moa@vard.se?subject=a&bcc=eva@vard.se",
        "tel:ring",
        "tel:*#06#",
        "tel:1",
    ],
)
def test_any_other_address_stays_in_sight(address):
    assert linked(address, (Text("här"),)) == (Text("här"), Text(f" ({address})"))


def test_the_address_is_said_once():
    assert linked("javascript:a", (Text("javascript:a"),)) == (Text("javascript:a"),)
    assert linked("javascript:a", ()) == (Text("javascript:a"),)
    assert linked("", (Text("här"),)) == (Text("här"),)
    assert linked("", ()) == ()


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u200d", "\u00a0"])
def test_a_link_with_nothing_to_see_shows_its_address(nothing):
    assert linked("1177.se", (Text(nothing),)) == (Link("https://1177.se/", (Text("1177.se"),), "1177.se"),)


@pytest.mark.parametrize(
    "sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b\u200e\u200f\U000e0041"
)
def test_signs_that_turn_text_round_or_hide_are_taken_out_of_links(sign):
    assert linked(f"https://11{sign}77.se", (Emphasis("bold", (Text(f"11{sign}77"),)),)) == (
        Link("https://1177.se/", (Emphasis("bold", (Text("1177"),)),), "1177.se"),
    )
    assert linked("javascript:a", (Text(f"a{sign}b"),))[0] == Text("ab")


def test_joiners_stay_because_persian_and_emoji_are_spelt_with_them():
    text = (Text("می\u200cخواهم 👩\u200d⚕️"),)
    assert linked("1177.se", text) == (Link("https://1177.se/", text, "1177.se"),)


@pytest.mark.parametrize("host", ["1177.ѕе", "ｅvil.ехаmple", "göögle.рф"])
def test_letters_that_only_look_latin_are_not_shown_as_such(host):
    (link,) = linked(f"https://{host}/", (Text("här"),))
    assert isinstance(link, Link)
    assert link.host.isascii()
    assert "xn--" in link.host
    assert link.url == f"https://{link.host}/"


@pytest.mark.parametrize(
    ("text", "address", "says_so"),
    [
        ("1177.se", "https://1177.se/avgifter", True),
        ("1177.SE ", "1177.se", True),
        ("1177.se", "https://www.1177.se/", True),
        ("www.1177.se/avgifter", "https://www.1177.se/avgifter/", True),
        ("http://1177.se/avgifter", "http://1177.se/avgifter", True),
        ("Avgifter", "1177.se", False),
        ("1177.se", "https://evil.example/1177.se", False),
        ("1177.se/annat", "https://1177.se/avgifter", False),
        ("evil.example/1177.se", "https://1177.se/", False),
    ],
)
def test_the_host_is_shown_unless_the_text_is_it(text, address, says_so):
    (link,) = linked(address, (Text(text),))
    assert isinstance(link, Link)
    assert shown(link) is says_so
    assert ('class="host"' in html.write(docbook.read(ulink(address, text)), "sv")) is not says_so


def test_a_link_in_a_link_is_written_out():
    inner = ulink("https://b.se/", "b")
    document = docbook.read(f'<article><ulink url="https://a.se/">a {inner[9:-10]}</ulink></article>')
    assert html.write(document, "sv") == (
        '<p><a class="alone" href="https://a.se/" rel="noreferrer noopener">a b (https://b.se/)</a>'
        ' <span class="host">(a.se)</span></p>'
    )


def test_links_written_out_stay_in_their_emphasis():
    link = Link("https://a.se/", (Text("a"),), "a.se")
    assert unlinked((Emphasis("bold", (link,)), Text("b"))) == (
        Emphasis("bold", (Text("a"), Text(" (https://a.se/)"))),
        Text("b"),
    )


def test_docbook_knows_three_ways_to_give_an_address():
    for name in ("url", "xlink:href", "href"):
        document = docbook.read(f'<article xmlns:xlink="x"><link {name}="1177.se">a</link></article>')
        assert 'href="https://1177.se/"' in html.write(document, "sv")
    assert html.write(docbook.read('<article><link linkend="x">a</link></article>'), "sv") == "<p>a</p>"


def ulink(address: str, text: str) -> str:
    return f'<article><ulink url="{address}">{text}</ulink></article>'
