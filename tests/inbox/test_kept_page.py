"""A letter keeps the HTML of its text, as long as it is what would be written today."""

import msgspec

from app import vault
from app.body import docbook, html
from app.database import uuid7
from app.inbox.sealed import Content, Opened, open_content, seal_content
from app.vault import Place
from tests.body.test_docbook import SUMMONS

BODY = docbook.read(SUMMONS)
NAMELESS = docbook.read(
    '<article><section><title><emphasis role="collapsible"/></title><para>a</para></section></article>'
)


def content(**differently: object) -> Content:
    usual = {
        "subject": "Kallelse",
        "clinic_name": "Knäkliniken",
        "provider_name": "Region Exempel",
        "body": BODY,
        "language": "sv",
        "purpose": "",
        "use_of_answers": "",
        "contact_name": "",
        "contact_phone": "",
        "contact_hours": "",
        "written_at": None,
        "sender_reference": "",
    }
    return msgspec.convert(usual | differently, Content)


def opened(content: Content) -> Opened:
    provider, message = uuid7(), uuid7()
    copies = seal_content(content, provider_id=provider, message_id=message)
    return open_content(copies.content_sealed, copies.resident_key, provider_id=provider, message_id=message)


def test_what_was_written_is_kept() -> None:
    letter = opened(content())

    page = html.wordless(BODY).encode()
    assert (letter.edition, letter.encoded, letter.body()) == (html.EDITION, page, BODY)
    assert letter.html("sv").decode() == html.write(BODY, "sv")
    assert letter.clinic_name == "Knäkliniken"


def test_our_words_are_in_the_readers_language() -> None:
    letter = opened(content(body=NAMELESS))

    assert '<summary lang="sv">Visa mer</summary>' in letter.html("sv").decode()
    assert '<summary lang="en">Show more</summary>' in letter.html("en").decode()


def test_what_is_too_old_is_written_anew_from_the_tree() -> None:
    letter = opened(content())

    for edition in (html.EDITION - 1, html.EDITION + 1):
        old = msgspec.structs.replace(letter, edition=edition, encoded=b"<p>As it was</p>")
        assert old.html("sv").decode() == html.write(BODY, "sv")


def test_a_letter_from_before_pages_were_kept_is_shown_too() -> None:
    provider, message, key = uuid7(), uuid7(), vault.new_key()
    place = Place(str(provider), "messages", "content_sealed", message)
    sealed = vault.seal(msgspec.json.encode(content()), key, place)
    wrapped = vault.wrap(key, place._replace(column="resident_key"))

    letter = open_content(sealed, wrapped, provider_id=provider, message_id=message)

    assert (letter.body(), letter.html("sv").decode()) == (BODY, html.write(BODY, "sv"))


def test_a_letter_whose_page_was_kept_as_text_is_shown_too() -> None:
    letter = opened(content())
    first = msgspec.structs.replace(letter, encoded=b"", page=letter.encoded.decode())

    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(first), type=Opened)

    assert (kept.encoded, kept.html("sv").decode()) == (b"", html.write(BODY, "sv"))
