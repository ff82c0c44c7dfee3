import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from app.errors import Unconfigured
from app.web.service import read

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo" / "service.toml"
EXAMPLE = ROOT / "docs" / "service.example.toml"


@pytest.fixture
def changed(tmp_path):
    """The demo's file with one thing written otherwise."""

    def write(old: str, new: str) -> Path:
        text = DEMO.read_text(encoding="utf-8")
        assert old in text
        path: Path = tmp_path / "service.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(Unconfigured) as refused:
        read(path)
    return str(refused.value)


def test_a_filled_in_file_is_read():
    service = read(DEMO)

    assert service.operator.name == "Påhittade regionen"
    assert service.phone == service.operator.phone
    assert service.operator.phone_hours.said("en") == "We answer on weekdays, 8 am to 4 pm."
    assert service.accessibility.assessed_on == date(2026, 11, 23)
    assert len(service.accessibility.flaws) == 3


def test_every_blank_of_the_example_is_named_at_once():
    sentence = refusal(EXAMPLE)

    blanks = re.findall(r'^(\w+) = ""', EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(blanks) > 10
    assert all(blank in sentence for blank in blanks)
    for field in (
        "operator.phone_hours.sv",
        "accessibility.assessed_on (a date",
        "accessibility.burden (a list",
    ):
        assert field in sentence


def test_the_example_has_every_field_there_is():
    example = tomllib.loads(
        re.sub(r"(?m)^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8").split("[[")[0])
    )
    demo = tomllib.loads(DEMO.read_text(encoding="utf-8"))

    assert {name: set(part) for name, part in example.items() if isinstance(part, dict)} == {
        name: set(part) for name, part in demo.items() if isinstance(part, dict)
    }


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('phone = "08-465 004 10"', 'phone = "  "', "operator.phone"),
        ('en = "At most one year."', "", "data_protection.feedback_kept.en"),
        ("burden = []", "", "accessibility.burden"),
        ("burden = []", 'burden = "inget"', "accessibility.burden"),
        ("assessed_on = 2026-11-23", 'assessed_on = "2026-11-23"', "accessibility.assessed_on"),
        ("assessed_on = 2026-11-23", "assessed_on = 2026-11-23T09:00:00Z", "accessibility.assessed_on"),
        ('name = "Lärkpost"', "name = 1", "Write name"),
        ('status = "delvis förenlig"', 'status = "ganska bra"', "accessibility.status as exactly"),
        ('status = "delvis förenlig"', 'status = "helt förenlig"', "accessibility.status as something other"),
        (
            'what = { sv = "Ingen har testat med skärmläsare än."',
            'what = { sv = ""',
            "accessibility.flaws[1].what.sv",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(changed, old, new, named):
    assert named in refusal(changed(old, new))


def test_a_status_with_faults_tells_the_faults(changed):
    path = changed("burden = []", "burden = []\nflaws = []")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.split("[[accessibility.flaws]]")[0], encoding="utf-8")

    assert "accessibility.flaws, since the status" in refusal(path)


def test_a_file_that_is_not_there_or_not_toml_says_where_to_start(tmp_path):
    broken = tmp_path / "service.toml"
    broken.write_text("name = ", encoding="utf-8")

    assert "docs/service.example.toml" in refusal(broken)
    assert "docs/service.example.toml" in refusal(tmp_path / "nowhere.toml")
