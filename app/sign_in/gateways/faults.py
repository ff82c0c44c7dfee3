"""What is wrong in the providers' file, and on which line: tomllib keeps no lines, so they are counted."""

import re

HEAD = re.compile(r"\s*\[\[\s*provider\s*\]\]")


class Fault(Exception):
    """`number` is the entry's, from 0, and None for the file's own; an empty `field` means all of the entry.

    `line` is for who knows it already.
    """

    def __init__(self, why: str, *, number: int | None = None, field: str = "", line: int = 0) -> None:
        super().__init__(why)
        self.why, self.number, self.field, self.line = why, number, field, line


def place_of(fault: Fault, text: str) -> int:
    """The line, from 1; 0 where no line is at fault, as in a file without providers."""
    lines = text.splitlines()
    span = _span(fault, lines)
    found = [place for place in span if fault.field and _names(fault.field, lines[place])]
    if found or fault.number is None:
        return found[0] + 1 if found else fault.line
    return span.start + 1 if span else 0


def _span(fault: Fault, lines: list[str]) -> range:
    """The lines of the entry; none where it was written without a head of its own, within brackets."""
    if fault.number is None:
        return range(len(lines))
    heads = [place for place, written in enumerate(lines) if HEAD.match(written)]
    bounds = [*heads, len(lines)]
    return range(*bounds[fault.number : fault.number + 2]) if fault.number < len(heads) else range(0)


def _names(field: str, line: str) -> bool:
    """As a key, or as the head of a table of its own."""
    name = re.escape(field)
    return bool(re.match(rf'\s*(?:"?{name}"?\s*[.=]|\[\[?\s*(?:provider\s*\.\s*)?{name}\s*[.\]])', line))
