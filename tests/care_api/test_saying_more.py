"""Everything a letter says beyond its text, at its limits, one over, and wrong."""

from typing import Any
from uuid import uuid4

import pytest

from app.care_api.formats.example import LETTER
from app.inbox.sealed import open_content
from app.inbox.tables import Message
from tests import make
from tests.care_api.conftest import NOTHING, Sender, denied, stored
from tests.care_api.test_sending import assert_problem

BODY = {"format": "plain", "text": "Text"}
VERSION: dict[str, Any] = {"language": "en", "subject": "Your visit", "body": BODY}
LINK: dict[str, Any] = {"label": "Svara på frågorna", "url": "https://enkat.example.se/f"}
DOCUMENT: dict[str, Any] = {"title": "Efter operationen", "url": "https://klinik.example.se/a.pdf"}
TAGS = ("en", "so", "ar", "fa", "fi", "ti", "pl", "uk", "bs")
EVERYTHING: dict[str, Any] = {
    "type": "ordination",
    "versions": [{**VERSION, "language": tag} for tag in TAGS[:8]],
    "reply": "allowed",
    "links": [{**LINK, "priority": "primary"}, *[{**LINK, "label": "å" * 80}] * 4],
    "documents": [{**DOCUMENT, "title": "å" * 120}] * 10,
    "sensitivity": "sensitive",
    "hidden_from_guardians": True,
    "notify": False,
    "thread_reference": "å" * 120,
}


def version(**differently: Any) -> dict[str, Any]:
    told = {**VERSION, **differently}
    return {"versions": [{name: value for name, value in told.items() if value is not None}]}


def link(**differently: Any) -> dict[str, Any]:
    told = {**LINK, **differently}
    return {"links": [{name: value for name, value in told.items() if value is not None}]}


def document(**differently: Any) -> dict[str, Any]:
    told = {**DOCUMENT, **differently}
    return {"documents": [{name: value for name, value in told.items() if value is not None}]}


async def test_everything_at_its_limit_is_accepted(vardit: Sender) -> None:
    sent = await vardit.send(**EVERYTHING)

    assert sent.status_code == 201, sent.text


async def test_what_is_sent_is_what_is_kept(vardit: Sender) -> None:
    urls = ["/tider", "https://enkat.example.se", "HTTPS://ENKAT.example.se/å?x=1#y", "/att-gora#to-do"]
    await vardit.send(links=[{**LINK, "url": url} for url in urls], **version(language="en-GB"))

    [row] = await Message.select()
    content = open_content(
        row["content_sealed"], row["resident_key"], provider_id=row["provider_id"], message_id=row["id"]
    )
    assert [(each.url, each.host) for each in content.links] == [
        ("/tider", ""),
        ("https://enkat.example.se/", "enkat.example.se"),
        ("https://enkat.example.se/%C3%A5?x=1#y", "enkat.example.se"),
        ("/att-gora#to-do", ""),
    ]
    assert [(each.language, each.subject) for each in content.others] == [("en-GB", "Your visit")]


