"""Files, made here: whole ones, and such as somebody has meant harm with."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

PAGE = (0, 0, 595, 842)


def a_pdf(
    *, tagged: bool = True, title: str = "Råd efter besöket", language: str = "sv", pages: int = 1
) -> bytes:
    with a_document(tagged=tagged, title=title, language=language, pages=pages) as pdf:
        return saved(pdf)


def a_document(
    *, tagged: bool = True, title: str = "Råd efter besöket", language: str = "sv", pages: int = 1
) -> Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(pages):
        written = f"/P <</MCID 0>> BDC BT /F1 12 Tf 72 720 Td (Sida {number + 1}) Tj ET EMC"
        pdf.pages.append(
            pikepdf.Page(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array(PAGE),
                    Resources=Dictionary(Font=Dictionary(F1=font)),
                    Contents=pdf.make_stream(written.encode()),
                )
            )
        )
    if title:
        pdf.docinfo["/Title"] = title
    if language:
        pdf.Root.Lang = String(language)
    if tagged:
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
    return pdf


def saved(pdf: Pdf, **how: Any) -> bytes:
    into = BytesIO()
    pdf.save(into, **{"deterministic_id": True, **how})
    return into.getvalue()


def an_image(format: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """PNG, JPEG or GIF."""
    into = BytesIO()
    Image.new("RGB", size, (12, 84, 120)).save(into, format)
    return into.getvalue()


def a_png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_stream(pdf: Pdf, data: bytes, **facts: Any) -> Stream:
    return Stream(pdf, data, Dictionary(**facts))


def eicar() -> bytes:
    """The test file that every scanner knows, put together so that this file is not one itself."""
    return b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"


def raw_pdf(*objects: bytes) -> bytes:
    """Put together by hand, for what no library would write. The first object is the catalogue."""
    parts, places, place = [b"%PDF-1.7\n"], [], 9
    for number, inside in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % place)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, inside))
        place += len(parts[-1])
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, place)
    return b"".join([*parts, table, trailer])
