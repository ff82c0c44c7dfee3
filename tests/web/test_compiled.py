"""What templates compile to is kept for the next start, and never used for anything else."""

import marshal
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from app.web import assets, compiled, service
from app.web.compiled import MOST_KEPT, Compiled, made_of
from app.web.pages import TEMPLATES, Pages
from app.web.templates import Translated

Start = Callable[[], bytes]
SERVICE = service.read(compiled.ROOT / "demo" / "service.toml")
HELLO = "{{ _('Lämna synpunkter') }} {{ frame.service.name }}"


@pytest.fixture(autouse=True)
def may_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images set PYTHONDONTWRITEBYTECODE, which holds for these files too."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text(HELLO)
    return folder


def started(templates: Path, kept: Path, name: str = "Lärkpost") -> str:
    """The page, as a process would say it that starts now."""
    constants = {"service": replace(SERVICE, name=name), "language": "sv"}
    keeping = Compiled(made_of(templates, "sv", constants), kept)
    page = Translated(templates, "sv", constants, compiled=keeping).get_template("page.html")
    keeping.keep()
    return page.render()


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of each template that is compiled."""
    names: list[str] = []
    usual = Translated.compile

    def compile(self, source, name=None, filename=None, raw=False, defer_init=False):  # noqa: A001
        names.append(name)
        return usual(self, source, name, filename, raw, defer_init)

    monkeypatch.setattr(Translated, "compile", compile)
    return names


def test_the_next_start_compiles_nothing(templates: Path, kept: Path, compiles: list[str]) -> None:
    assert started(templates, kept) == started(templates, kept) == "Lämna synpunkter Lärkpost"
    assert compiles == ["page.html"]


def test_a_changed_template_is_compiled(templates: Path, kept: Path) -> None:
    started(templates, kept)
    (templates / "page.html").write_text(f"{HELLO}!")

    assert started(templates, kept) == "Lämna synpunkter Lärkpost!"


def test_a_changed_fragment_is_compiled_into_what_includes_it(templates: Path, kept: Path) -> None:
    (templates / "_part.html").write_text("old")
    (templates / "page.html").write_text("{% include '_part.html' %}")
    started(templates, kept)
    (templates / "_part.html").write_text("new")

    assert started(templates, kept) == "new"


def test_another_service_has_its_own(templates: Path, kept: Path) -> None:
    started(templates, kept)

    assert started(templates, kept, "Postlärkan") == "Lämna synpunkter Postlärkan"


@pytest.mark.parametrize(
    "changed", ["app/web/templates.py", "app/language/dates.py", "locale/sv/LC_MESSAGES/larkpost.po"]
)
def test_texts_and_compilers_count(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    for folder in ("app/web", "app/language", "locale/sv/LC_MESSAGES"):
        shutil.copytree(compiled.ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(compiled, "ROOT", tmp_path)
    before = made_of(templates, "sv", {})
    assert made_of(templates, "sv", {}) == before
    with (tmp_path / changed).open("a") as file:
        file.write("\n")

    assert made_of(templates, "sv", {}) != before


def test_a_start_with_the_same_settings_is_made_of_the_same(settings: Settings) -> None:
    """No constant is told by where it lies in memory, or nothing that is kept would be found again."""
    two = [
        Pages(service=service.read(settings.service), assets=assets.read(settings.browser_code)) for _ in "12"
    ]
    first, second = (made_of(TEMPLATES, "en", pages.constants("en")) for pages in two)

    assert first == second


@pytest.mark.parametrize("content", [b"", b"\0", marshal.dumps(None), marshal.dumps({})[:-1]])
def test_what_is_spoilt_is_compiled_anew(
    templates: Path, kept: Path, compiles: list[str], content: bytes
) -> None:
    started(templates, kept)
    [file] = kept.iterdir()
    file.write_bytes(content)

    assert started(templates, kept) == started(templates, kept) == "Lämna synpunkter Lärkpost"
    assert len(compiles) == 2


def test_where_nothing_may_be_written_it_is_compiled_each_time(
    templates: Path, kept: Path, compiles: list[str]
) -> None:
    kept.write_text("a file stands where the folder would")

    assert started(templates, kept) == started(templates, kept) == "Lämna synpunkter Lärkpost"
    assert len(compiles) == 2


def test_who_keeps_no_compiled_modules_keeps_no_templates(
    templates: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    started(templates, kept)

    assert not kept.exists()


def test_what_was_used_last_is_kept(templates: Path, kept: Path, compiles: list[str]) -> None:
    for number in range(MOST_KEPT + 3):
        started(templates, kept, str(number))
        started(templates, kept, "0")

    assert len(list(kept.iterdir())) == MOST_KEPT
    assert len(compiles) == MOST_KEPT + 3
