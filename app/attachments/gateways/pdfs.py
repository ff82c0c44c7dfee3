"""What is in a PDF. Runs in the inspector's process only: qpdf, which reads it, is not ours.

A clinical document is refused rather than mended: what is rewritten is not what the sender signed for.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, StreamDecodeLevel

from app.attachments.rules import strangers

MOST_PAGES = 500
MOST_OBJECTS = 100_000
MOST_DECODED = 200_000_000
MOST_IMAGE = 200_000_000
MOST_DEPTH = 100
AT_ONCE = 64_000_000
PIECE = 1 << 20

UNTAGGED, SCANNED, TITLE_MISSING, LANGUAGE_MISSING = (
    "pdf.untagged",
    "pdf.scanned",
    "pdf.title-missing",
    "pdf.language-missing",
)
WARNINGS = (UNTAGGED, SCANNED, TITLE_MISSING, LANGUAGE_MISSING)

# What an action may not do (ISO 32000-2 table 201), and what a dictionary may not have or be.
ACTIONS = {
    "/JavaScript": "pdf-javascript",
    "/Launch": "pdf-launch-action",
    "/GoToR": "pdf-launch-action",
    "/GoToE": "pdf-embedded-file",
    "/SubmitForm": "pdf-form-submission",
    "/ImportData": "pdf-form-submission",
    "/Sound": "pdf-media",
    "/Movie": "pdf-media",
    "/Rendition": "pdf-media",
    "/GoTo3DView": "pdf-media",
    "/RichMediaExecute": "pdf-media",
}
BEINGS = {
    "/EmbeddedFile": "pdf-embedded-file",
    "/FileAttachment": "pdf-embedded-file",
    "/RichMedia": "pdf-media",
    "/3D": "pdf-media",
    "/Screen": "pdf-media",
    "/Movie": "pdf-media",
    "/Sound": "pdf-media",
}
PICTURES = {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"}
_ENCRYPTED = re.compile(rb"/Encrypt\s*([0-9]+\s+[0-9]+\s+R|<<)")
_TITLE = re.compile(rb"<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>\s*[^<\s]")


class Found(Exception):
    """`code` is the end of the refusal's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def look(data: bytes) -> tuple[str | None, list[str]]:
    """The end of the refusal's code, or None and what the sender should hear."""
    try:
        _ensure_only_pdf(data)
        return None, _walked(data)
    except Found as found:
        return found.code, []
    except pikepdf.PasswordError:
        return "pdf-encrypted", []
    except MemoryError:
        return "too-complex", []
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError):
        # To read an encrypted document qpdf opens a source of random numbers, and here it can open nothing.
        return "pdf-encrypted" if _ENCRYPTED.search(data) else "damaged", []


def _ensure_only_pdf(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Found("damaged")
    if data[end + 5 :].strip(b"\r\n\t \x00") or strangers.begins_as_page(data) or strangers.holds_zip(data):
        raise Found("polyglot")


def _walked(data: bytes) -> list[str]:
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=50,
        parser_max_nesting=MOST_DEPTH,
        max_stream_filters=5,
        flate_max_memory=AT_ONCE,
        png_max_memory=AT_ONCE,
        run_length_max_memory=AT_ONCE,
        tiff_max_memory=AT_ONCE,
        dct_max_memory=AT_ONCE,
        dct_max_progressive_scans=100,
    )
    with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
        if pdf.is_encrypted:
            raise Found("pdf-encrypted")
        walk = _Walk(pdf)
        walk.all()
        return list(walk.warnings())


