import re
import subprocess
from pathlib import Path

import pytest

from app.language import LANGUAGES, lazy, plural, translate
from app.language.catalogue import FOLDER, read

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_in_code_and_templates_is_said_in_english_with_its_placeholders() -> None:
    checked = subprocess.run(
        [ROOT / "bin" / "catalogue", "--check"], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_translation_can_be_filled_in() -> None:
    for text, said in read("en").items():
        names = set(re.findall(r"%\((\w+)\)", text))
        assert (said % dict.fromkeys(names, "x")) if names else said


def test_an_unknown_text_is_said_as_it_stands() -> None:
    assert translate("en", "Det här står ingenstans") == "Det här står ingenstans"


def test_a_text_without_values_keeps_its_per_cent_sign() -> None:
    assert translate("sv", "100 % klart") == "100 % klart"


def test_values_are_filled_in() -> None:
    assert translate("sv", "Hej %(name)s", name="Anna %s") == "Hej Anna %s"


def test_a_lazy_text_is_said_to_whoever_reads_it() -> None:
    text = lazy("Logga in")

    assert (text.said("sv"), text.said("en")) == ("Logga in", "Sign in")


@pytest.mark.parametrize(("n", "said"), [(0, "0 brev"), (1, "ett brev"), (2, "2 brev"), (21, "21 brev")])
def test_one_is_said_of_exactly_one(n: int, said: str) -> None:
    assert plural("sv", "ett brev", "%(n)s brev", n) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_counts_as_plural_does(language: str) -> None:
    """`plural` knows the rule of these languages only; a language with another rule must change it."""
    header = (FOLDER / language / "LC_MESSAGES" / "larkpost.po").read_text(encoding="utf-8")

    assert "nplurals=2; plural=(n != 1);" in header
