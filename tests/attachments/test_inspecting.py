"""Nothing passes but what is whole and harmless; what a file does, it does to its own process (B6)."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pikepdf import Dictionary, Name

from app.attachments.gateways import inspecting
from app.attachments.gateways.inspecting import Busy, Seen, inspect
from app.errors import CODES
from tests.attachments.files import a_document, a_pdf, a_stream, an_image, saved
from tests.attachments.hostile import ALL, HARMLESS, Hostile
from tests.conftest import ROOT

MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def time_for_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock on the wall is for others' work too; what a file may take of the CPU is what is tested."""
    monkeypatch.setattr(inspecting, "SECONDS", 60)


async def seen(content: bytes) -> Seen:
    return await inspect(in_pieces(content))


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


# Small, as a process begins with the peak of the one that starts it, and a worker of tests is large.
MEASURED = """
import json, resource, subprocess, sys
ended = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as told:
    json.dump({"seconds": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024}, told)
sys.exit(ended != 0)
"""


@pytest.mark.parametrize("hostile", ALL, ids=lambda hostile: hostile.name)
async def test_what_means_harm_is_refused_with_its_reason(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "used.json"
    measured = (sys.executable, "-I", "-c", MEASURED, str(told), *inspecting.INSPECTOR)
    monkeypatch.setattr(inspecting, "INSPECTOR", measured)

    found = await seen(hostile.make())

    used = json.loads(told.read_text())
    assert found.code == hostile.code
    assert f"attachment.{found.code}" in CODES
    assert used["seconds"] <= 5
    assert 10 * MEGABYTE < used["memory"] <= 300 * MEGABYTE


def test_there_are_enough_of_them() -> None:
    assert len({hostile.name for hostile in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize(("name", "make"), HARMLESS, ids=[name for name, _ in HARMLESS])
async def test_what_is_harmless_passes(name: str, make: Callable[[], bytes]) -> None:
    assert (await seen(make())).code is None


@pytest.mark.parametrize(
    ("made", "warnings"),
    [
        ({}, ()),
        ({"tagged": False}, ("pdf.untagged",)),
        ({"title": ""}, ("pdf.title-missing",)),
        ({"language": ""}, ("pdf.language-missing",)),
        (
            {"tagged": False, "title": "", "language": ""},
            ("pdf.untagged", "pdf.title-missing", "pdf.language-missing"),
        ),
    ],
)
async def test_the_sender_hears_what_is_hard_to_read(
    made: dict[str, bool | str], warnings: tuple[str, ...]
) -> None:
    found = await seen(a_pdf(**made))  # type: ignore[arg-type]

    assert found == Seen("pdf", None, warnings)


async def test_pictures_of_text_are_known() -> None:
    with a_document(tagged=False) as pdf:
        page = pdf.pages[0].obj
        facts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 1240, "Height": 1754}
        image = a_stream(pdf, an_image("JPEG"), Filter=Name.DCTDecode, **facts)
        page.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image)))
        content = saved(pdf)

    assert "pdf.scanned" in (await seen(content)).warnings


FLIPS = """
import json, random, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))
from app.attachments.gateways import inspector, pdfs
from app.attachments.rules.kinds import kind_of
files = [bytes.fromhex(line) for line in sys.stdin.read().split()]
chance, slowest, refused = random.Random(6), 0.0, 0
for number in range(1000):
    flipped = bytearray(files[number % len(files)])
    for _ in range(chance.choice((1, 1, 1, 8))):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    begun = time.process_time()
    code, _ = inspector._look_of(kind_of(flipped))(bytes(flipped))
    slowest = max(slowest, time.process_time() - begun)
    refused += code is not None
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"refused": refused, "slowest": slowest, "memory": used}))
"""


def test_a_thousand_files_with_flipped_bits_bring_nothing_down() -> None:
    """One after another in one process, which is as limited as each has of its own."""
    files = [a_pdf(pages=3), *(an_image(format) for format in ("PNG", "JPEG", "GIF"))]
    given = "\n".join(file.hex() for file in files)

    ended = subprocess.run(
        [sys.executable, "-c", FLIPS], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["refused"] > 250
    assert said["slowest"] <= 5
    assert said["memory"] <= 300 * MEGABYTE


async def test_a_file_that_brings_its_process_down_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for dies in ("import os; os.abort()", "raise MemoryError", "import os; os.kill(os.getpid(), 24)"):
        monkeypatch.setattr(inspecting, "INSPECTOR", (sys.executable, "-c", dies))
        assert (await seen(a_pdf())).code == "too-complex"


async def test_who_never_answers_is_ended_and_says_nothing_about_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    waits = (
        f"import os, pathlib, time; pathlib.Path({str(told)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    monkeypatch.setattr(inspecting, "SECONDS", 2)
    monkeypatch.setattr(inspecting, "INSPECTOR", (sys.executable, "-c", waits))

    with pytest.raises(Busy):
        await seen(a_pdf())

    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


CAUGHT = """
import os, socket
from app.attachments.gateways import inspector
def look(data):
    tried = []
    for attempt in (lambda: socket.socket(), lambda: open("/etc/hostname")):
        try:
            attempt()
            tried.append("could")
        except OSError as fault:
            tried.append(type(fault).__name__)
    return None, [*tried, *sorted(os.environ)]
inspector._look_of = lambda kind: look
inspector.main()
"""


async def test_the_process_can_open_and_start_nothing_and_knows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LARKPOST_SECRET", "hemligt")
    monkeypatch.setattr(inspecting, "INSPECTOR", (sys.executable, "-P", "-c", CAUGHT))

    found = await seen(a_pdf())

    assert "could" not in found.warnings
    assert not [name for name in found.warnings if name.startswith("LARKPOST")]
