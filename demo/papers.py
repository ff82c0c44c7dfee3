"""What some of the letters enclose, made here: a document that everybody can read, and a picture."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

A4 = (0, 0, 595, 842)
TITLE = "Övningar för ditt knä"
EXERCISES = (
    ("Gör övningarna varannan dag.", "Det får kännas, men det ska gå över inom ett dygn."),
    ("1. Knäböj vid en stol, 3 gånger 10.", "Håll i stolsryggen. Böj så långt som det går bra."),
    ("2. Tåhävning, 3 gånger 12.", "Stå på båda fötterna. Gå upp på tå och ner igen, långsamt."),
    ("3. Sträck benet sittande, 3 gånger 10.", "Håll kvar i fem sekunder varje gång."),
    ("4. Cykla lätt i tio minuter.", "På motionscykel eller ute. Höj sadeln så att knät inte tar i."),
)
# White, green for grass, grey for streets, blue for the house, red for the way in.
COLOURS = ((255, 255, 255), (214, 232, 205), (170, 170, 170), (31, 77, 122), (190, 30, 45))
WIDTH, HEIGHT = 480, 320


@cache
def exercises() -> bytes:
    """A tagged PDF with title and language: its heading and paragraphs are known to a screen reader."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
            )
        )
        texts = [(Name.H1, 22, [TITLE]), *((Name.P, 13, list(lines)) for lines in EXERCISES)]
        pdf.pages.append(
            pikepdf.Page(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array(A4),
                    Resources=Dictionary(Font=Dictionary(F1=font)),
                    Contents=pdf.make_stream(_written(texts)),
                    StructParents=0,
                    Tabs=Name.S,
                )
            )
        )
        _tag(pdf, [kind for kind, _, _ in texts])
        pdf.docinfo["/Title"] = TITLE
        pdf.Root.Lang = String("sv")
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        into = BytesIO()
        pdf.save(into, deterministic_id=True)
    return into.getvalue()


@cache
def map_() -> bytes:
    """A PNG: a street, a house, and a red way in from the street."""
    areas = [
        (1, 0, 0, WIDTH, HEIGHT),
        (2, 0, 220, WIDTH, 260),
        (2, 90, 0, 130, HEIGHT),
        (3, 230, 60, 420, 180),
        (4, 315, 180, 335, 220),
        (0, 310, 160, 340, 180),
    ]
    rows = []
    for y in range(HEIGHT):
        row = bytearray(WIDTH)
        for colour, left, top, right, bottom in areas:
            if top <= y < bottom:
                row[left:right] = bytes([colour]) * (right - left)
        rows.append(b"\0" + bytes(row))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    palette = b"".join(bytes(colour) for colour in COLOURS)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


# By the name that stands in letters.toml.
PAPERS: dict[str, Callable[[], bytes]] = {"Övningar för ditt knä.pdf": exercises, "Karta.png": map_}


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _written(texts: list[tuple[Name, int, list[str]]]) -> bytes:
    """Each text is marked with its number, which the tags refer to."""
    said, y = [], 770
    for number, (kind, size, lines) in enumerate(texts):
        said.append(f"{kind} <</MCID {number}>> BDC BT /F1 {size} Tf")
        for line in lines:
            said.append(f"1 0 0 1 60 {y} Tm <{line.encode('cp1252').hex()}> Tj")
            y -= round(size * 1.5)
        said.append("ET EMC")
        y -= size
    return "\n".join(said).encode()


def _tag(pdf: pikepdf.Pdf, kinds: list[Name]) -> None:
    page = pdf.pages[0].obj
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    whole = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    parts = [
        pdf.make_indirect(Dictionary(Type=Name.StructElem, S=kind, P=whole, Pg=page, K=number))
        for number, kind in enumerate(kinds)
    ]
    whole.K = Array(parts)
    root.K = Array([whole])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([0, Array(parts)])))
    root.ParentTreeNextKey = 1
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
