"""GDPR articles 13 and 14: who answers for what, why, how long, and whom to ask."""

import re

import pytest

from app.care.actions import register_provider

SWEDISH = {"Accept-Language": "sv"}


async def facts(visitor) -> dict[str, dict[str, str]]:
    """Kind of data → question → answer, as the page shows them."""
    page = (await visitor.get("/integritet", headers=SWEDISH)).text
    found = {}
    for heading, answers in re.findall(r'<h3>(.*?)</h3>\s*<dl class="facts">(.*?)</dl>', page, re.DOTALL):
        pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", answers, re.DOTALL)
        found[heading] = {question: " ".join(answer.split()) for question, answer in pairs}
    return found


async def test_each_kind_of_data_has_an_answer_to_every_question(visitor):
    kinds = await facts(visitor)

    assert len(kinds) == 7
    for answers in kinds.values():
        assert list(answers) == ["Uppgifter", "Ansvarig", "Varför", "Laglig grund", "Hur länge"]
        assert all(answers.values())


@pytest.mark.parametrize("kind", ["Meddelandena", "Vem som har läst meddelanden"])
async def test_the_sender_answers_for_its_messages_and_for_the_log_of_them(visitor, kind):
    """domain.md §4.1–4.2: the care provider is the controller, also of the log (HSLF-FS 2016:40)."""
    assert (await facts(visitor))[kind]["Ansvarig"].startswith("Den vårdgivare som skickade meddelandet.")


async def test_whom_staff_work_for_answers_for_what_is_kept_of_them(visitor):
    """PDL 4 kap. 2–3 §: access and its log are the care provider's."""
    staff = (await facts(visitor))["Om du loggar in som personal"]

    assert staff["Ansvarig"] == "Den vårdgivare du arbetar för."
    assert "HSA-id" in staff["Uppgifter"]


@pytest.mark.parametrize("kind", ["Ditt konto", "När du är inloggad", "Synpunkter", "Teknisk logg"])
async def test_the_operator_answers_for_the_rest(visitor, kind):
    assert (await facts(visitor))[kind]["Ansvarig"] == "Påhittade regionen"


async def test_the_promised_times_are_those_that_hold(visitor, settings):
    told = (await facts(visitor))["När du är inloggad"]["Hur länge"]

    assert f"{settings.session_idle.total_seconds() / 60:.0f} minuter" in told
    assert f"{settings.session_absolute.total_seconds() / 3600:.0f} timmar" in told


async def test_every_care_provider_is_named_with_its_number(visitor, now):
    await register_provider("Region <Exempel>", organisation_number="2321000016", kind="region", now=now)

    page = (await visitor.get("/integritet", headers=SWEDISH)).text

    assert "Region &lt;Exempel&gt;" in page
    assert "Organisationsnummer 232100-0016" in page


async def test_without_care_providers_it_says_so(visitor):
    page = await visitor.get("/integritet", headers=SWEDISH)

    assert "Ingen vårdgivare är ansluten än." in page.text


async def test_it_says_whom_to_ask_and_where_to_complain(visitor):
    page = (await visitor.get("/integritet", headers=SWEDISH)).text

    assert 'href="mailto:dataskydd@larkpost.example"' in page
    assert 'href="https://www.imy.se"' in page
