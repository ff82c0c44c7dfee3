"""python -m app care-system: who may call, with which key or secret, and for what."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from app.care import queries
from app.care.queries import Key, agent_by_number, provider_by_number
from app.care.rules import (
    Admission,
    Contact,
    NoContactPerson,
    PublicKey,
    UnknownCareSystem,
    ensure_organisation_number,
)
from app.care_api import actions
from app.care_api.actions import Credentials
from app.care_api.gateways import public_keys
from app.commands.opening import with_database
from app.errors import Unconfigured
from app.limits.rules import AT_ONCE, OF_CARE_SYSTEMS


def add_to(commands: "_SubParsersAction[ArgumentParser]") -> None:
    whole = commands.add_parser("care-system", help="make, approve and renew a care system's credentials")
    verbs = whole.add_subparsers(required=True, metavar="add|approve|rotate|key|limit")
    _add_add(verbs)
    for name, run, words in (
        ("approve", approve, "let it fetch tokens"),
        ("rotate", rotate, "a new secret; the old one works 24 hours more"),
    ):
        verb = verbs.add_parser(name, help=words)
        verb.add_argument("client_id")
        verb.set_defaults(run=run)
    _add_key(verbs)
    _add_limit(verbs)


def _add_add(verbs: "_SubParsersAction[ArgumentParser]") -> None:
    add = verbs.add_parser("add", help="make credentials; they work once approved")
    add.add_argument("--provider", required=True, help="the care provider's organisation number")
    add.add_argument("--name", required=True)
    add.add_argument(
        "--contact",
        required=True,
        action="append",
        metavar="NAME;E-MAIL;PHONE",
        help="a contact person; at least one, may be repeated",
    )
    add.add_argument("--test", action="store_true", help="it reaches made-up recipients only")
    add.add_argument("--scope", action="append", help="it may no more than this; may be repeated")
    add.add_argument("--clinic", action="append", metavar="HSA-ID", help="for no other; may be repeated")
    add.add_argument("--agent", metavar="NUMBER", help="the connection agent whose it is")
    add.add_argument("--key", type=Path, metavar="FILE", help="its public key, a JWK or a JWK set")
    add.add_argument("--no-secret", action="store_true", help="with --key: it has nothing but that")
    add.set_defaults(run=add_care_system)


def _add_key(verbs: "_SubParsersAction[ArgumentParser]") -> None:
    key = verbs.add_parser("key", help="its public keys: several at once, so that it can change them")
    steps = key.add_subparsers(required=True, metavar="add|drop|list")
    for name, run, words in (
        ("add", add_key, "take what it signs with one more"),
        ("drop", drop_key, "take nothing more that is signed with it"),
        ("list", list_keys, "which it has, and when each was used last"),
    ):
        step = steps.add_parser(name, help=words)
        step.add_argument("client_id")
        step.set_defaults(run=run)
        if name == "add":
            step.add_argument("file", type=Path, help="a public JWK, or a JWK set")
        elif name == "drop":
            step.add_argument("kid")


def _add_limit(verbs: "_SubParsersAction[ArgumentParser]") -> None:
    limit = verbs.add_parser(
        "limit", help="limits of its own, in place of the settings; without any, show them"
    )
    limit.add_argument("client_id")
    for policy in OF_CARE_SYSTEMS:
        per = f"in {policy.window} seconds" if policy is not AT_ONCE else "in each process"
        limit.add_argument(
            f"--{policy.name}", dest=policy.name, type=_quota, metavar="NUMBER|usual",
            help=f"so many {policy.unit or 'requests'} {per}",
        )  # fmt: skip
    limit.set_defaults(run=limit_care_system)


def _quota(text: str) -> int:
    """`usual` is 0, which no limit may be."""
    return 0 if text == "usual" else int(text)


def add_care_system(asked: Namespace) -> None:
    contacts = [_contact(text) for text in asked.contact]
    keys = _read(asked.key) if asked.key else []

    async def work(now: datetime) -> Credentials:
        provider = await provider_by_number(ensure_organisation_number(asked.provider))
        return await actions.add_care_system(
            provider.id,
            name=asked.name,
            contacts=contacts,
            admission=await _admission(asked),
            keys=keys,
            secret=not asked.no_secret,
            now=now,
        )

    made = with_database(work)
    _show(made)
    _say(keys)
    print(f"It works after `python -m app care-system approve {made.client_id}`.")


def approve(asked: Namespace) -> None:
    with_database(lambda now: actions.approve(asked.client_id, now))
    print(f"{asked.client_id} may fetch tokens.")


def rotate(asked: Namespace) -> None:
    _show(with_database(lambda now: actions.rotate(asked.client_id, now)))
    print("The old secret works 24 hours more.")


def add_key(asked: Namespace) -> None:
    keys = _read(asked.file)
    with_database(lambda now: actions.add_keys(asked.client_id, keys, now))
    _say(keys)
    print("It may sign with any of its keys now. Drop the old one when the list says that it is not used.")


def drop_key(asked: Namespace) -> None:
    with_database(lambda now: actions.drop_key(asked.client_id, asked.kid, now))
    print(f"{asked.kid} buys no token any more. Those that it has bought end within ten minutes.")


def list_keys(asked: Namespace) -> None:
    async def work(_now: datetime) -> list[Key]:
        known = await queries.care_system_by_client_id(asked.client_id)
        if known is None:
            raise UnknownCareSystem
        return await queries.keys_of(known.id)

    for key in with_database(work):
        used = f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never"
        print(f"{key.kid}  {key.algorithm}  added {key.created_at:%Y-%m-%d}  last used {used}")


def limit_care_system(asked: Namespace) -> None:
    """Raises `UnknownCareSystem` or `QuotaTooSmall`."""
    said = {policy: vars(asked)[policy.name] for policy in OF_CARE_SYSTEMS}
    quotas = {policy: quota or None for policy, quota in said.items() if quota is not None}

    async def work(now: datetime) -> Mapping[str, int]:
        if quotas:
            await actions.limit(asked.client_id, quotas, now=now)
        return await actions.limits_of(asked.client_id)

    own = with_database(work)
    for policy in OF_CARE_SYSTEMS:
        print(f"{policy.name}: {own.get(policy.name, 'usual')}")
    if quotas:
        print("They count within a minute, without a restart.")


async def _admission(asked: Namespace) -> Admission:
    return Admission(
        test=asked.test,
        scopes=tuple(asked.scope) if asked.scope else None,
        clinics=tuple(asked.clinic) if asked.clinic else None,
        agent_id=(await agent_by_number(ensure_organisation_number(asked.agent))).id if asked.agent else None,
    )


def _read(file: Path) -> list[PublicKey]:
    try:
        return public_keys.read(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Unconfigured(f"{file} cannot be read. Name a file with a public JWK or a JWK set.") from None


def _contact(text: str) -> Contact:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != len(Contact._fields):
        raise NoContactPerson
    return Contact(*parts)


def _say(keys: list[PublicKey]) -> None:
    for key in keys:
        print(f"key:           {key.kid} ({key.algorithm})")


def _show(made: Credentials) -> None:
    print(f"client id:     {made.client_id}")
    if made.client_secret:
        print(f"client secret: {made.client_secret}")
        print("The secret is shown this once. Hand it over on a channel that only its owner reads.")
