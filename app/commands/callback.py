"""python -m app callback: who is called where, and calling again."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

from app.audit.actions import Entry, record
from app.callbacks.actions import enable
from app.callbacks.queries import Endpoint, Receiver, endpoint_of, receivers
from app.care.queries import care_system_by_client_id
from app.care.rules import UnknownCareSystem
from app.commands.opening import with_database
from app.database import in_transaction
from app.outbox.actions import replay_lane

OPERATOR = "operator"


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("callback", help="see who is called, and call again")
    verbs = whole.add_subparsers(required=True, metavar="list|replay|enable")
    verbs.add_parser("list", help="each address, and whether it answers").set_defaults(run=show)
    for name, run, words in (
        ("replay", replay, "try a care system's dead letters again"),
        ("enable", switch_on, "call it again after it was disabled"),
    ):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("client_id")
        verb.set_defaults(run=run)


def show(_asked: Namespace) -> None:
    async def work(_now: datetime) -> list[Receiver]:
        return await receivers()

    found = with_database(work)
    for receiver in found:
        print(f"{receiver.client_id}  {receiver.name}  {receiver.url}  {_state(receiver)}")
    print(f"{len(found)} address(es).")


def replay(asked: Namespace) -> None:
    """Raises `UnknownCareSystem` or `Missing`."""
    count = with_database(lambda now: _replay(asked.client_id, now))
    print(f"{count} dead letter(s) will be tried again.")


def switch_on(asked: Namespace) -> None:
    """Raises `UnknownCareSystem` or `Missing`."""

    async def work(now: datetime) -> None:
        known = await care_system_by_client_id(asked.client_id)
        if known is None:
            raise UnknownCareSystem
        await enable(care_system_id=known.id, actor_kind=OPERATOR, actor_id=None, now=now)

    with_database(work)
    print(f"{asked.client_id} is called about what happens from now on.")


@in_transaction
async def _replay(client_id: str, now: datetime) -> int:
    endpoint = await _endpoint(client_id)
    entry = Entry(
        action="callback.replayed", at=now, actor_kind=OPERATOR, object_kind="callback",
        object_id=str(endpoint.id),
    )  # fmt: skip
    await record(entry)
    return await replay_lane(endpoint.id, now=now)


async def _endpoint(client_id: str) -> Endpoint:
    known = await care_system_by_client_id(client_id)
    if known is None:
        raise UnknownCareSystem
    return await endpoint_of(known.id)


def _state(receiver: Receiver) -> str:
    if receiver.disabled_at:
        return f"disabled {receiver.disabled_at:%Y-%m-%d %H:%M} UTC ({receiver.disabled_reason})"
    if receiver.failing_since:
        return f"failing since {receiver.failing_since:%Y-%m-%d %H:%M} UTC"
    return "well"
