"""python -m app worker, as an operator runs it: a process beside this one, on the same database."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.callbacks.actions import set_endpoint
from app.callbacks.rules.signing import shown
from app.commands.worker import NICE
from app.database import run
from app.inbox import actions as inbox
from app.outbox.actions import bury, put, retry, take
from app.outbox.tables import Job
from app.settings import Settings
from app.vault.belonging import belongs
from tests import environment, make, operator
from tests.callbacks.receiver import Receiver, is_signed, listening
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.fixture
async def worker(db: None, environ: dict[str, str]) -> AsyncIterator["subprocess.Popen[str]"]:
    await belongs(now=datetime.now(UTC))
    process = begun(environ)
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as receiver:
        yield receiver


def begun(environ: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True
    )


async def test_it_delivers_while_this_process_writes_and_ends_at_sigterm(
    worker: "subprocess.Popen[str]", receiver: Receiver
) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    ward, anna = await make.a_ward(now=now()), await make.a_resident(now=now())
    secret = await set_endpoint(receiver.url, care_system=ward.care_system, loopback=True, now=now())
    sent = [await ward.writes(anna, now=now()) for _ in range(40)]
    for letter in sent:
        await inbox.open_thread(letter.thread_id, resident=anna, now=now())

    await until(lambda: _called(receiver, 80))
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=25)

    assert (worker.returncode, said) == (0, "")
    assert all(is_signed(call, shown(secret)) for call in receiver.calls)
    told = [(call.said["type"], call.said["data"]["message_id"]) for call in receiver.calls]
    assert sorted(told) == sorted(
        (kind, str(letter.id)) for letter in sent for kind in ("message.delivered", "message.read")
    )
    assert await run("SELECT id FROM outbox WHERE done_at IS NULL") == 0


async def test_whoever_waits_for_a_page_goes_first(worker: "subprocess.Popen[str]") -> None:
    """Where both share a machine."""

    async def is_nice() -> bool:
        return os.getpriority(os.PRIO_PROCESS, worker.pid) == os.getpriority(os.PRIO_PROCESS, 0) + NICE

    await until(is_nice)


async def test_told_to_stop_it_finishes_the_call_it_is_in(
    worker: "subprocess.Popen[str]", receiver: Receiver
) -> None:
    now = datetime.now(UTC)
    ward, anna = await make.a_ward(now=now), await make.a_resident(now=now)
    receiver.wait = 1.0
    await set_endpoint(receiver.url, care_system=ward.care_system, loopback=True, now=now)
    await ward.writes(anna, now=now)

    await until(lambda: _called(receiver, 1))
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=25)

    assert worker.returncode == 0
    [job] = await Job.select().where(Job.kind == "callbacks.deliver")
    assert job["done_at"] is not None


async def _called(receiver: Receiver, times: int) -> bool:
    return len(receiver.calls) >= times


async def test_an_operator_sees_dead_letters_and_replays_them(db: None, environ: dict[str, str]) -> None:
    now = datetime.now(UTC)
    await belongs(now=now)
    ids = [str(await put("callbacks.announce", {"events": []}, now=now)) for _ in range(3)]
    for job in await take(3, now=now):
        await bury(job, error="Broken", now=now)

    listed = larkpost("list", environ=environ).stdout
    assert all(id in listed for id in ids)
    assert "callbacks.announce" in listed
    assert "Broken" in listed
    assert "3 dead letter(s)." in listed
    assert larkpost("replay", ids[0], environ=environ).stdout == "1 dead letter(s) will be tried again.\n"
    assert larkpost("replay", "--all", environ=environ).stdout == "2 dead letter(s) will be tried again.\n"
    again = larkpost("replay", ids[0], environ=environ)
    assert (again.returncode, again.stdout) == (1, "")
    assert "outbox list" in again.stderr
    listed = larkpost("list", environ=environ).stdout
    assert "0 job(s) wait for another try.\n3 job(s) due" in listed
    assert [json.loads(row["payload"]) for row in await Job.select()] == [{"events": []}] * 3
    assert await run("SELECT id FROM audit WHERE action = {}", "outbox.replayed") == 2


async def test_an_operator_sees_what_waits_for_a_care_system_that_is_down(
    db: None, environ: dict[str, str]
) -> None:
    now = datetime.now(UTC)
    await belongs(now=now)
    for hours in (1, 3):
        await put("callbacks.deliver", {}, now=now - timedelta(hours=hours, minutes=5))
    for job in await take(2, now=now):
        await retry(job, error="NotReached", run_at=now + timedelta(hours=5))
    await put("callbacks.announce", {}, now=now, run_at=now + timedelta(hours=1))

    listed = larkpost("list", environ=environ).stdout

    assert listed == (
        "0 dead letter(s).\n2 job(s) wait for another try, the oldest from 3 h ago.\n0 job(s) due.\n"
    )


def larkpost(*arguments: str, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return operator.larkpost("outbox", *arguments, environ=environ)
