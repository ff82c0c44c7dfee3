"""What browsers fetch beside pages: named by content, kept for ever, small."""

import re
import zlib
from dataclasses import fields
from pathlib import Path

import brotli
import httpx
import pytest

from app.errors import Unconfigured
from app.settings import Settings
from app.web import assets
from app.web.assets import STATIC, Assets

ADDRESSES = [field.name for field in fields(Assets) if field.name != "files"]


@pytest.fixture(scope="module")
def known(settings: Settings) -> Assets:
    return assets.read(settings.browser_code)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(("asked", "coding"), [("gzip, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0", None)])
async def test_a_file_comes_packed_as_the_browser_wants(
    client: httpx.AsyncClient, known: Assets, name: str, asked: str, coding: str | None
) -> None:
    answer = await client.get(getattr(known, name), headers={"accept-encoding": asked})

    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.content == known.files[getattr(known, name).rpartition("/")[2]].packed[""]


def test_every_packing_is_the_same_file(known: Assets) -> None:
    for file in known.files.values():
        assert brotli.decompress(file.packed["br"]) == file.packed[""]
        assert zlib.decompress(file.packed["gzip"], wbits=31) == file.packed[""]


def test_a_name_changes_with_the_content(tmp_path: Path, settings: Settings, known: Assets) -> None:
    for part in ("css/apart", "js/behaviors"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "icon.svg").write_bytes((STATIC / "icon.svg").read_bytes())
    (tmp_path / "css" / "tokens.css").write_text("a {}")
    for name in ("developers", "staff"):
        (tmp_path / "css" / "apart" / f"{name}.css").write_text("b {}")

    other = assets.read(settings.browser_code, tmp_path)

    assert other.css != known.css
    assert other.icon == known.icon


def test_a_missing_htmx_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unconfigured, match="Run `npm ci`"):
        assets.read(tmp_path)


def test_the_layers_are_declared_first_and_nothing_stands_outside_them(known: Assets) -> None:
    text = known.files[known.css.rpartition("/")[2]].packed[""].decode()

    assert text.startswith("@layer reset, tokens, base, layout, components, utilities;")
    assert text.count("@layer reset,") == 1
    assert set(re.findall(r"}\s*(@?[a-z.#:]+)[^{}]*{", _without_inner(text))) <= {"@layer"}


def _without_inner(text: str) -> str:
    """The outermost blocks alone."""
    depth, kept = 0, []
    for character in text:
        depth += character == "{"
        if depth <= 1:
            kept.append(character)
        depth -= character == "}"
    return "".join(kept)


def test_the_weight_of_the_first_load(known: Assets) -> None:
    """accessibility.md §4: CSS at most 5 KB, scripts 14.5 KB."""
    weight = {
        name: len(known.files[getattr(known, name).rpartition("/")[2]].packed["br"]) for name in ADDRESSES
    }

    assert weight["css"] <= 5_000
    assert weight["script"] + weight["htmx"] <= 14_500
    assert weight["icon"] <= 500


def test_what_tells_of_a_sessions_end_comes_when_it_is_near(known: Assets) -> None:
    behaviors = known.files[known.script.rpartition("/")[2]].packed[""].decode()
    late = known.files[known.session.rpartition("/")[2]].packed[""].decode()

    assert "/inloggning" not in behaviors
    assert "/inloggning" in late
    assert not re.search(r"^\s|^//", late + behaviors, re.MULTILINE)


@pytest.mark.parametrize("path", sorted((STATIC / "css").rglob("*.css")), ids=lambda path: path.stem)
def test_lengths_grow_with_the_text_and_sides_follow_the_writing_direction(path: Path) -> None:
    """design.md §5: no px font sizes, logical properties only."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"[0-9]px\b", text)
    assert not re.search(r"\b(margin|padding|border)-(left|right|top|bottom)\b", text)
    assert not re.search(r"(?<![-\w])(left|right|top|bottom|width|height)\s*:", text)
    assert not re.search(r"text-align:\s*(left|right)|float:\s*(left|right)", text)


@pytest.mark.parametrize("path", sorted((STATIC / "js").rglob("*.js")), ids=lambda path: path.stem)
def test_behaviors_never_write_markup(path: Path) -> None:
    """ASVS 3.2.2: text and nodes only."""
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", path.read_text()
    )
