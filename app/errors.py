"""The ways a request can end without its wish. A code is registered once, documented and never reused."""

from typing import ClassVar, Protocol
from uuid import UUID


class Sentence(Protocol):
    """Words fit to show a person, in the language they read."""

    def said(self, language: str, /, **values: object) -> str: ...


CODES: dict[str, type["Refused"]] = {}


class Refused(Exception):
    """A rule says no. People read the sentence, programs the code; answered with 409.

    `values` fill the sentence's placeholders and must never hold health data or numbers of persons.
    """

    code: ClassVar[str]
    sentence: ClassVar[Sentence]

    def __init__(self, **values: str) -> None:
        super().__init__(self.code)
        self.values = values

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            return
        if cls.code in CODES:
            raise TypeError(f"The code {cls.code} belongs to {CODES[cls.code].__name__}.")
        CODES[cls.code] = cls

    def said(self, language: str) -> str:
        return self.sentence.said(language, **self.values)


class Missing(Exception):
    """It is not there, or it is not yours: the answer is 404 for both, never 403.

    `pointer`: where it was named in what was sent, when its kind does not say.
    """

    def __init__(self, kind: str, id: UUID | str | None = None, *, pointer: str | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.id = id
        self.pointer = pointer


class NotSignedIn(Exception):
    """The page is somebody's, and nobody of that kind (`resident`, `clinician`) is signed in.

    `level`: or not at the level of assurance that the page asks for.
    """

    def __init__(self, kind: str = "resident", *, level: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.level = level


class Unconfigured(Exception):
    """The start stops. The message is a sentence for the operator that says what to do."""
