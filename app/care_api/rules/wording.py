"""All that a letter says to its reader, in clean words: in each of its languages, and where it leads on."""

import re

from msgspec import Struct

from app.body.links import web_address
from app.care_api.rules import payload as wire
from app.care_api.rules import refusals
from app.care_api.rules.text import line, needed, one_line

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
# Three digits at least: 112.
_PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){3})\+?[0-9()\u2010-\u2013 /-]{3,}")
_PAGE = re.compile(r"(/[a-z0-9-]+)+(#[a-z0-9-]+)?|/")


class Text(Struct, frozen=True):
    """A subject and a body in one language; the body is not read yet."""

    language: str
    subject: str
    format: str
    body: str


class Lead(Struct, frozen=True):
    """Where one can go on: a page of ours when `host` is empty."""

    label: str
    url: str
    host: str
    primary: bool = False


class CheckedWording(Struct, frozen=True):
    """`text` is what the letter says, `others` the same in other languages."""

    text: Text
    others: tuple[Text, ...]
    purpose: str
    use_of_answers: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    links: tuple[Lead, ...]
    documents: tuple[Lead, ...]


def check_reason(asked: wire.WithdrawalPayload) -> str:
    return needed(asked.reason, "/reason", refusals.ReasonMissing, most=wire.TEXT_MOST)


def check_wording(said: wire.Wording) -> CheckedWording:
    """Raises the first refusal, in `wire.ORDER`."""
    contact = said.contact or wire.Contact()
    text = _read(said.subject, said.body, "sv" if said.language is None else said.language)
    return CheckedWording(
        text=text,
        others=_others(said.versions, besides=text.language) if said.versions else (),
        purpose=needed(said.purpose, "/purpose", refusals.PurposeMissing, most=wire.TEXT_MOST),
        use_of_answers=needed(
            said.use_of_answers, "/use_of_answers", refusals.UseOfAnswersMissing, most=wire.TEXT_MOST
        ),
        contact_name=line(contact.name, "/contact/name", most=wire.LINE_MOST),
        contact_phone=_phone(contact.phone),
        contact_hours=line(contact.hours, "/contact/hours", most=wire.LINE_MOST),
        links=_links(said.links) if said.links else (),
        documents=_documents(said.documents) if said.documents else (),
    )


def _read(subject: str | None, body: wire.Body | None, language: str | None, at: str = "") -> Text:
    """`at` points at the version; the letter's own language has no place of its own."""
    return Text(
        subject=_subject(subject, f"{at}/subject"),
        format=_format(body, at),
        body=_text(body, at),
        language=_language(language, f"{at}/language"),
    )


def _subject(text: str | None, pointer: str) -> str:
    subject = one_line(text, pointer=pointer)
    if not subject:
        raise refusals.SubjectMissing(pointer=pointer)
    if len(subject) > wire.SUBJECT_MOST:
        raise refusals.SubjectTooLong(pointer=pointer, most=str(wire.SUBJECT_MOST))
    return subject


def _format(body: wire.Body | None, at: str) -> str:
    if body is None:
        raise refusals.BodyMissing(pointer=f"{at}/body")
    if body.format not in wire.FORMATS:
        raise refusals.FormatUnknown(pointer=f"{at}/body/format", known=", ".join(wire.FORMATS))
    return body.format


def _text(body: wire.Body | None, at: str) -> str:
    if body is None or not body.text or not body.text.strip():
        raise refusals.BodyMissing(pointer=f"{at}/body/text")
    return body.text


def _language(tag: str | None, pointer: str) -> str:
    if tag is None or not _LANGUAGE.fullmatch(tag):
        raise refusals.LanguageUnknown(pointer=pointer)
    return tag


def _phone(text: str | None) -> str:
    phone = needed(text, "/contact/phone", refusals.ContactMissing, most=wire.PHONE_MOST)
    if not _PHONE.fullmatch(phone):
        raise refusals.PhoneInvalid
    return phone


def _others(versions: list[wire.VersionPayload], *, besides: str) -> tuple[Text, ...]:
    if len(versions) > wire.VERSIONS_MOST:
        raise refusals.TooManyVersions(most=str(wire.VERSIONS_MOST))
    taken, others = {besides.lower()}, []
    for place, version in enumerate(versions):
        at = f"/versions/{place}"
        text = _read(version.subject, version.body, version.language, at)
        if text.language.lower() in taken:
            raise refusals.VersionTwice(pointer=f"{at}/language")
        taken.add(text.language.lower())
        others.append(text)
    return tuple(others)


def _links(links: list[wire.LinkPayload]) -> tuple[Lead, ...]:
    if len(links) > wire.LINKS_MOST:
        raise refusals.TooManyLinks(most=str(wire.LINKS_MOST))
    return tuple(_link(link, f"/links/{place}") for place, link in enumerate(links))


def _link(link: wire.LinkPayload, at: str) -> Lead:
    label = needed(link.label, f"{at}/label", refusals.LinkLabelMissing, most=wire.LABEL_MOST)
    url, host = _address(link.url, f"{at}/url", ours=True)
    priority = link.priority or wire.SECONDARY
    if priority not in wire.PRIORITIES:
        raise refusals.PriorityUnknown(pointer=f"{at}/priority", known=", ".join(wire.PRIORITIES))
    return Lead(label, url, host, primary=priority == wire.PRIMARY)


def _documents(documents: list[wire.DocumentPayload]) -> tuple[Lead, ...]:
    if len(documents) > wire.DOCUMENTS_MOST:
        raise refusals.TooManyDocuments(most=str(wire.DOCUMENTS_MOST))
    return tuple(_document(document, f"/documents/{place}") for place, document in enumerate(documents))


def _document(document: wire.DocumentPayload, at: str) -> Lead:
    title = needed(document.title, f"{at}/title", refusals.DocumentTitleMissing, most=wire.LINE_MOST)
    url, host = _address(document.url, f"{at}/url", ours=False)
    return Lead(title, url, host)


def _address(address: str | None, pointer: str, *, ours: bool) -> tuple[str, str]:
    """Refused rather than mended: where it leads must be what the sender wrote."""
    if address and len(address) > wire.URL_MOST:
        raise refusals.TextTooLong(pointer=pointer, most=str(wire.URL_MOST))
    if ours and address and _PAGE.fullmatch(address):
        return address, ""
    found = web_address(address or "")
    if found is None:
        raise refusals.LinkInvalid(pointer=pointer)
    return found