UNREADABLE = [
    ({"versions": "en"}, "request.wrong-type", "/versions"),
    (version(title="x"), "request.unknown-field", "/versions/0/title"),
    (version(body={**BODY, "html": "x"}), "request.unknown-field", "/versions/0/body/html"),
    (version(subject=1), "request.wrong-type", "/versions/0/subject"),
    (version(subject="a\u0000b"), "request.nul-character", "/versions/0/subject"),
    ({"reply": True}, "request.wrong-type", "/reply"),
    ({"links": [LINK, "x"]}, "request.wrong-type", "/links/1"),
    (link(text="x"), "request.unknown-field", "/links/0/text"),
    (link(url=7), "request.wrong-type", "/links/0/url"),
    (document(size=7), "request.unknown-field", "/documents/0/size"),
    ({"sensitivity": 1}, "request.wrong-type", "/sensitivity"),
    ({"hidden_from_guardians": "yes"}, "request.wrong-type", "/hidden_from_guardians"),
    ({"notify": 1}, "request.wrong-type", "/notify"),
    ({"thread_reference": 4711}, "request.wrong-type", "/thread_reference"),
    ({"type": "ordination", "replaces": "4711"}, "request.wrong-type", "/replaces"),
    ({"versions": [VERSION] * 201}, "request.list-too-long", "/versions"),
]
REFUSED = [
    ({"versions": [{**VERSION, "language": tag} for tag in TAGS]}, "message.too-many-versions", "/versions"),
    (version(language=None), "message.language-unknown", "/versions/0/language"),
    (version(language="engelska"), "message.language-unknown", "/versions/0/language"),
    (version(language="en\u202e"), "message.language-unknown", "/versions/0/language"),
    (version(language="SV"), "message.version-twice", "/versions/0/language"),
    ({"versions": [VERSION, {**VERSION, "language": "EN"}]}, "message.version-twice", "/versions/1/language"),
    (version(subject=None), "message.subject-missing", "/versions/0/subject"),
    (version(subject="\u200b\u202e"), "message.subject-missing", "/versions/0/subject"),
    (version(subject="å" * 121), "message.subject-too-long", "/versions/0/subject"),
    (version(subject="a\x07"), "message.control-character", "/versions/0/subject"),
    (version(body=None), "message.body-missing", "/versions/0/body"),
    (version(body={"format": "rtf", "text": "a"}), "message.format-unknown", "/versions/0/body/format"),
    (version(body={"format": "plain", "text": " "}), "message.body-missing", "/versions/0/body/text"),
    (
        version(body={"format": "markdown", "text": "<script>"}),
        "body.html-in-markdown",
        "/versions/0/body/text",
    ),
    (
        version(body={"format": "docbook", "text": "<!DOCTYPE a [<!ENTITY b 'c'>]><article>&b;</article>"}),
        "body.unsafe-xml",
        "/versions/0/body/text",
    ),
    (version(body={"format": "plain", "text": "å" * 25_601}), "body.too-large", "/versions/0/body/text"),
    ({"reply": "perhaps"}, "message.reply-unknown", "/reply"),
    ({"reply": ""}, "message.reply-unknown", "/reply"),
    ({"links": [LINK] * 6}, "message.too-many-links", "/links"),
    (link(label=None), "message.link-label-missing", "/links/0/label"),
    (link(label="\u2066\u2069"), "message.link-label-missing", "/links/0/label"),
    (link(label="\u2800\ufe0f"), "message.link-label-missing", "/links/0/label"),
    (link(label="å" * 81), "message.text-too-long", "/links/0/label"),
    (link(priority="urgent"), "message.link-priority-unknown", "/links/0/priority"),
    ({"documents": [DOCUMENT] * 11}, "message.too-many-documents", "/documents"),
    (document(title=None), "message.document-title-missing", "/documents/0/title"),
    (document(title="å" * 121), "message.text-too-long", "/documents/0/title"),
    (document(url="/tider"), "message.link-invalid", "/documents/0/url"),
    ({"sensitivity": "secret"}, "message.sensitivity-unknown", "/sensitivity"),
    ({"thread_reference": "å" * 121}, "message.text-too-long", "/thread_reference"),
    ({"thread_reference": "a", "thread_id": str(uuid4())}, "thread.id-and-reference", "/thread_reference"),
    ({"replaces": str(uuid4())}, "message.replaces-of-other", "/replaces"),
]
ADDRESSES = [
    None,
    "",
    " https://a.example.se",
    "http://a.example.se/",
    "javascript:alert(1)",
    "data:text/html,a",
    "mailto:a@example.se",
    "tel:1177",
    "//a.example.se/",
    "/\\a.example.se",
    "\\\\a.example.se",
    "/../tider",
    "/tider?x=1",
    "/tider/",
    "//tider",
    "/Tider",
    "https://",
    "https://a",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://user@a.example.se/",
    "https://a.example.se@evil.example.se/",
    "https://a.example.se\\@evil.example.se/",
    "https://a.example.se\u202e/",
    "https://a.exa\u200bmple.se/",
    "https://a.example.se/\u2066x",
    "https://a.example.se/\tx",
    "https://" + "a" * 250 + ".se/" + "b" * 250,
]


