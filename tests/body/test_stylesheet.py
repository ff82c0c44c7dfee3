"""WCAG 1.4.6: text on each box at 7:1 or more, in both schemes, counted from the stylesheets themselves."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
DARK = "@media (prefers-color-scheme: dark)"
TOKENS = (CSS / "tokens.css").read_text()
BODY = (CSS / "body.css").read_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("box", [".box-information", ".box-observe", ".box-frame"])
@pytest.mark.parametrize("ink", ["--text", "--text-2", "--link", "--visited"])
def test_what_stands_in_a_box_can_be_read(ink, box, dark):
    colours = declared(TOKENS, ":root", dark)
    ground = declared(BODY, box, dark).get("--box-ground") or colours["--ground-raised"]
    assert contrast(colours[ink], ground) >= 7


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_edge_of_a_yellow_box_is_seen(dark):
    """WCAG 1.4.11: 3:1 against the ground around it and the box itself."""
    observe = declared(BODY, ".box-observe", dark)
    around = declared(TOKENS, ":root", dark)["--ground-raised"]
    assert contrast(observe["--box-edge"], around) >= 3
    assert contrast(observe["--box-edge"], observe["--box-ground"]) >= 3


def test_lengths_follow_the_readers_size_of_text_and_the_direction_of_writing():
    assert not re.findall(r"\d+px", BODY)
    assert not re.findall(r"\b(left|right|top|bottom|height|(?<!-)width)\s*:", BODY)


def declared(css: str, selector: str, dark: bool) -> dict[str, str]:
    """The colours set for a selector; what the dark scheme does not change is as in the light one."""
    light, _, night = css.partition(DARK)
    found = _colours(light, selector)
    return found | _colours(night, selector) if dark else found


def _colours(css: str, selector: str) -> dict[str, str]:
    rules = re.findall(re.escape(selector) + r" \{([^}]*)\}", css)
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]+);", " ".join(rules)))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
