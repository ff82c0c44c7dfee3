"""python -m app callback and care-system limit, as an operator runs them beside a service that works."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.callbacks.actions import ANNOUNCE, disable, note_failure, set_endpoint
from app.callbacks.queries import endpoint_for
from app.database import run
from app.limits.queries import own_limits
from app.outbox.actions import bury, put_in_lanes, take
from app.settings import Settings
from app.vault.belonging import belongs
from tests import environment, make
from tests.make import Ward
from tests.operator import larkpost

ROOT = Path(__file__).resolve().parents[2]
URL = "http://127.0.0.1:9/"


@pytest.fixture
async def ward(db: None) -> Ward:
    now = datetime.now(UTC)
    await belongs(now=now)
    ward = await make.a_ward(now=now)
    await set_endpoint(URL, care_system=ward.care_system, loopback=True, now=now)
    return ward


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "LARKPOST_ENVIRONMENT": settings.environment,
        "LARKPOST_DATABASE": environment.URL,
        "LARKPOST_BASE_URL": settings.base_url,
        "LARKPOST_KEYS": str(settings.keys),
        "LARKPOST_ATTACHMENTS": settings.attachments,
        "LARKPOST_SERVICE": str(settings.service),
        "LARKPOST_PROVIDERS": str(settings.providers),
    }


async def test_an_operator_sees_who_is_called_and_calls_again(ward: Ward, environ: dict[str, str]) -> None:
    now = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    line = f"vardit  VårdIT  {URL}  "
    endpoint = await endpoint_for(ward.care_system)
    assert larkpost("callback", "list", environ=environ).stdout == f"{line}well\n1 address(es).\n"

    await note_failure(endpoint.id, url=URL, failing_since=None, now=now)
    assert (
        f"{line}failing since 2026-11-20 08:30 UTC\n" in larkpost("callback", "list", environ=environ).stdout
    )

    await disable(endpoint.id, url=URL, reason="gone", now=now)
    assert (
        f"{line}disabled 2026-11-20 08:30 UTC (gone)\n"
        in larkpost("callback", "list", environ=environ).stdout
    )

    switched = larkpost("callback", "enable", "vardit", environ=environ)
    assert switched.stdout == "vardit is called about what happens from now on.\n"
    assert (await endpoint_for(ward.care_system)).disabled_at is None
    assert await run("SELECT id FROM audit WHERE action = {}", "callback.enabled") == 1


async def test_an_operator_replays_one_care_systems_dead_letters(ward: Ward, environ: dict[str, str]) -> None:
    now = datetime.now(UTC)
    endpoint = await endpoint_for(ward.care_system)
    other = await make.a_care_system(ward.clinic, now=now, client_id="annat")
    await put_in_lanes(
        ANNOUNCE, [(id, {"events": []}) for id in (endpoint.id, endpoint.id, other.id)], now=now
    )
    for job in await take(3, now=now):
        await bury(job, error="NotReached", now=now)

    said = larkpost("callback", "replay", "vardit", environ=environ)

    assert said.stdout == "2 dead letter(s) will be tried again.\n"
    assert await run("SELECT id FROM outbox WHERE dead_at IS NOT NULL") == 1
    assert await run("SELECT id FROM audit WHERE action = {}", "callback.replayed") == 1


@pytest.mark.parametrize(("verb", "client_id"), [("replay", "nobody"), ("enable", "annat")])
async def test_who_is_not_called_is_not_called_again(
    ward: Ward, environ: dict[str, str], verb: str, client_id: str
) -> None:
    await make.a_care_system(ward.clinic, now=datetime.now(UTC), client_id="annat")
    refused = larkpost("callback", verb, client_id, environ=environ)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Traceback" not in refused.stderr
    assert "None" not in refused.stderr


async def test_an_operator_gives_a_care_system_limits_of_its_own(ward: Ward, environ: dict[str, str]) -> None:
    usual = "sends: usual\nreads: usual\nreachability: usual\nitems: usual\nat-once: usual\n"
    assert larkpost("care-system", "limit", "vardit", environ=environ).stdout == usual

    said = larkpost("care-system", "limit", "vardit", "--sends", "2000", "--at-once=64", environ=environ)

    assert said.stdout.startswith("sends: 2000\nreads: usual\n")
    assert said.stdout.endswith("at-once: 64\nThey count within a minute, without a restart.\n")
    assert await own_limits(str(ward.care_system.id)) == {"sends": 2000, "at-once": 64}
    larkpost("care-system", "limit", "vardit", "--sends", "usual", environ=environ)
    assert await own_limits(str(ward.care_system.id)) == {"at-once": 64}
    assert await run("SELECT id FROM audit WHERE action = {}", "care-system.limited") == 2

    refused = larkpost("care-system", "limit", "vardit", "--reachability", "9999", environ=environ)
    assert (refused.returncode, "10000 at least" in refused.stderr) == (1, True)
    assert larkpost("care-system", "limit", "nobody", "--sends", "1", environ=environ).returncode == 1