@pytest.mark.parametrize(("differently", "code", "pointer"), UNREADABLE)
async def test_what_cannot_be_read_is_refused_by_name(
    vardit: Sender, differently: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(await vardit.send(**differently), 400, code, pointer)
    assert await stored() == NOTHING


@pytest.mark.parametrize(("differently", "code", "pointer"), REFUSED)
async def test_what_may_not_be_said_is_refused_with_its_place(
    vardit: Sender, differently: dict[str, Any], code: str, pointer: str
) -> None:
    assert_problem(await vardit.send(**differently), 422, code, pointer)
    assert await stored() == NOTHING


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_address_that_is_not_https_on_a_public_name_is_refused(
    vardit: Sender, address: str | None
) -> None:
    """Never mended: what is shown to the resident is what the sender wrote."""
    too_long = address is not None and len(address) > 500
    code = "message.text-too-long" if too_long else "message.link-invalid"

    assert_problem(await vardit.send(**link(url=address)), 422, code, "/links/0/url")
    assert_problem(await vardit.send(**document(url=address)), 422, code, "/documents/0/url")


async def test_what_cannot_be_seen_is_taken_out_of_words_and_titles(vardit: Sender) -> None:
    """B10: removed, as in subjects; who shows a link must not be turned round by it."""
    strange = "Se\u202e gnilkcip\u202c \u200bhär\u00ad"
    await vardit.send(**link(label=strange), **document(title=strange), **version(subject=strange))

    [row] = await Message.select()
    content = open_content(
        row["content_sealed"], row["resident_key"], provider_id=row["provider_id"], message_id=row["id"]
    )
    shown = [content.links[0].label, content.documents[0].title, content.others[0].subject]
    assert shown == ["Se gnilkcip här"] * 3


async def test_a_notice_to_the_whole_region_cannot_be_answered(vardit: Sender) -> None:
    refused = await vardit.send(type="region-wide-notice", reply="allowed", approval=str(uuid4()))

    assert_problem(refused, 422, "message.reply-to-region-wide", "/reply")


async def test_only_a_known_ordination_of_the_clinic_to_the_resident_is_replaced(vardit: Sender) -> None:
    before = await denied()
    other = (await vardit.send()).json()["id"]
    for id in (other, str(uuid4())):
        refused = await vardit.send(type="ordination", replaces=id)
        assert_problem(refused, 404, "message.ordination-unknown", "/replaces")
    assert await denied() == before + 2
    first = (await vardit.send(type="ordination")).json()["id"]

    second = (await vardit.send(type="ordination", replaces=first)).json()["id"]

    assert (await vardit.status(first)).json()["replaced_by"] == second
    again = await vardit.send(type="ordination", replaces=first)
    assert_problem(again, 409, "message.already-replaced", "/replaces")


async def test_another_providers_ordination_is_not_replaced(vardit: Sender, grannen: Sender) -> None:
    first = (await vardit.send(type="ordination")).json()["id"]

    refused = await grannen.send(type="ordination", replaces=first, clinic=make.OTHER_HSA_ID)

    assert_problem(refused, 404, "message.ordination-unknown", "/replaces")
    assert (await vardit.status(first)).json()["replaced_by"] is None


async def test_letters_with_one_reference_are_one_thread_and_it_is_stored_nowhere(vardit: Sender) -> None:
    first, second = [(await vardit.send(thread_reference=" ärende  4711 ")).json() for _ in range(2)]
    same = (await vardit.send(thread_reference="ärende 4711")).json()

    assert first["thread_id"] == second["thread_id"] == same["thread_id"]
    assert (await vardit.send()).json()["thread_id"] != first["thread_id"]
    assert set(LETTER) & set(EVERYTHING) == {"type"}


async def test_a_summons_says_as_much(vardit: Sender, slots: list[str]) -> None:
    more = {name: value for name, value in EVERYTHING.items() if name != "type"}

    assert (await vardit.summon(slot_id=slots[0], **more)).status_code == 201
    refused = await vardit.summon(slot_id=slots[1], replaces=str(uuid4()))
    assert_problem(refused, 400, "request.unknown-field", "/replaces")
