"""python -m app agent: connection agents, and which care providers let them send."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import date, datetime

from app.care import actions
from app.care.queries import agent_by_number, provider_by_number
from app.care.rules import ensure_organisation_number
from app.commands.opening import with_database
from app.language import day_begins


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("agent", help="connection agents, who send on behalf of care providers")
    verbs = whole.add_subparsers(required=True, metavar="add|mandate|end")
    add = verbs.add_parser("add", help="register one")
    add.add_argument("--name", required=True)
    add.add_argument("--organisation-number", required=True, help="ten digits")
    add.set_defaults(run=add_agent)
    mandate = verbs.add_parser("mandate", help="a care provider lets it send")
    mandate.add_argument("--reference", required=True, help="where it stands, such as a diary number")
    mandate.add_argument("--from", dest="begins", type=date.fromisoformat, help="2027-01-01; now if left out")
    mandate.add_argument("--until", type=date.fromisoformat, help="its last day; none if left out")
    mandate.set_defaults(run=give_mandate)
    end = verbs.add_parser("end", help="a care provider ends it, at once")
    end.set_defaults(run=end_mandate)
    for verb in (mandate, end):
        verb.add_argument("--agent", required=True, help="the agent's organisation number")
        verb.add_argument("--provider", required=True, help="the care provider's organisation number")


def add_agent(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        await actions.register_agent(asked.name, organisation_number=asked.organisation_number, now=now)

    with_database(work)
    print(f"{asked.name} is registered.")


def give_mandate(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        agent = await agent_by_number(ensure_organisation_number(asked.agent))
        provider = await provider_by_number(ensure_organisation_number(asked.provider))
        await actions.give_mandate(
            agent.id,
            provider_id=provider.id,
            reference=asked.reference,
            begins_at=day_begins(asked.begins) if asked.begins else now,
            ends_at=_end_of(asked.until) if asked.until else None,
            now=now,
        )

    with_database(work)
    print("Its care systems for that care provider may fetch tokens while the mandate is in force.")


def end_mandate(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        agent = await agent_by_number(ensure_organisation_number(asked.agent))
        provider = await provider_by_number(ensure_organisation_number(asked.provider))
        await actions.end_mandate(agent.id, provider_id=provider.id, now=now)

    with_database(work)
    print("The mandate has ended. Tokens that are out there stop at the next request.")


def _end_of(day: date) -> datetime:
    return day_begins(date.fromordinal(day.toordinal() + 1))
