"""Files that somebody has meant harm with (security.md B6), each with the refusal that it must meet."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from pikepdf import (
    Array,
    Dictionary,
    Encryption,
    Name,
    Object,
    ObjectStreamMode,
    Pdf,
    String,
)

from tests.attachments.files import (
    a_document,
    a_pdf,
    a_png_chunk,
    a_stream,
    an_image,
    eicar,
    raw_pdf,
    saved,
)

FLATE = "FlateDecode"
_PACKED = ObjectStreamMode.generate
SCRIPT = b"<script>alert(1)</script>"


_ONE_PAGE = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
)


class Hostile(NamedTuple):
    name: str
    make: Callable[[], bytes]
    code: str


def _javascript() -> Dictionary:
    """A new one each time: it belongs to the document that it is put in."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _changed(change: Callable[[Pdf], object], **how: object) -> Callable[[], bytes]:
    def make() -> bytes:
        with a_document() as pdf:
            change(pdf)
            return saved(pdf, **how)

    return make


def _root(**keys: object) -> Callable[[], bytes]:
    return _changed(lambda pdf: _put(pdf.Root, keys))


def _page(**keys: object) -> Callable[[], bytes]:
    return _changed(lambda pdf: _put(pdf.pages[0].obj, keys))


def _put(into: Object, keys: dict[str, object]) -> None:
    for name, value in keys.items():
        into[f"/{name}"] = value


def _annotation(subtype: str = "Link", **keys: object) -> Callable[[], bytes]:
    rect = Array((0, 0, 100, 20))
    facts = {"Type": Name.Annot, "Subtype": Name(f"/{subtype}"), "Rect": rect} | keys
    return _page(Annots=Array([Dictionary(facts_named(facts))]))


def facts_named(facts: dict[str, object]) -> dict[str, object]:
    return {f"/{name}": value for name, value in facts.items()}


def _action(kind: str, **keys: object) -> Callable[[], bytes]:
    return _annotation(A=Dictionary(facts_named({"S": Name(f"/{kind}")} | keys)))


def _embedded(pdf: Pdf) -> None:
    pdf.attachments["hemlig.exe"] = b"MZ"


def _lone_file(pdf: Pdf) -> None:
    inner = pdf.make_stream(b"MZ")
    pdf.Root.Extra = pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String("x.exe"), EF=Dictionary(F=inner))
    )


def _stream(packed: Callable[[], bytes], *filters: str) -> Callable[[], bytes]:
    """Written by hand: a library would unpack it first."""
    coded = " ".join(f"/{name}" for name in filters).encode()

    def make() -> bytes:
        data = packed()
        inside = b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(data), coded, data)
        return raw_pdf(*_ONE_PAGE, inside)

    return make


@cache
def _zeros(megabytes: int) -> bytes:
    """So many times 2^20 zeros, deflated: the same piece again and again."""
    deflater, piece = zlib.compressobj(wbits=-15), bytes(1 << 20)
    again = deflater.compress(piece) + deflater.flush(zlib.Z_FULL_FLUSH)
    total = 1
    for _ in range(megabytes):
        total = zlib.adler32(piece, total)
    return b"\x78\x9c" + again * megabytes + deflater.flush() + total.to_bytes(4)


def _with_pages(number: int) -> Callable[[], bytes]:
    return lambda: a_pdf(pages=number)


def _many_objects() -> bytes:
    return raw_pdf(*_ONE_PAGE, *[b"[]"] * 99_999)


def _many_streams() -> bytes:
    """Four of 64 MB each: none alone is too much."""
    packed = _zeros(64)
    inside = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return raw_pdf(*_ONE_PAGE, *[inside] * 4)


def _loose(value: Callable[[], Object], **how: object) -> Callable[[], bytes]:
    """In the document, and nothing in it does anything with it."""
    return _changed(lambda pdf: _put(pdf.Root, {"Extra": pdf.make_indirect(value())}), **how)


def _said(kind: str, **keys: object) -> Dictionary:
    return Dictionary(facts_named({"S": Name(f"/{kind}")} | keys))


def _web() -> Dictionary:
    return _said("URI", URI=String("https://a.se"))


def _page_tree_that_goes_round() -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>",
    )


