"""python -m app approval: what may go to many, recorded before it is sent."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import date, datetime, timedelta
from uuid import UUID

from app.care import actions
from app.care.queries import Approval, approvals, provider_by_number
from app.care.rules import ensure_organisation_number
from app.commands.opening import with_database
from app.language import day_begins


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("approval", help="what may go to many: region-wide notices, one text to many")
    verbs = whole.add_subparsers(required=True, metavar="add|list|end")
    add = verbs.add_parser("add", help="record one; prints the id that the care system sends with")
    add.add_argument("--provider", required=True, help="the care provider's organisation number")
    add.add_argument("--region", required=True, help="county code of two digits: whose clinics may send it")
    add.add_argument("--by", required=True, help="who has approved it")
    add.add_argument("--scope", required=True, help="what it is for; nothing about residents")
    add.add_argument("--until", required=True, type=date.fromisoformat, help="its last day: 2026-12-31")
    add.set_defaults(run=add_approval)
    verbs.add_parser("list", help="all there have been").set_defaults(run=show)
    end = verbs.add_parser("end", help="let nothing more out by it, at once")
    end.add_argument("id", type=UUID)
    end.set_defaults(run=end_approval)


def add_approval(asked: Namespace) -> None:
    async def work(now: datetime) -> UUID:
        provider = await provider_by_number(ensure_organisation_number(asked.provider))
        return await actions.approve_broadcast(
            provider.id,
            region_code=asked.region,
            approved_by=asked.by,
            scope=asked.scope,
            ends_at=day_begins(asked.until + timedelta(days=1)),
            now=now,
        )

    print(f"approval: {with_database(work)}")
    print("The care system sends it in the field `approval` of each letter.")


def show(_asked: Namespace) -> None:
    async def work(now: datetime) -> tuple[list[Approval], datetime]:
        return await approvals(), now

    found, now = with_database(work)
    for approval in found:
        until = "until" if approval.ends_at > now else "ended"
        print(
            f"{approval.id}  {approval.provider_name}, region {approval.region_code}:"
            f" {approval.scope}. By {approval.approved_by} {approval.approved_at:%Y-%m-%d},"
            f" {until} {approval.ends_at:%Y-%m-%d %H:%M} UTC"
        )
    print(f"{len(found)} approval(s).")


def end_approval(asked: Namespace) -> None:
    """Raises `Missing`."""
    with_database(lambda now: actions.end_approval(asked.id, now=now))
    print("It lets nothing more out.")
