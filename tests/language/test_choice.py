import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language import LANGUAGES, negotiate


def test_the_language_chosen_here_goes_first() -> None:
    assert negotiate("en", "sv") == "en"
    assert negotiate("sv", "en-GB,en;q=0.9") == "sv"


@pytest.mark.parametrize("cookie", [None, "", "fi", "EN", "en; Path=/", "../sv"])
def test_a_cookie_that_is_not_a_language_counts_as_none(cookie: str | None) -> None:
    assert negotiate(cookie, "en") == "en"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("sv-SE,sv;q=0.9,en-US;q=0.8,en;q=0.7", "sv"),
        ("en-US,en;q=0.9,sv;q=0.8", "en"),
        ("sv;q=0.4, EN ; q=0.5", "en"),
        ("fi,en;q=0.2", "en"),
        ("fi, de", "sv"),
        ("en;q=0", "sv"),
        ("sv;q=0,en;q=0.1", "en"),
        ("*", "sv"),
        ("", "sv"),
        (None, "sv"),
    ],
)
def test_else_the_browser_is_asked(header: str | None, language: str) -> None:
    assert negotiate(None, header) == language


@pytest.mark.parametrize(
    "header",
    [
        ";;;",
        "en;q=2",
        "en;q=-1",
        "en;q=nan",
        "en;q=1e9",
        "en;q=0.99999",
        "q=1",
        "en-",
        "\x00en",
        "enen",
        "en;",
        "é",
    ],
)
def test_a_wish_that_cannot_be_read_is_not_a_wish(header: str) -> None:
    assert negotiate(None, f"{header},sv;q=0.1") in ("sv", "en")
    assert negotiate(None, header) in LANGUAGES


def test_a_very_long_header_is_not_read_to_its_end() -> None:
    assert negotiate(None, "fi," * 100_000 + "en") == "sv"


@given(st.text())
def test_no_header_at_all_makes_it_fail(header: str) -> None:
    assert negotiate(None, header) in LANGUAGES