def _xref_that_goes_round() -> bytes:
    document = raw_pdf(
        *_ONE_PAGE,
    )
    place = document.rindex(b"startxref") + len("startxref\n")
    here = document[place:].split()[0]
    return document.replace(b"trailer\n<<", b"trailer\n<< /Prev " + here)


def _hidden_name() -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /Op#65nAction << /S /J#61vaScript /JS (app.alert\\(1\\)) >> >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def _object_stream_bomb() -> bytes:
    packed = _zeros(1024)
    facts = b"<< /Type /ObjStm /N 1 /First 10 /Filter /FlateDecode /Length %d >>" % len(packed)
    return raw_pdf(*_ONE_PAGE, facts + b"\nstream\n" + packed + b"\nendstream")


def _nested() -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /Extra " + b"[" * 10_000 + b"]" * 10_000 + b" >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def _huge_picture(pdf: Pdf) -> None:
    pdf.Root.Extra = a_stream(
        pdf,
        b"\0",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60_000,
        Height=60_000,
        Filter=Name.CCITTFaxDecode,
    )


def _archive(name: str = "a.txt", content: bytes = b"hej") -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(name, content)
    return into.getvalue()


def _with_archive_inside() -> bytes:
    with a_document() as pdf:
        pdf.Root.Extra = a_stream(pdf, _archive())
        return saved(pdf, compress_streams=False)


def _png_with(chunk: bytes) -> bytes:
    image = an_image("PNG")
    return image[:33] + chunk + image[33:]


def _png_of(width: int, height: int) -> bytes:
    head = a_png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + a_png_chunk(b"IDAT", zlib.compress(b"\0")) + a_png_chunk(b"IEND", b"")
    )


def _png_with_wrong_sum() -> bytes:
    image = bytearray(an_image("PNG"))
    image[-20] ^= 1
    return bytes(image)


