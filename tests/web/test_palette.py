"""Every text stands out 7:1 from every ground it may stand on, in both schemes (WCAG 1.4.6, 1.4.11)."""

import re

import pytest

from app.web.assets import STATIC

GROUNDS = ("ground", "ground-raised")
PAIRS = [
    *(
        (text, ground)
        for text in ("text", "text-2", "link", "visited", "brand", "danger")
        for ground in GROUNDS
    ),
    *((f"{kind}", f"{kind}-ground") for kind in ("danger", "ok", "warn")),
    *(("text", f"{kind}-ground") for kind in ("danger", "ok", "warn")),
    ("brand-text", "brand"),
]
EDGES = [("field-border", ground) for ground in GROUNDS] + [("focus", "focus-halo")]


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = (STATIC / "css" / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    plain = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6});", light))
    return {"light": plain, "dark": plain | dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6});", dark))}


SCHEMES = _schemes()


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out(scheme: str, text: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_stand_out(scheme: str, edge: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][edge], SCHEMES[scheme][ground]) >= 3


def test_the_measure_is_right() -> None:
    """Black on white is 21:1 by definition."""
    assert round(contrast("#000", "#ffffff"), 2) == 21
