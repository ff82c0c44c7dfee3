"""python -m app care-provider|clinic."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import date, datetime, timedelta

from app.care import actions
from app.care.queries import clinic_by_hsa, provider_by_number
from app.care.rules import (
    PROVIDER_KINDS,
    Mandate,
    MandateIncomplete,
    ensure_organisation_number,
    read_phone_hours,
)
from app.commands.opening import with_database
from app.language import day_begins


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    _add_provider(commands)
    _add_clinic(commands)


def _add_provider(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("care-provider", help="register a care provider")
    verbs = parser.add_subparsers(required=True, metavar="add|mandate|hsa-id")
    add = verbs.add_parser("add", help="register one")
    add.add_argument("--name", required=True)
    add.add_argument("--organisation-number", required=True, help="ten digits")
    add.add_argument("--hsa-id", help="the care provider's own, as in its staff's assignments")
    _add_mandate(add)
    add.set_defaults(run=add_provider)
    given = verbs.add_parser("mandate", help="what kind it is, and the region's mandate by which it sends")
    given.add_argument("--organisation-number", required=True, help="ten digits")
    _add_mandate(given)
    given.set_defaults(run=set_mandate)
    named = verbs.add_parser("hsa-id", help="set the HSA-id that its staff's assignments name it by")
    named.add_argument("--organisation-number", required=True, help="ten digits")
    named.add_argument("--hsa-id", required=True, help="such as SE2321000016-0001")
    named.set_defaults(run=set_hsa_id)


def _add_mandate(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", required=True, help=f"one of {', '.join(PROVIDER_KINDS)}")
    parser.add_argument("--region", help="the county code of the region whose mandate it has")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="its first day: 2026-01-01")
    parser.add_argument(
        "--until", dest="last", type=date.fromisoformat, help="its last day; left out: until further notice"
    )


def _add_clinic(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("clinic", help="open a clinic, and say when its phone is answered")
    verbs = whole.add_subparsers(required=True, metavar="add|phone-hours")
    phone = verbs.add_parser("phone-hours", help="when test results may wait for somebody to ask")
    phone.add_argument("hsa_id", help="such as SE2321000016-A65H")
    phone.add_argument("phone_hours", nargs="*", help='such as "mon-fri 08:00-16:30"; none: nobody answers')
    phone.set_defaults(run=set_phone_hours)
    parser = verbs.add_parser("add", help="open one")
    parser.add_argument("--provider", required=True, help="the care provider's organisation number")
    parser.add_argument("--hsa-id", required=True, help="such as SE2321000016-A65H")
    parser.add_argument("--name", required=True)
    parser.add_argument("--region", required=True, help="county code of two digits, such as 01")
    parser.add_argument("--address", required=True)
    parser.add_argument("--phone", required=True)
    parser.add_argument("--hours", required=True, help="when the phone is answered")
    parser.set_defaults(run=add_clinic)


def add_provider(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        await actions.register_provider(
            asked.name,
            organisation_number=asked.organisation_number,
            kind=asked.kind,
            mandate=_mandate(asked),
            hsa_id=asked.hsa_id,
            now=now,
        )

    with_database(work)
    print(f"{asked.name} is registered.")


def set_mandate(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        provider = await provider_by_number(ensure_organisation_number(asked.organisation_number))
        await actions.commission(provider.id, kind=asked.kind, mandate=_mandate(asked), now=now)

    with_database(work)
    print(f"{asked.organisation_number} is of the kind {asked.kind}; what was said before counts no more.")


def _mandate(asked: Namespace) -> Mandate | None:
    """The last day is part of it. Raises `MandateIncomplete`."""
    if not asked.region and not asked.first and not asked.last:
        return None
    if not asked.region or not asked.first:
        raise MandateIncomplete
    ends_at = day_begins(asked.last + timedelta(days=1)) if asked.last else None
    return Mandate(asked.region, day_begins(asked.first), ends_at)


def set_hsa_id(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        provider = await provider_by_number(ensure_organisation_number(asked.organisation_number))
        await actions.name_in_hsa(provider.id, hsa_id=asked.hsa_id, now=now)

    with_database(work)
    print(f"Staff of {asked.organisation_number} are known by {asked.hsa_id}.")


def add_clinic(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        provider = await provider_by_number(ensure_organisation_number(asked.provider))
        await actions.open_clinic(
            provider.id,
            hsa_id=asked.hsa_id,
            name=asked.name,
            region_code=asked.region,
            address=asked.address,
            phone=asked.phone,
            hours=asked.hours,
            now=now,
        )

    with_database(work)
    print(f"{asked.name} is open.")


def set_phone_hours(asked: Namespace) -> None:
    async def work(now: datetime) -> None:
        clinic = await clinic_by_hsa(asked.hsa_id)
        await actions.set_phone_hours(clinic.id, read_phone_hours(asked.phone_hours), now=now)

    with_database(work)
    print(f"Letters that wait for the phone of {asked.hsa_id} are held to these hours.")
