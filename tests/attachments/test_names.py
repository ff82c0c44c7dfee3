"""What a file is called is safe to show, to save and to put in a header (ASVS 5.3.2, 5.4.1; B10, B11)."""

import unicodedata

import pytest

from app.attachments.rules.names import MOST, cleaned

NAMES = {
    "Råd efter besöket.pdf": "Råd efter besöket.pdf",
    "RÅD.PDF": "RÅD.PDF",
    "remiss": "remiss.pdf",
    "remiss.exe": "remiss.exe.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\anna\\remiss.pdf": "remiss.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie- x=1.pdf",
    "rem\u202efdp.exe": "remfdp.exe.pdf",
    "re\u200bmi\u2066ss.pdf": "remiss.pdf",
    'a"b<c>d|e?f*g.pdf': "a-b-c-d-e-f-g.pdf",
    "con.pdf": "_con.pdf",
    "LPT1.pdf": "_LPT1.pdf",
    "  .. remiss . .pdf": "remiss.pdf",
    "a\u030a.pdf": "å.pdf",
    "پیوست.pdf": "پیوست.pdf",
    "😀 karta.pdf": "😀 karta.pdf",
    "x" * 300 + ".pdf": "x" * (MOST - 4) + ".pdf",
    "a\x00b.pdf": "ab.pdf",
    "": "",
    ".pdf": "pdf.pdf",
    "///": "",
    "...": "",
    "\u202e\u200b": "",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_one_plain_short_line(name: str, shown: str) -> None:
    assert cleaned(name, kind="pdf") == shown


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_was_cleaned_stays_as_it_is(name: str) -> None:
    once = cleaned(name, kind="pdf")

    assert cleaned(once, kind="pdf") == once
    assert unicodedata.is_normalized("NFC", once)
    assert len(once) <= MOST


def test_the_suffix_is_the_kinds() -> None:
    assert cleaned("a.jpeg", kind="jpeg") == "a.jpeg"
    assert cleaned("a.jpg", kind="jpeg") == "a.jpg"
    assert cleaned("a.pdf", kind="png") == "a.pdf.png"
