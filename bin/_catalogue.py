"""The work behind bin/catalogue: what the code says, in every language but the one it is written in."""

import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
SOURCES = {"app": [("**.py", "python")], "templates": [("**.html", "jinja2")]}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "lazy": None,
    "translate": (2,),
    "_n": (1, 2),
    "plural": (2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: larkpost\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def main(arguments: Sequence[str]) -> int:
    """0 when every text is translated and no placeholder is lost. `--check` writes nothing."""
    given = _given([Path(name) for name in arguments if name != "--check"])
    template = _extracted()
    catalogues = {
        path: _translated(template, path, given) for path in sorted(LOCALE.glob("*/LC_MESSAGES/larkpost.po"))
    }
    if "--check" not in arguments:
        _write(LOCALE / "larkpost.pot", template)
        for path, catalogue in catalogues.items():
            _write(path, catalogue)
    faults = [fault for catalogue in catalogues.values() for fault in _faults(catalogue)]
    print("\n".join(faults) or f"{len(template)} texts, all translated.")
    return 1 if faults else 0


def _extracted() -> Catalog:
    template = Catalog(project="larkpost", charset="utf-8")
    for folder, methods in SOURCES.items():
        found = extract_from_dir(ROOT / folder, methods, {"**.html": {"silent": "false"}}, KEYWORDS)
        for name, _line, text, _comments, _context in found:
            template.add(text, locations=[(f"{folder}/{name}", 0)])
    return template


def _translated(template: Catalog, path: Path, given: dict[str, str]) -> Catalog:
    """What the catalogue says already goes before what is given, so that a polished wording stays.

    The Swedish catalogue stays empty: its texts are the ones in the code.
    """
    language = path.parts[-3]
    with path.open("rb") as file:
        old = {
            form: said for message in read_po(file, locale=language) for form, said in _pairs(message) if said
        }
    catalogue = Catalog(locale=language, project="larkpost", charset="utf-8")
    for message in template if language != "sv" else ():
        if message.id:
            said = [old.get(form) or given.get(form, "") for form in _forms(message.id)]
            catalogue.add(
                message.id, said[0] if isinstance(message.id, str) else tuple(said), message.locations
            )
    return catalogue


def _faults(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        for pair in _pairs(message) if message.id else ():
            if wrong := _wrong(*pair):
                yield f"{catalogue.locale}: {wrong}: {json.dumps(pair, ensure_ascii=False)}"


def _wrong(text: str, said: str) -> str:
    if not said:
        return "missing"
    lost = set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(said))
    return "other placeholders" if lost else ""


def _given(paths: Sequence[Path]) -> dict[str, str]:
    return {
        text: said for path in paths for text, said in json.loads(path.read_text(encoding="utf-8")).items()
    }


def _write(path: Path, catalogue: Catalog) -> None:
    """In one step: the app reads these files at its start. Without dates, which only make merges hard."""
    text = io.BytesIO()
    write_po(text, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    new = path.with_suffix(".new")
    new.write_text(
        HEADER.format(language=catalogue.locale or "") + text.getvalue().decode(), encoding="utf-8"
    )
    new.replace(path)


def _pairs(message: Message) -> list[tuple[str, str]]:
    return list(zip(_forms(message.id), _forms(message.string), strict=True))


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text or "",) if isinstance(text, str | None) else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
