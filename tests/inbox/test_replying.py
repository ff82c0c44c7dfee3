"""The reader of a letter writes back in it, where its clinic lets them."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from app.audit.queries import accesses_to, denials
from app.callbacks.tables import HappenedEvent
from app.database import rows
from app.errors import Missing
from app.inbox import actions, queries
from app.inbox.actions import Delivered
from app.inbox.actions.replying import reply
from app.inbox.rules import AlreadyExpired, RepliesClosed, TooManyReplies
from app.inbox.tables import Reply as ReplyTable
from app.sessions.principals import Resident
from tests import make
from tests.make import Browser, Clock, Ward


class _Actor(NamedTuple):
    actor_kind: str


HTMX = {"HX-Request": "true"}
TEXT = "Jag tål inte penicillin.\r\nRing mig efter kl. 15."
DAY = timedelta(days=1)


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


def at(sent: Delivered) -> str:
    return f"/inkorg/meddelanden/{sent.id}/svar"


async def read_by_provider(ward: Ward, sent: Delivered, now: datetime) -> list[str]:
    return [each.text for each in await queries.replies_for(ward.care_system, sent.id, now=now)]


async def told(kind: str = "message.answered") -> int:
    return int(await HappenedEvent.count().where(HappenedEvent.kind == kind))


async def opened(ward: Ward, reader: Resident, now: datetime, **differently: object) -> Delivered:
    sent = await ward.writes(reader, now=now, **{"reply_allowed": True, **differently})
    await actions.open_thread(sent.thread_id, resident=reader, now=now)
    return sent


async def test_the_message_has_a_form_that_says_what_it_is_for_and_what_it_is_not_for(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(
        anna.resident, now=now, reply_allowed=True, use_of_answers="Svaret läses inför operationen."
    )

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert f'action="{at(sent)}"' in page
    form = page[page.index(f'id="reply-{sent.id}"') : page.index("letter-facts")]
    assert "Svaret läses inför operationen." in form
    assert "när telefonen är öppen" in form
    assert "Ring 112 om det är bråttom." in form


async def test_a_letter_that_cannot_be_replied_to_has_no_form_and_asks_nothing_more(
    anna: Browser, ward: Ward, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await ward.writes(anna.resident, now=now)

    async def asked(*_: object) -> None:
        raise AssertionError("nothing is asked of replies")

    monkeypatch.setattr("app.inbox.queries.replies_of", asked)
    page = await anna.get(f"/inkorg/{sent.thread_id}")

    assert page.status_code == 200
    assert "/svar" not in page.text
    assert 'class="reply' not in page.text


async def test_a_reply_without_htmx_leads_back_to_where_it_stands(
    anna: Browser, ward: Ward, clock: Clock
) -> None:
    sent = await ward.writes(anna.resident, now=clock(), reply_allowed=True)
    thread = f"/inkorg/{sent.thread_id}"
    await anna.get(thread)
    clock.turn(minutes=2)

    answer = await anna.press(at(sent), seen_on=thread, form={"text": TEXT})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{thread}#reply-{sent.id}")
    page = (await anna.get(thread)).text
    assert "Du svarade måndag 23 november 2026 kl. 9.32." in page
    assert "Jag tål inte penicillin.<br>Ring mig efter kl. 15." in page
    assert f'action="{at(sent)}"' in page, "one may write more"
    assert await read_by_provider(ward, sent, clock()) == [TEXT.replace("\r\n", "\n")]
    status = await queries.status_for(ward.care_system, sent.id, now=clock())
    assert (status.state, status.answered_at) == ("answered", clock())


async def test_a_reply_with_htmx_puts_the_letter_in_its_place(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, reply_allowed=True, due_at=now + DAY)

    answer = await anna.press(
        at(sent), seen_on=f"/inkorg/{sent.thread_id}", headers=HTMX, form={"text": TEXT}
    )

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<article id="letter-{sent.id}"')
    assert "Du svarade" in answer.text
    assert "Svara senast" not in answer.text
    assert "Ditt svar kom in" not in answer.text, "it says so once"
    assert answer.text.count("data-focus-after-swap") == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("text", "said"),
    [(" \u200b\n", "Skriv ditt svar."), ("å" * 2001, "Korta svaret till högst 2 000 tecken.")],
    ids=["nothing", "too much"],
)
async def test_a_form_that_is_wrong_is_shown_again_with_what_was_typed(
    anna: Browser, ward: Ward, now: datetime, headers: dict[str, str], text: str, said: str
) -> None:
    sent = await ward.writes(anna.resident, now=now, reply_allowed=True)

    answer = await anna.press(
        at(sent), seen_on=f"/inkorg/{sent.thread_id}", headers=headers, form={"text": text}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#text-{sent.id}"' in answer.text
    assert text.strip() in answer.text
    assert ("<title>" in answer.text) is not bool(headers)
    assert await told() == 0


async def test_two_thousand_characters_are_enough_and_line_breaks_count_once(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, reply_allowed=True)
    text = "å" * 1000 + "\r\n" + "å" * 999

    answer = await anna.press(at(sent), seen_on=f"/inkorg/{sent.thread_id}", form={"text": text})

    assert answer.status_code == 303


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
async def test_what_is_refused_meanwhile_is_said_and_the_text_stays(
    anna: Browser, ward: Ward, clock: Clock, headers: dict[str, str]
) -> None:
    sent = await ward.writes(
        anna.resident, now=clock(), reply_allowed=True, expires_at=clock() + timedelta(minutes=5)
    )
    page = f"/inkorg/{sent.thread_id}"
    await anna.get(page)
    token = make.token_in((await anna.get(page)).text)
    clock.turn(minutes=6)

    answer = await anna.client.post(at(sent), data={"_csrf": token, "text": TEXT}, headers=headers)

    assert answer.status_code == 409
    assert "Tiden för att svara eller bekräfta har gått ut." in answer.text
    assert "Jag tål inte penicillin." in answer.text
    assert await told() == 0
    assert f'action="{at(sent)}"' not in (await anna.get(page)).text


async def test_someone_elses_letter_does_not_exist(
    anna: Browser, bo: Browser, ward: Ward, now: datetime
) -> None:
    sent = await opened(ward, anna.resident, now)

    assert (await bo.get(at(sent))).status_code == 404
    assert (await bo.press(at(sent), seen_on="/synpunkter", form={"text": TEXT})).status_code == 404
    assert len(await denials()) == 2
    assert await ReplyTable.count() == 0


async def test_marks_that_nobody_sees_are_gone_and_words_stay_apart(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, reply_allowed=True)

    await anna.press(
        at(sent),
        seen_on=f"/inkorg/{sent.thread_id}",
        form={"text": "10\u00a0mg\u202e <b>tack</b>\x07\tnu\u2066"},
    )

    assert await read_by_provider(ward, sent, now) == ["10 mg <b>tack</b> nu"]
    assert "10 mg &lt;b&gt;tack&lt;/b&gt; nu" in (await anna.get(f"/inkorg/{sent.thread_id}")).text


async def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, reply_allowed=True)
    other = await ward.writes(anna.resident, now=now, reply_allowed=True, thread_id=sent.thread_id)
    thread = f"/inkorg/{sent.thread_id}"
    for till, shown_at in ((None, at(sent)), (thread, thread)):
        token = make.token_in((await anna.get(thread)).text)
        fields = {"_csrf": token, "message": str(sent.id), "text": TEXT}
        if till is None:
            kept = await anna.client.post(
                at(sent),
                data=fields | {"_csrf": "another session's"},
                headers={"sec-fetch-site": "same-origin"},
            )
        else:
            kept = await anna.client.post(f"/utkast?till={till}", data=fields)
        assert kept.status_code == 303
        assert kept.headers["location"].startswith(shown_at)

        page = (await anna.get(shown_at)).text

        assert page.count("Jag tål inte penicillin.") == 1
        assert page.index(f"text-{sent.id}") < page.index("Jag tål inte penicillin.")
        assert f"text-{other.id}" not in page or page.index("Jag tål inte") < page.index(f"text-{other.id}")
        assert "Jag tål inte penicillin." not in (await anna.get(shown_at)).text, "once"
    assert await told() == 0


async def test_each_reply_is_told_and_written_down_and_the_first_settles_the_letter(
    ward: Ward, clock: Clock
) -> None:
    anna = await make.a_resident(now=clock())
    sent = await opened(ward, anna, clock(), due_at=clock() + 3 * DAY)
    first = clock.turn(minutes=1)
    assert [each.id for each in await queries.awaiting_for(anna, now=clock())] == [sent.id]

    await reply(sent.id, text="Ett", resident=anna, now=clock())
    clock.turn(minutes=1)
    await reply(sent.id, text="Två", resident=anna, now=clock())

    assert await queries.awaiting_for(anna, now=clock()) == []
    assert await read_by_provider(ward, sent, clock()) == ["Ett", "Två"]
    assert (await queries.status_for(ward.care_system, sent.id, now=clock())).answered_at == first
    assert await told() == 2
    written = [(row.action, row.object_id) for row in await accesses_to(anna.id)]
    assert written.count(("message.replied", str(sent.id))) == 2
    assert written.count(("message.replies-read", str(sent.id))) == 1


async def test_presses_at_once_send_it_once(ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await opened(ward, anna, now)

    await asyncio.gather(*(reply(sent.id, text="Ja", resident=anna, now=now) for _ in range(5)))

    assert await read_by_provider(ward, sent, now) == ["Ja"]
    assert await told() == 1


async def test_ten_replies_at_most(ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await opened(ward, anna, now)
    # Everybody has a connection before it counts.
    await asyncio.gather(*(queries.replies_of(anna, [sent.id]) for _ in range(20)))

    done = await asyncio.gather(
        *(reply(sent.id, text=f"Svar {n}", resident=anna, now=now) for n in range(20)),
        return_exceptions=True,
    )

    assert [type(each) for each in done if each is not None] == [TooManyReplies] * 10
    assert len(await read_by_provider(ward, sent, now)) == 10


async def test_what_is_closed_unopened_over_or_withdrawn_takes_no_reply(ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    closed = await opened(ward, anna, now, reply_allowed=False)
    over = await opened(ward, anna, now, expires_at=now + DAY)
    taken_back = await opened(ward, anna, now)
    await actions.withdraw(taken_back.id, reason="Fel", care_system=ward.care_system, now=now)
    unopened = await ward.writes(anna, now=now, reply_allowed=True)

    for sent, refusal in (
        (closed, RepliesClosed),
        (over, AlreadyExpired),
        (taken_back, RepliesClosed),
        (unopened, Missing),
    ):
        with pytest.raises(refusal):
            await reply(sent.id, text="Hej", resident=anna, now=now + DAY)

    assert await ReplyTable.count() == 0


async def test_deleting_the_letter_destroys_the_residents_copy_of_the_replies_and_the_providers_lives(
    ward: Ward, now: datetime
) -> None:
    anna = await make.a_resident(now=now)
    sent, other = await opened(ward, anna, now), await opened(ward, anna, now)
    for each in (sent, other):
        await reply(each.id, text="Hej", resident=anna, now=now)

    await actions.delete(sent.id, resident=anna, now=now)

    kept = {row["message"]: row["resident_key"] for row in await ReplyTable.select()}
    assert kept[sent.id] is None
    assert kept[other.id] is not None
    assert (await queries.replies_of(anna, [sent.id]))[sent.id] == []
    assert await read_by_provider(ward, sent, now) == ["Hej"]


async def test_the_question_whether_to_delete_says_what_becomes_of_the_replies(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await opened(ward, anna.resident, now)
    url, said = f"/inkorg/meddelanden/{sent.id}/radering", "Det du har svarat försvinner också för dig."
    assert said not in (await anna.get(url)).text

    await reply(sent.id, text="Hej", resident=anna.resident, now=now)

    assert said in (await anna.get(url)).text


async def test_corrected_and_withdrawn_it_keeps_the_replies_for_both(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    sent = await opened(ward, anna.resident, now)
    await reply(sent.id, text="Jag kommer", resident=anna.resident, now=now)

    await actions.withdraw(sent.id, reason="Fel dag", care_system=ward.care_system, now=now)

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text
    assert "Jag kommer" in page
    assert f'action="{at(sent)}"' not in page
    assert await read_by_provider(ward, sent, now) == ["Jag kommer"]


async def test_a_guardian_writes_as_themselves_and_never_to_what_is_hidden(
    ward: Ward, anna: Browser, now: datetime
) -> None:
    child, other = anna.resident, await make.a_resident(make.BO, now=now)
    guardian = Resident(
        id=other.id, session_id=other.session_id, name=other.name, level="loa3", acting_for=child.id
    )
    sent = await opened(ward, child, now)
    hidden = await opened(ward, child, now, hidden_from_guardians=True)

    await reply(sent.id, text="Vi kommer", resident=guardian, now=now)
    with pytest.raises(Missing):
        await reply(hidden.id, text="Vi kommer", resident=guardian, now=now)
    await reply(hidden.id, text="Det här är mitt", resident=child, now=now)

    [one] = await queries.replies_for(ward.care_system, sent.id, now=now)
    assert one.by_guardian
    assert (await queries.replies_of(guardian, [sent.id, hidden.id]))[hidden.id] == []
    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text
    assert "En vårdnadshavare svarade måndag 23 november 2026" in page
    events = await rows(_Actor, "SELECT actor_kind FROM events WHERE kind = 'message.answered' ORDER BY id")
    assert [event.actor_kind for event in events] == ["guardian", "resident"]


async def test_another_provider_reads_nothing(ward: Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    sent = await opened(ward, anna, now)
    await reply(sent.id, text="Hej", resident=anna, now=now)
    grannen = await make.a_care_system(await make.another_clinic(now=now), now=now, client_id="grannen")

    with pytest.raises(Missing):
        await queries.replies_for(grannen, sent.id, now=now)
