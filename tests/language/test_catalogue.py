"""bin/catalogue, on a small product of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = {
    "Logga in": "Sign in",
    "Hej %(name)s": "Hello %(name)s",
    "ett brev": "one letter",
    "%(n)s brev": "%(n)s letters",
    "För sent.": "Too late.",
}
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A template, a rule, and catalogues without a word in them."""
    for folder in ("bin", "app", "templates", "locale/sv/LC_MESSAGES", "locale/en/LC_MESSAGES"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "_catalogue.py", tmp_path / "bin")
    (tmp_path / "app" / "rules.py").write_text('SENTENCE = _l("För sent.")\n', encoding="utf-8")
    (tmp_path / "templates" / "page.html").write_text(
        '{{ _("Logga in") }} {{ _("Hej %(name)s", name=x) }} {{ _n("ett brev", "%(n)s brev", n) }}',
        encoding="utf-8",
    )
    for language in ("sv", "en"):
        (tmp_path / "locale" / language / "LC_MESSAGES" / "larkpost.po").write_text(HEADER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalogue(sources: Path) -> Run:
    def run(*arguments: str, english: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        given = sources / "en.json"
        given.write_text(json.dumps(english or {}), encoding="utf-8")
        command: list[str | Path] = [sys.executable, sources / "bin" / "_catalogue.py", *arguments, given]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def written(sources: Path, language: str = "en") -> str:
    return (sources / "locale" / language / "LC_MESSAGES" / "larkpost.po").read_text(encoding="utf-8")


def test_what_nobody_has_translated_is_named(catalogue: Run) -> None:
    run = catalogue(english={"Logga in": "Sign in"})

    assert run.returncode == 1
    for text in ("Hej %(name)s", "ett brev", "%(n)s brev", "För sent."):
        assert f'missing: ["{text}", ""]' in run.stdout
    assert "Logga in" not in run.stdout


def test_given_translations_are_taken_in(catalogue: Run, sources: Path) -> None:
    run = catalogue(english=ENGLISH)

    assert (run.returncode, run.stdout) == (0, "4 texts, all translated.\n")
    assert 'msgid "Hej %(name)s"\nmsgstr "Hello %(name)s"' in written(sources)
    assert 'msgstr[1] "%(n)s letters"' in written(sources)
    assert "Logga in" not in written(sources, "sv")


def test_a_lost_placeholder_is_named(catalogue: Run) -> None:
    run = catalogue(english=ENGLISH | {"Hej %(name)s": "Hello %(namn)s"})

    assert run.returncode == 1
    assert 'other placeholders: ["Hej %(name)s", "Hello %(namn)s"]' in run.stdout


def test_a_wording_in_the_catalogue_stays(catalogue: Run, sources: Path) -> None:
    catalogue(english=ENGLISH)

    catalogue(english=ENGLISH | {"Logga in": "Log in"})

    assert 'msgstr "Sign in"' in written(sources)


def test_a_text_that_nothing_says_any_more_is_dropped(catalogue: Run, sources: Path) -> None:
    catalogue(english=ENGLISH)
    (sources / "app" / "rules.py").write_text("", encoding="utf-8")

    catalogue()

    assert "Too late." not in written(sources)


def test_the_same_texts_make_the_same_files(catalogue: Run, sources: Path) -> None:
    catalogue(english=ENGLISH)
    before = written(sources)

    catalogue()

    assert written(sources) == before


def test_a_check_writes_nothing(catalogue: Run, sources: Path) -> None:
    assert catalogue("--check", english=ENGLISH).returncode == 0
    assert written(sources) == HEADER
    assert not (sources / "locale" / "larkpost.pot").exists()
