"""A care system that sends letters and summonses with Lärkpost's API. Small, to be copied and understood.

python demo/care_system.py send --clinic SE2329990002-KN01 --to 198501169885 --subject "Inför ditt besök"
python demo/care_system.py status 019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11
python demo/care_system.py --help

Reads LARKPOST_URL, LARKPOST_CLIENT_ID and LARKPOST_CLIENT_KEY from the environment. That is a file with its
private key, a JWK (P-256), with which it signs for its tokens; without one, LARKPOST_CLIENT_SECRET.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

TOKEN = "/api/v1/oauth/token"
TOO_MANY = 429
BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# By what stands in it a file is known.
ANY_TYPE = "application/octet-stream"
LETTERS = Path(__file__).parent / "letters"
LETTER, SUMMONS = LETTERS / "besok.xml", LETTERS / "kallelse.xml"
TIME_TYPE = ("clinic", "code", "name", "hidden")
POLICY = ("book_by", "after_cancellation", "cut_off_hours", "cancel_allowed", "rebook_allowed")
CONTACT = {"name": "Receptionen", "phone": "08-465 004 30", "hours": "vardagar kl. 8–16"}


class Refused(Exception):
    """The API said no. `problem["code"]` is stable, `problem["detail"]` says what to change.

    When no token is given, OAuth's names stand there instead: `error` and `error_description`.
    """

    def __init__(self, problem: dict[str, Any]) -> None:
        code = problem.get("code") or problem.get("error")
        super().__init__(f"{code}: {problem.get('detail') or problem.get('error_description')}")
        self.problem = problem


class CareSystem:
    """Keeps its token until it is about to end, and sends a letter once however often the network fails."""

    waits: tuple[float, ...] = (0.2, 1, 5)

    def __init__(
        self, base_url: str, client_id: str, shows: ECKey | str, client: httpx2.Client | None = None
    ) -> None:
        """`shows` is with what it shows who it is: its private key, or a secret."""
        self._http = client or httpx2.Client(base_url=base_url, timeout=30)
        self._audience = base_url.rstrip("/") + TOKEN
        self.client_id, self._shows = client_id, shows
        self._token, self._renew_at = "", 0.0

    def send(self, letter: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Deliver the letter. Keep `key` with the letter if this process may die before the reply comes."""
        return self.post("/api/v1/messages", letter, key=key)

    def take_back(self, id: str, reason: str) -> dict[str, Any]:
        """The resident reads the reason in place of the letter."""
        return self.post(f"/api/v1/messages/{id}/withdrawal", {"reason": reason})

    def correct(self, id: str, wording: dict[str, Any]) -> dict[str, Any]:
        """`wording` is all that the letter says from now on."""
        return self.post(f"/api/v1/messages/{id}/correction", wording)

    def send_many(self, rows: Sequence[dict[str, Any]], *, dry_run: bool = False) -> dict[str, Any]:
        """Received, not done: `batch` says how far it has come. Each row has its own `idempotency_key`."""
        lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        path = "/api/v1/batches?dry_run=true" if dry_run else "/api/v1/batches"
        return self._once(path, content=lines, headers={"Content-Type": "application/x-ndjson"})

    def batch(self, id: str) -> dict[str, Any]:
        return self.get(f"/api/v1/batches/{id}")

    def result(self, id: str) -> list[dict[str, Any]]:
        """Of a batch that is done: what became of each row, in their order."""
        answer = self.ask(f"/api/v1/batches/{id}/result")
        return [json.loads(line) for line in answer.text.splitlines()]

    def attach(self, name: str, content: bytes, media_type: str) -> dict[str, Any]:
        """Send a file in once. Letters may enclose it when its `state` is clean."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {
            "Content-Type": media_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Digest": f"sha-256=:{digest}:",
        }
        return self._once("/api/v1/attachments", content=content, headers=headers)

    def attached(self, id: str) -> dict[str, Any]:
        """How the file stands: `inspecting` until what inspects it has answered."""
        return self.get(f"/api/v1/attachments/{id}")

    def status(self, id: str) -> dict[str, Any]:
        """Delivered: it is available in the inbox. Read: the resident has opened it, at `read_at`."""
        return self.get(f"/api/v1/messages/{id}")

    def describe(self, time_type: dict[str, Any]) -> dict[str, Any]:
        return _read(self._call("PUT", "/api/v1/time-types", json=time_type))

    def publish(self, slots: dict[str, Any], *, key: str | None = None) -> list[str]:
        """The slots' ids, in the same order: all are published, or none."""
        return list(self.post("/api/v1/slots", slots, key=key)["ids"])

    def listed(self, clinic: str, time_type: str | None) -> Iterator[dict[str, Any]]:
        """The clinic's slots from now on, page by page."""
        after: dict[str, str] | None = {}
        while after is not None:
            page = self.get("/api/v1/slots", clinic=clinic, **after)
            yield from (slot for slot in page["slots"] if time_type in (None, slot["time_type"]))
            after = {"after": page["next"]} if page["next"] else None

    def withdraw(self, slot_id: str) -> None:
        """Until this returns, the slot may be booked by a resident. `slot.held`, `slot.booked`: it is."""
        _read(self._call("DELETE", f"/api/v1/slots/{slot_id}"))

    def withdraw_each(self, slot_ids: Sequence[str]) -> dict[str, Any]:
        """Many at once, each by itself: `result` is withdrawn, held, booked or unknown."""
        return self.post("/api/v1/slots/withdrawal", {"ids": list(slot_ids)})

    def change(self, changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Each by itself; a changed slot has a new id, `slot_id`. What is booked is moved, not changed."""
        return self.post("/api/v1/slots/change", {"slots": list(changes)})

    def appointments(self, clinic: str, state: str | None) -> Iterator[dict[str, Any]]:
        """The clinic's appointments from now on, page by page."""
        wanted = {"clinic": clinic} | ({"state": state} if state else {})
        after: dict[str, str] = {}
        while True:
            page = self.get("/api/v1/appointments", **wanted, **after)
            yield from page["appointments"]
            if not page["next"]:
                return
            after = {"after": page["next"]}

    def appointment(self, id: str) -> dict[str, Any]:
        """How it stands, and who did what with it."""
        return self.get(f"/api/v1/appointments/{id}")

    def book(self, booking: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """A time that is agreed already, with its confirmation; nobody is called."""
        return self.post("/api/v1/appointments", booking, key=key)

    def report(self, id: str, time: dict[str, Any], *, moved: bool = False) -> dict[str, Any]:
        """What was booked in the clinic's own booking, of a summons with a `booking_link`."""
        return self.post(f"/api/v1/summonses/{id}/booking", time | (self._seen(id) if moved else {}))

    def summon(self, summons: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        return self.post("/api/v1/summonses", summons, key=key)

    def summons(self, id: str) -> dict[str, Any]:
        """How it stands, its visit, and who did what."""
        return self.get(f"/api/v1/summonses/{id}")

    def cancel(self, id: str, *, keep_slot: bool) -> dict[str, Any]:
        """Only if the visit is still as it was seen: the resident may be quicker."""
        return self.post(f"/api/v1/summonses/{id}/cancellation", {**self._seen(id), "keep_slot": keep_slot})

    def move(self, id: str, slot_id: str, *, keep_old_slot: bool) -> dict[str, Any]:
        moved = {**self._seen(id), "slot_id": slot_id, "keep_old_slot": keep_old_slot}
        return self.post(f"/api/v1/summonses/{id}/rebooking", moved)

    def call_back(self, url: str, *, signature: str = "hmac") -> str:
        """Where we want to be told, and what to verify it with: a secret, or for ed25519 a public key."""
        wanted = {"url": url, "signatures": [signature]}
        known = _read(self._call("PUT", "/api/v1/callback", json=wanted))
        return str(known["secret" if signature == "hmac" else "public_key"])

    def test_callback(self) -> dict[str, Any]:
        """Have ourselves called once; `callback_test` says what came of it."""
        return self.post("/api/v1/callback/test", {})

    def callback_test(self, id: str) -> dict[str, Any]:
        return self.get(f"/api/v1/callback/test/{id}")

    def failures(self) -> list[dict[str, Any]]:
        """What we could not be told, the oldest first."""
        return list(self.get("/api/v1/callback/failures")["failures"])

    def replay(self, since: int) -> dict[str, Any]:
        """Be told again what has a higher number."""
        return self.post("/api/v1/callback/replay", {"since": since})

    def call_back_no_more(self) -> None:
        _read(self._call("DELETE", "/api/v1/callback"))

    def changes(self, since: int) -> Iterator[dict[str, Any]]:
        """What has happened since the number `since`, in order; each has a `number` to go on from."""
        page: dict[str, Any] = {"next": since, "more": True}
        while page["more"]:
            page = self.get("/api/v1/changes", since=page["next"])
            yield from page["changes"]

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return _read(self._call("GET", path, params=query))

    def ask(self, path: str) -> httpx2.Response:
        """The whole answer, with what stands beside the document."""
        answer = self._call("GET", path)
        if answer.is_error:
            raise Refused(answer.json())
        return answer

    def post(self, path: str, document: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Done once, however often it is sent with the same key."""
        return self._once(path, key=key, json=document)

    def _once(self, path: str, *, key: str | None = None, **more: Any) -> dict[str, Any]:
        key = key or str(uuid4())
        for wait in self.waits:
            try:
                reply = self._call("POST", path, key=key, **more)
            except httpx2.TransportError:
                reply = None  # It may have arrived although the reply did not. The same key again is safe.
            if reply is not None and not _worth_a_retry(reply):
                return _read(reply)
            time.sleep(wait)
        return _read(self._call("POST", path, key=key, **more))

    def _seen(self, id: str) -> dict[str, Any]:
        visit = self.summons(id)["appointment"] or {"id": str(UUID(int=0)), "sequence": 0}
        return {"appointment_id": visit["id"], "sequence": visit["sequence"]}

    def _call(
        self, method: str, path: str, key: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx2.Response:
        named = {"Idempotency-Key": f'"{key}"'} if key else {}
        bearer = {"Authorization": f"Bearer {self.token()}"}
        said = {**bearer, **named, **(headers or {})}
        return self._patiently(lambda: self._http.request(method, path, headers=said, **more))

    def _patiently(self, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
        """429 says how long to wait. Nothing was done, so the same again is safe, whatever it is."""
        for _ in self.waits:
            if (reply := ask()).status_code != TOO_MANY:
                return reply
            time.sleep(int(reply.headers.get("retry-after", 1)))
        return ask()

    def token(self) -> str:
        if time.monotonic() >= self._renew_at:
            form = {"grant_type": "client_credentials", **self._shown()}
            token = _read(self._patiently(lambda: self._http.post(TOKEN, data=form)))
            self._token, self._renew_at = token["access_token"], time.monotonic() + token["expires_in"] - 60
        return self._token

    def _shown(self) -> dict[str, str]:
        if isinstance(self._shows, str):
            return {"client_id": self.client_id, "client_secret": self._shows}
        return {"client_assertion_type": BY_KEY, "client_assertion": self._signed(self._shows)}

    def _signed(self, key: ECKey) -> str:
        """private_key_jwt (RFC 7523): good for a minute, and for one token."""
        now, me = int(time.time()), self.client_id
        claims = {
            "iss": me,
            "sub": me,
            "aud": self._audience,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid4()),
        }
        return jwt.encode({"alg": "ES256", "kid": key.thumbprint()}, claims, key)


def _worth_a_retry(reply: httpx2.Response) -> bool:
    return reply.status_code >= 500 or (
        reply.is_error and reply.json().get("code") == "idempotency.in-flight"
    )


def _read(reply: httpx2.Response) -> dict[str, Any]:
    document: dict[str, Any] = reply.json() if reply.content else {}
    if reply.is_error:
        raise Refused(document)
    return document


def letter(clinic: str, to: str, subject: str, text: str) -> dict[str, Any]:
    return {
        "clinic": clinic,
        "recipient": to,
        "type": "booking-confirmation",
        "relation": "ongoing-care",
        "subject": subject,
        "body": {"format": "docbook", "text": text},
        "purpose": "Du har en tid hos oss och behöver veta hur du förbereder dig.",
        "use_of_answers": "Det går inte att svara på det här meddelandet.",
        "contact": CONTACT,
    }


def slots(clinic: str, time_type: str, starts: Sequence[str], minutes: int) -> dict[str, Any]:
    return {"clinic": clinic, "time_type": time_type, "slots": [_time(start, minutes) for start in starts]}


def summons(clinic: str, to: str, time_type: str, **more: Any) -> dict[str, Any]:
    """Open, unless `more` has a `slot_id` or a time of its own."""
    return {
        "clinic": clinic,
        "recipient": to,
        "relation": "ongoing-care",
        "time_type": time_type,
        "body": {"format": "docbook", "text": SUMMONS.read_text("utf-8")},
        "contact": CONTACT,
        **json.loads(SUMMONS.with_suffix(".json").read_text("utf-8")),
        **{name: value for name, value in more.items() if value is not None},
    }


def _time(start: str, minutes: int) -> dict[str, str]:
    ends_at = datetime.fromisoformat(start) + timedelta(minutes=minutes)
    return {"starts_at": start, "ends_at": ends_at.isoformat()}


def instant(text: str) -> str:
    """With seconds, as RFC 3339 has it; whoever types may leave them out."""
    return datetime.fromisoformat(text).isoformat()


def _letter(asked: argparse.Namespace) -> dict[str, Any]:
    written = letter(asked.clinic, asked.to, asked.subject, asked.body.read_text("utf-8"))
    return written | ({"attachments": asked.attach} if asked.attach else {})


def _summons(asked: argparse.Namespace) -> dict[str, Any]:
    when = _time(asked.at, asked.minutes) if asked.at else {"slot_id": asked.slot}
    wanted = asked.confirmation or ("required" if asked.confirm_by else None)
    confirmation = {"wanted": wanted, "by": asked.confirm_by} if wanted else None
    more = when | _picked(asked, *POLICY) | {"confirmation": confirmation}
    return summons(asked.clinic, asked.to, asked.type, **more)


def _booking(asked: argparse.Namespace) -> dict[str, Any]:
    """A letter's words, and a summons' time."""
    when = _time(asked.at, asked.minutes) if asked.at else {"slot_id": asked.slot}
    words = letter(asked.clinic, asked.to, "Din tid hos oss", LETTER.read_text("utf-8"))
    return {
        **{name: value for name, value in words.items() if name != "type"},
        "time_type": asked.type,
        **{name: value for name, value in when.items() if value is not None},
        "cut_off_hours": 24,
        "cancel_allowed": True,
        "rebook_allowed": True,
    }


def _change(asked: argparse.Namespace) -> dict[str, Any]:
    new = _picked(asked, "practitioner", "place") | (_time(asked.at, asked.minutes) if asked.at else {})
    return {"id": asked.slot_id} | {name: value for name, value in new.items() if value is not None}


def _withdraw(care_system: CareSystem, asked: argparse.Namespace) -> Any:
    if len(asked.slot_ids) == 1:
        return care_system.withdraw(asked.slot_ids[0])
    return care_system.withdraw_each(asked.slot_ids)


def _appointments(care_system: CareSystem, asked: argparse.Namespace) -> Any:
    if asked.id:
        return care_system.appointment(asked.id)
    return list(care_system.appointments(asked.clinic, asked.state))


def _picked(asked: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in names}


def _slots(care_system: CareSystem, asked: argparse.Namespace) -> Any:
    if not asked.starts:
        return list(care_system.listed(asked.clinic, asked.type))
    return care_system.publish(slots(asked.clinic, asked.type, asked.starts, asked.minutes))


def _test(care_system: CareSystem, asked: argparse.Namespace) -> Any:
    return care_system.callback_test(asked.id) if asked.id else care_system.test_callback()


def _listen(care_system: CareSystem, asked: argparse.Namespace) -> Any:
    # Run as a file, this is no package.
    name = f"{__package__}.callback_receiver" if __package__ else "callback_receiver"
    return import_module(name).listen(
        lambda url: care_system.call_back(url, signature=asked.signature), port=asked.port
    )


COMMANDS: dict[str, tuple[str, Callable[[CareSystem, argparse.Namespace], Any]]] = {
    "send": ("deliver a letter", lambda care, asked: care.send(_letter(asked))),
    "status": ("whether a letter is read", lambda care, asked: care.status(asked.id)),
    "attach": (
        "send a file in, for letters to enclose",
        lambda care, asked: care.attach(asked.file.name, asked.file.read_bytes(), ANY_TYPE),
    ),
    "attached": ("how a file stands", lambda care, asked: care.attached(asked.id)),
    "time-type": ("say what times are for", lambda care, asked: care.describe(_picked(asked, *TIME_TYPE))),
    "slots": ("publish times, or list those that there are", _slots),
    "change": ("give a time another hour or place", lambda care, asked: care.change([_change(asked)])),
    "withdraw": ("take back times that nobody has booked", _withdraw),
    "book": ("confirm a time that is agreed", lambda care, asked: care.book(_booking(asked))),
    "appointments": ("a clinic's appointments, or how one stands", _appointments),
    "report": (
        "say what was booked in the clinic's own booking",
        lambda care, asked: care.report(asked.id, _time(asked.at, asked.minutes), moved=asked.moved),
    ),
    "summon": ("deliver a summons, timed or open", lambda care, asked: care.summon(_summons(asked))),
    "summons": ("how a summons stands, and who did what", lambda care, asked: care.summons(asked.id)),
    "cancel": ("cancel a visit", lambda care, asked: care.cancel(asked.id, keep_slot=asked.keep)),
    "move": (
        "move a visit to another slot",
        lambda care, asked: care.move(asked.id, asked.slot_id, keep_old_slot=asked.keep),
    ),
    "changes": ("what has happened since a number", lambda care, asked: list(care.changes(asked.since))),
    "listen": ("be called when something happens, and print it", _listen),
    "test": ("have a made-up event sent to you, or see what came of it", _test),
    "failures": ("what could not be told", lambda care, _asked: care.failures()),
    "replay": ("be told again, from a number on", lambda care, asked: care.replay(asked.since)),
}


AT = {"type": instant, "help": "as 2026-12-08T09:00+01:00"}
# Which commands take which argument.
SHARED: tuple[tuple[tuple[str, ...], str, dict[str, Any]], ...] = (
    (
        ("send", "time-type", "slots", "summon", "book"),
        "--clinic",
        {"required": True, "help": "HSA-id of the clinic"},
    ),
    (
        ("send", "summon", "book"),
        "--to",
        {"required": True, "help": "personal identity number, twelve digits"},
    ),
    (("slots", "summon", "book"), "--type", {"help": "the time type's code"}),
    (("slots", "summon", "book", "change", "report"), "--minutes", {"type": int, "default": 30}),
    (("book", "change"), "--at", AT),
    (("report",), "--at", AT | {"required": True}),
    (
        ("status", "attached", "summons", "cancel", "move", "report"),
        "id",
        {"help": "as it was answered when it was sent"},
    ),
    (("move", "change"), "slot_id", {}),
    (("change",), "--practitioner", {}),
    (("change",), "--place", {}),
    (
        ("cancel", "move"),
        "--keep",
        {"action": "store_true", "help": "others may book the time that is left"},
    ),
)


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(description="Letters, times and summonses, and what became of them.")
    commands = whole.add_subparsers(dest="command", required=True)
    add = {name: commands.add_parser(name, help=words) for name, (words, _) in COMMANDS.items()}
    for names, argument, more in SHARED:
        for name in names:
            add[name].add_argument(argument, **more)
    add["send"].add_argument("--subject", default="Inför ditt besök")
    add["send"].add_argument("--attach", nargs="*", default=[], metavar="ID", help="files that are sent in")
    add["attach"].add_argument("file", type=Path)
    add["send"].add_argument("--body", type=Path, default=LETTER, help="a file with DocBook")
    add["time-type"].add_argument("--code", required=True)
    add["time-type"].add_argument("--name", required=True, help="as residents read it")
    add["time-type"].add_argument("--hidden", action="store_true", help="only for whom a summons admits")
    add["slots"].add_argument("starts", nargs="*", type=instant, help="2026-12-08T09:00+01:00 …; none: list")
    option = add["summon"].add_argument
    option("--slot", help="timed: the free slot to take")
    option("--at", type=instant, help="timed: a time of its own, as 2026-12-08T09:00+01:00")
    option("--confirmation", choices=("none", "optional", "required"), help="timed: whether it is asked for")
    option("--confirm-by", type=instant, help="timed: confirmed by then")
    option("--book-by", type=instant, help="open: booked by then")
    option("--after", dest="after_cancellation", choices=("closed", "open", "clinic"), help="a cancellation")
    option("--cut-off", dest="cut_off_hours", type=int, help="hours before the visit when changes end")
    for what in ("cancel", "rebook"):
        option(f"--no-{what}", dest=f"{what}_allowed", action="store_const", const=False, help="by residents")
    add["withdraw"].add_argument("slot_ids", nargs="+")
    add["book"].add_argument("--slot", help="a free slot to take, unless --at")
    add["report"].add_argument("--moved", action="store_true", help="it was booked before")
    add["appointments"].add_argument("id", nargs="?")
    add["appointments"].add_argument("--clinic", help="HSA-id of the clinic, to list them")
    add["appointments"].add_argument("--state", help="only those that stand so")
    add["changes"].add_argument("--since", type=int, default=0, help="the number of the last one known")
    add["listen"].add_argument("--port", type=int, default=0, help="any free one when left out")
    add["listen"].add_argument("--signature", choices=("hmac", "ed25519"), default="hmac")
    add["replay"].add_argument("since", type=int, help="the number of the last change that you have")
    add["test"].add_argument("id", nargs="?", help="of a test that was asked for")
    return whole


def from_environment(url: str, client: httpx2.Client | None = None) -> CareSystem:
    return CareSystem(url, _setting("LARKPOST_CLIENT_ID"), _shows(), client)


def main(arguments: list[str]) -> None:
    asked = parser().parse_args(arguments)
    care_system = from_environment(_setting("LARKPOST_URL"))
    if (answer := COMMANDS[asked.command][1](care_system, asked)) is not None:
        print(json.dumps(answer, indent=2, ensure_ascii=False))


def _shows() -> ECKey | str:
    if file := os.environ.get("LARKPOST_CLIENT_KEY"):
        return ECKey.import_key(json.loads(Path(file).read_text("utf-8")))
    return _setting("LARKPOST_CLIENT_SECRET")


def _setting(name: str) -> str:
    if not (value := os.environ.get(name, "")):
        sys.exit(f"{name} is not set. docs/care-systems.md says where its value comes from.")
    return value


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refusal:
        sys.exit(str(refusal))
    except (httpx2.TransportError, httpx2.InvalidURL, json.JSONDecodeError):
        where = os.environ["LARKPOST_URL"]
        sys.exit(f"No Lärkpost can be reached at {where}. Check LARKPOST_URL, and that the server runs.")
