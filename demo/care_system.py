"""A care system that sends letters with Lärkpost's API. Small, so that it can be copied and understood.

python demo/care_system.py send --clinic SE2329990002-KN01 --to 198501169885 --subject "Inför ditt besök"
python demo/care_system.py status 019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11

Reads LARKPOST_URL, LARKPOST_CLIENT_ID and LARKPOST_CLIENT_SECRET from the environment.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

LETTER = Path(__file__).parent / "letters" / "besok.xml"


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
        self, base_url: str, client_id: str, client_secret: str, client: httpx2.Client | None = None
    ) -> None:
        self._http = client or httpx2.Client(base_url=base_url, timeout=30)
        self._credentials = (client_id, client_secret)
        self._token, self._renew_at = "", 0.0

    def send(self, letter: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Deliver the letter. Keep `key` with the letter if this process may die before the reply comes."""
        key = key or str(uuid4())
        for wait in self.waits:
            try:
                reply = self._call("POST", "/api/v1/messages", key=key, json=letter)
            except httpx2.TransportError:
                reply = None  # It may have arrived although the reply did not. The same key again is safe.
            if reply is not None and not _worth_a_retry(reply):
                return _read(reply)
            time.sleep(wait)
        return _read(self._call("POST", "/api/v1/messages", key=key, json=letter))

    def status(self, id: str) -> dict[str, Any]:
        """Delivered: it is available in the inbox. Read: the resident has opened it, at `read_at`."""
        return _read(self._call("GET", f"/api/v1/messages/{id}"))

    def _call(self, method: str, path: str, key: str = "", **more: Any) -> httpx2.Response:
        named = {"Idempotency-Key": f'"{key}"'} if key else {}
        bearer = {"Authorization": f"Bearer {self._fresh_token()}"}
        return self._http.request(method, path, headers=bearer | named, **more)

    def _fresh_token(self) -> str:
        if time.monotonic() >= self._renew_at:
            form = {"grant_type": "client_credentials"}
            token = _read(self._http.post("/api/v1/oauth/token", data=form, auth=self._credentials))
            self._token, self._renew_at = token["access_token"], time.monotonic() + token["expires_in"] - 60
        return self._token


def _worth_a_retry(reply: httpx2.Response) -> bool:
    return reply.status_code >= 500 or (
        reply.is_error and reply.json().get("code") == "idempotency.in-flight"
    )


def _read(reply: httpx2.Response) -> dict[str, Any]:
    document: dict[str, Any] = reply.json()
    if reply.is_error:
        raise Refused(document)
    return document


def letter(clinic: str, to: str, subject: str, text: str) -> dict[str, Any]:
    return {
        "clinic": clinic,
        "recipient": to,
        "type": "booking-confirmation",
        "subject": subject,
        "body": {"format": "docbook", "text": text},
        "purpose": "Du har en tid hos oss och behöver veta hur du förbereder dig.",
        "use_of_answers": "Det går inte att svara på det här meddelandet.",
        "contact": {"name": "Receptionen", "phone": "08-465 004 30", "hours": "vardagar kl. 8–16"},
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Send a letter, or ask what became of it.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status").add_argument("id")
    send = commands.add_parser("send")
    send.add_argument("--clinic", required=True, help="HSA-id of the sending clinic")
    send.add_argument("--to", required=True, help="personal identity number, twelve digits")
    send.add_argument("--subject", default="Inför ditt besök")
    send.add_argument("--body", type=Path, default=LETTER, help="a file with DocBook")
    asked = parser.parse_args(arguments)
    url, id = _setting("LARKPOST_URL"), _setting("LARKPOST_CLIENT_ID")
    care_system = CareSystem(url, id, _setting("LARKPOST_CLIENT_SECRET"))
    if asked.command == "send":
        reply = care_system.send(letter(asked.clinic, asked.to, asked.subject, asked.body.read_text("utf-8")))
    else:
        reply = care_system.status(asked.id)
    print(json.dumps(reply, indent=2))


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
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
