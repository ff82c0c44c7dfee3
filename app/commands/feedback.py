"""python -m app feedback: what people have written, for those who run the service."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime, timedelta

from app.audit.actions import Entry, record
from app.commands.opening import with_database
from app.database import in_transaction
from app.portal.queries import Remark, feedback_since


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    parser = commands.add_parser("feedback", help="read what people have written to you")
    parser.add_argument("--days", type=int, default=30, help="how far back (30)")
    parser.set_defaults(run=run)


def run(asked: Namespace) -> None:
    remarks = with_database(lambda now: _read(now - timedelta(days=asked.days), now))
    for remark in remarks:
        print(f"{remark.reference}  {remark.created_at:%Y-%m-%d %H:%M} UTC  {remark.page}")
        print(remark.text)
        print(f"Answer to: {remark.contact or 'nobody, it is anonymous'}\n")
    print(f"{len(remarks)} remark(s) in {asked.days} days.")


@in_transaction
async def _read(since: datetime, now: datetime) -> list[Remark]:
    await record(Entry(action="feedback.read", at=now, actor_kind="operator"))
    return await feedback_since(since)