def _jpeg_with(comment: bytes) -> bytes:
    image = an_image("JPEG")
    return image[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + image[2:]


def _jpeg_of(width: int, height: int) -> bytes:
    image = bytearray(an_image("JPEG"))
    place = image.index(b"\xff\xc0")
    image[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(image)


def _jpeg_without_size() -> bytes:
    image = an_image("JPEG")
    place = image.index(b"\xff\xc0")
    (length,) = struct.unpack_from(">H", image, place + 2)
    return image[:place] + image[place + 2 + length :]


def _gif_with(comment: bytes) -> bytes:
    image = an_image("GIF")
    blocks = b"\x21\xfe" + bytes([len(comment)]) + comment + b"\0"
    return image[:-1] + blocks + b"\x3b"


def _gif_of(frames: int) -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def _gif_large() -> bytes:
    image = bytearray(an_image("GIF"))
    image[6:10] = struct.pack("<HH", 60_000, 60_000)
    return bytes(image)


def _encrypted(user: str) -> Callable[[], bytes]:
    return _changed(lambda _: None, encryption=Encryption(user=user, owner="ägaren"), deterministic_id=False)


PDFS = [
    Hostile("a page before the document", lambda: SCRIPT + a_pdf(), "type-unknown"),
    Hostile("space before the document", lambda: b"\n" + a_pdf(), "type-unknown"),
    Hostile("a page in the head", lambda: a_pdf().replace(b"\n", b"\n%" + SCRIPT + b"\n", 1), "polyglot"),
    Hostile("a page after the end", lambda: a_pdf() + SCRIPT, "polyglot"),
    Hostile("an archive after the end", lambda: a_pdf() + _archive(), "polyglot"),
    Hostile("an archive in a stream", _with_archive_inside, "polyglot"),
    Hostile("a program after the end", lambda: a_pdf() + b"MZ\x90\x00", "polyglot"),
    Hostile("script at opening", _root(OpenAction=_javascript()), "pdf-javascript"),
    Hostile("script by name", _root(Names=Dictionary(JavaScript=Dictionary())), "pdf-javascript"),
    Hostile("script in a link", _annotation(A=_javascript()), "pdf-javascript"),
    Hostile("script after a link", _action("URI", Next=_javascript()), "pdf-javascript"),
    Hostile("script that nothing leads to", _loose(_javascript), "pdf-javascript"),
    Hostile("script in an object stream", _loose(_javascript, object_stream_mode=_PACKED), "pdf-javascript"),
    Hostile("script under a disguised name", _hidden_name, "pdf-javascript"),
    Hostile("a command at opening", _root(OpenAction=_said("Named")), "pdf-automatic-action"),
    Hostile("an action of a page", _page(AA=Dictionary(O=_web())), "pdf-automatic-action"),
    Hostile("an action of the document", _root(AA=Dictionary(WC=_web())), "pdf-automatic-action"),
    Hostile("a program at opening", _root(OpenAction=_said("Launch")), "pdf-launch-action"),
    Hostile("a program in a link", _action("Launch", F=String("cmd.exe")), "pdf-launch-action"),
    Hostile("another file in a link", _action("GoToR", F=String("//evil/a.pdf")), "pdf-launch-action"),
    Hostile("an embedded file in a link", _action("GoToE"), "pdf-embedded-file"),
    Hostile("an embedded file", _changed(_embedded), "pdf-embedded-file"),
    Hostile("a file that nothing leads to", _changed(_lone_file), "pdf-embedded-file"),
    Hostile("a file pinned to a page", _annotation("FileAttachment"), "pdf-embedded-file"),
    Hostile("a form that is sent", _action("SubmitForm", F=String("https://a.se")), "pdf-form-submission"),
    Hostile("data that is fetched", _action("ImportData", F=String("a.fdf")), "pdf-form-submission"),
    Hostile("an XFA form", _root(AcroForm=Dictionary(Fields=Array(), XFA=String("<xdp/>"))), "pdf-xfa"),
    Hostile("film", _annotation("Movie"), "pdf-media"),
    Hostile("sound", _annotation("Sound"), "pdf-media"),
    Hostile("a screen", _annotation("Screen"), "pdf-media"),
    Hostile("rich media", _annotation("RichMedia"), "pdf-media"),
    Hostile("3D", _annotation("3D"), "pdf-media"),
    Hostile("a rendition", _action("Rendition"), "pdf-media"),
    Hostile("a password", _encrypted("hemligt"), "pdf-encrypted"),
    Hostile("encrypted for nobody", _encrypted(""), "pdf-encrypted"),
    Hostile("a bomb of 1 GB", _stream(lambda: _zeros(1024), FLATE), "pdf-too-large"),
    Hostile("a bomb in a bomb", _stream(lambda: zlib.compress(_zeros(1024)), FLATE, FLATE), "damaged"),
    Hostile("a bomb before a picture", _stream(lambda: _zeros(256), FLATE, "DCTDecode"), "pdf-too-large"),
    Hostile("a bomb of runs", _stream(lambda: b"\x81\0" * 1_000_000, "RunLengthDecode"), "damaged"),
    Hostile("a bomb of objects", _object_stream_bomb, "pdf-too-large"),
    Hostile("many streams", _many_streams, "pdf-too-large"),
    Hostile("a huge picture", _changed(_huge_picture), "pdf-too-large"),
    Hostile("501 pages", _with_pages(501), "pdf-too-many-pages"),
    Hostile("100,001 objects", _many_objects, "pdf-too-many-objects"),
    Hostile("pages that go round", _page_tree_that_goes_round, "damaged"),
    Hostile("a table that goes round", _xref_that_goes_round, "damaged"),
    Hostile("10,000 levels", _nested, "damaged"),
    Hostile("cut", lambda: a_pdf()[:-400], "damaged"),
    Hostile("no table", lambda: a_pdf().replace(b"startxref", b"startxxxx"), "damaged"),
    Hostile("a head alone", lambda: b"%PDF-1.7\n", "damaged"),
    Hostile("a head and an end", lambda: b"%PDF-1.7\n%%EOF\n", "damaged"),
]  # fmt: skip

IMAGES = [
    Hostile("PNG: an archive after the end", lambda: an_image("PNG") + _archive(), "polyglot"),
    Hostile("PNG: a page after the end", lambda: an_image("PNG") + SCRIPT, "polyglot"),
    Hostile("PNG: a script in a text", lambda: _png_with(a_png_chunk(b"tEXt", SCRIPT)), "polyglot"),
    Hostile("PNG: a document inside", lambda: _png_with(a_png_chunk(b"prVt", a_pdf())), "polyglot"),
    Hostile("PNG: a wrong checksum", _png_with_wrong_sum, "damaged"),
    Hostile("PNG: cut", lambda: an_image("PNG")[:-6], "damaged"),
    Hostile("PNG: no end", lambda: an_image("PNG")[:-12], "damaged"),
    Hostile("PNG: a head alone", lambda: b"\x89PNG\r\n\x1a\n", "damaged"),
    Hostile("PNG: no size", lambda: _png_of(0, 1), "damaged"),
    Hostile("PNG: 3,600 million pixels", lambda: _png_of(60_000, 60_000), "too-many-pixels"),
    Hostile("JPEG: an archive after the end", lambda: an_image("JPEG") + _archive(), "polyglot"),
    Hostile("JPEG: something after the end", lambda: an_image("JPEG") + b"\0", "polyglot"),
    Hostile("JPEG: a script in a comment", lambda: _jpeg_with(SCRIPT), "polyglot"),
    Hostile("JPEG: a document in a comment", lambda: _jpeg_with(a_pdf()[:900]), "polyglot"),
    Hostile("JPEG: cut", lambda: an_image("JPEG")[:-2], "damaged"),
    Hostile("JPEG: no size", _jpeg_without_size, "damaged"),
    Hostile("JPEG: a head alone", lambda: b"\xff\xd8\xff", "damaged"),
    Hostile("JPEG: 3,600 million pixels", lambda: _jpeg_of(60_000, 60_000), "too-many-pixels"),
    Hostile("GIF: an archive after the end", lambda: an_image("GIF") + _archive(), "polyglot"),
    Hostile("GIF: something after the end", lambda: an_image("GIF") + b"\0", "polyglot"),
    Hostile("GIF: a script in a comment", lambda: _gif_with(SCRIPT), "polyglot"),
    Hostile("GIF: a script that is an image", lambda: b"GIF89a=1;alert(1);" + bytes(40), "too-many-pixels"),
    Hostile("GIF: cut", lambda: an_image("GIF")[:-1], "damaged"),
    Hostile("GIF: no picture", lambda: _gif_of(0), "damaged"),
    Hostile("GIF: 501 pictures", lambda: _gif_of(501), "damaged"),
    Hostile("GIF: 3,600 million pixels", _gif_large, "too-many-pixels"),
]  # fmt: skip

STRANGERS = [
    Hostile("EICAR", eicar, "type-unknown"),
    Hostile("EICAR in an archive", lambda: _archive("eicar.com", eicar()), "type-unknown"),
    Hostile("a web page", lambda: b"<!doctype html>" + SCRIPT, "type-unknown"),
    Hostile("SVG", lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", "type-unknown"),
    Hostile("a Windows program", lambda: b"MZ\x90\x00" + bytes(200), "type-unknown"),
    Hostile("a Linux program", lambda: b"\x7fELF" + bytes(200), "type-unknown"),
    Hostile("a Word document", lambda: _archive("word/document.xml", b"<w/>"), "type-unknown"),
    Hostile("a text", "Hej på dig".encode, "type-unknown"),
    Hostile("TIFF", lambda: b"II*\0" + bytes(200), "type-unknown"),
]

ALL = [*PDFS, *IMAGES, *STRANGERS]


def a_harmless_one(pdf: Pdf) -> None:
    """What word processors write, and links to the web: nothing that is refused."""
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.XYZ, 0, 0, 0])
    link = Dictionary(S=Name.URI, URI=String("https://1177.se"))
    pdf.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array((0, 0, 9, 9)), A=link)]
    )
    pdf.pages[0].obj.Resources.Font["/AA"] = pdf.pages[0].obj.Resources.Font.F1
    pdf.pages[0].obj.Resources.Font["/JS"] = pdf.pages[0].obj.Resources.Font.F1


HARMLESS: list[tuple[str, Callable[[], bytes]]] = [
    ("a document", a_pdf),
    ("links, and where to begin to read", _changed(a_harmless_one)),
    ("begins with a page by an action", _root(OpenAction=Dictionary(S=Name.GoTo, D=String("a")))),
    ("500 pages", _with_pages(500)),
    ("object streams", _changed(lambda _: None, object_stream_mode=_PACKED)),
    ("linearized", _changed(lambda _: None, linearize=True)),
    ("ends with a line break", lambda: a_pdf() + b"\r\n"),
    *[(format, lambda format=format: an_image(format)) for format in ("PNG", "JPEG", "GIF")],
    ("500 pictures", lambda: _gif_of(500)),
    ("exactly 50 million pixels", lambda: _png_of(50_000, 1_000)),
]