class _Walk:
    """Every object once, whether anything leads to it or not: nothing is followed, so nothing goes round."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._decoded = self._pages = self._fonts = self._images = 0

    def all(self) -> None:
        if len(self._pdf.objects) > MOST_OBJECTS:
            raise Found("pdf-too-many-objects")
        self._ensure_opens_quietly(self._pdf.Root)
        for each in self._pdf.objects:
            for dictionary in _dictionaries(each):
                self._look_at(dictionary)
            if isinstance(each, Stream):
                self._weigh(each)
        if self._pages > MOST_PAGES or len(self._pdf.pages) > MOST_PAGES:
            raise Found("pdf-too-many-pages")

    def warnings(self) -> Iterator[str]:
        root = self._pdf.Root
        marks = root.get("/MarkInfo")
        is_marked = isinstance(marks, Dictionary) and bool(marks.get("/Marked"))
        if not is_marked or "/StructTreeRoot" not in root:
            yield UNTAGGED
        if self._images and not self._fonts:
            yield SCANNED
        if not self._has_title():
            yield TITLE_MISSING
        if not str(root.get("/Lang", "")).strip():
            yield LANGUAGE_MISSING

    def _has_title(self) -> bool:
        if str(self._pdf.docinfo.get("/Title", "")).strip():
            return True
        facts = self._pdf.Root.get("/Metadata")
        return isinstance(facts, Stream) and bool(_TITLE.search(facts.read_bytes()))

    def _ensure_opens_quietly(self, root: Object) -> None:
        """Where to begin to read is no action, and nearly every word processor writes it."""
        first = root.get("/OpenAction")
        if isinstance(first, Dictionary) and first.get("/S") != Name.GoTo:
            raise Found(ACTIONS.get(str(first.get("/S")), "pdf-automatic-action"))

    def _look_at(self, found: Object) -> None:
        kind, subtype, action = (_name(found, key) for key in ("/Type", "/Subtype", "/S"))
        code = ACTIONS.get(action) or BEINGS.get(kind) or BEINGS.get(subtype) or _having(found)
        if code:
            raise Found(code)
        self._pages += kind == "/Page"
        self._fonts += kind == "/Font"
        self._images += subtype == "/Image"

    def _weigh(self, stream: Stream) -> None:
        if _name(stream, "/Subtype") == "/Image":
            width, height = stream.get("/Width", 0), stream.get("/Height", 0)
            if isinstance(width, int) and isinstance(height, int) and width * height > MOST_IMAGE:
                raise Found("pdf-too-large")
        self._decoded += _decoded_size(stream, most=MOST_DECODED - self._decoded)
        if self._decoded > MOST_DECODED:
            raise Found("pdf-too-large")


def _dictionaries(whole: Object) -> Iterator[Object]:
    """The object's own, at every depth; what it refers to has a turn of its own."""
    waiting: list[object] = [whole]
    while waiting:
        each = waiting.pop()
        if isinstance(each, (Dictionary, Stream)):
            yield each
            waiting += [value for _, value in each.items() if _is_inside(value)]
        elif isinstance(each, Array):
            waiting += [value for value in each if _is_inside(value)]


def _is_inside(value: object) -> bool:
    return isinstance(value, (Dictionary, Array)) and not value.is_indirect


def _name(found: Object, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, Name) else ""


def _having(found: Object) -> str | None:
    """By its keys. A font or an image may be called anything, so it counts only with what belongs to it."""
    if "/JS" in found and not isinstance(found.get("/JS"), Dictionary):
        return "pdf-javascript"
    if "/JavaScript" in found:
        return "pdf-javascript"
    if "/AA" in found and _has_actions(found.get("/AA")):
        return "pdf-automatic-action"
    if "/XFA" in found:
        return "pdf-xfa"
    if "/EmbeddedFiles" in found or isinstance(found.get("/EF"), Dictionary):
        return "pdf-embedded-file"
    return None


def _has_actions(value: object) -> bool:
    if not isinstance(value, Dictionary) or isinstance(value, Stream):
        return False
    return any(isinstance(each, Dictionary) and "/S" in each for _, each in value.items())


def _decoded_size(stream: Stream, *, most: int) -> int:
    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)]
    if names[0] in ("/FlateDecode", "/Fl"):
        size = _inflated(stream.read_raw_bytes(), most=most)
        if len(names) == 1 or size > most:
            return size
    if PICTURES.isdisjoint(names):
        return len(stream.read_bytes(StreamDecodeLevel.generalized))
    # An image's own coding: the reader unpacks it, and its size was looked at.
    return len(stream.read_raw_bytes())


def _inflated(packed: bytes, *, most: int) -> int:
    """How much comes out, counted and thrown away piece by piece; it stops when that is more than `most`."""
    inflater, size, waiting = zlib.decompressobj(), 0, packed
    while waiting and not inflater.eof and size <= most:
        try:
            size += len(inflater.decompress(waiting, PIECE))
        except zlib.error:
            # Readers show as much as they can; there is no more in it.
            return size
        waiting = inflater.unconsumed_tail
    return size
