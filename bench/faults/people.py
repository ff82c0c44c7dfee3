"""Who goes on while processes die: writers, a reader, and one who follows the changes."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2

from app.care_api.formats.example import LETTER
from bench.faults.prepare import HSA_ID
from bench.faults.told import Told

LOST = (httpx2.TransportError, json.JSONDecodeError)
PAUSE = 0.02
MOST_PENDING = 8


class Api:
    """The care system's way in: asks again for a token when the app has died meanwhile."""

    def __init__(self, base_url: str, client_id: str, client_secret: str) -> None:
        self._http = httpx2.Client(base_url=base_url, timeout=20)
        self._credentials = (client_id, client_secret)
        self._token, self._renew_at = "", 0.0

    def call(
        self, method: str, path: str, *, key: str = "", media_type: str = "", **more: Any
    ) -> httpx2.Response:
        """Raises `TransportError` or `JSONDecodeError`."""
        if time.monotonic() > self._renew_at:
            form = {"grant_type": "client_credentials"}
            reply = self._http.post("/api/v1/oauth/token", data=form, auth=self._credentials).json()
            self._token, self._renew_at = reply["access_token"], time.monotonic() + reply["expires_in"] - 60
        said = {
            "authorization": f"Bearer {self._token}", "idempotency-key": key, "content-type": media_type,
        }  # fmt: skip
        headers = {name: value for name, value in said.items() if value}
        return self._http.request(method, f"/api/v1{path}", headers=headers, **more)


class Letter(NamedTuple):
    """As it is sent; `token` is its recipient's session."""

    fields: dict[str, Any]
    token: str


@dataclass
class Writer:
    """Sends letter after letter; one that is not acknowledged is sent again under its key until it is."""

    api: Api
    told: Told
    residents: list[dict[str, str]]
    chance: random.Random
    letters: dict[str, Letter] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)

    def step(self) -> None:
        """What was not acknowledged comes again later: meanwhile other letters are sent."""
        if len(self.pending) < MOST_PENDING:
            self.pending.append(self.write())
        self._send(self.chance.choice(self.pending))
        time.sleep(PAUSE)

    def write(self) -> str:
        """A letter's key; every other letter has the same text."""
        resident = self.chance.choice(self.residents)
        own = {"body": {"format": "plain", "text": f"Brev {uuid4()}"}} if self.chance.random() < 0.5 else {}
        fields = {**LETTER, **own, "clinic": HSA_ID, "recipient": resident["number"]}
        key = f'"{uuid4()}"'
        self.letters[key] = Letter(fields, resident["token"])
        return key

    def finish(self) -> bool:
        """True when every letter is acknowledged."""
        for key in list(self.pending):
            self._send(key)
        return not self.pending

    def _send(self, key: str) -> None:
        letter = self.letters[key]
        self.told.sends += 1
        try:
            reply = self.api.call("POST", "/messages", key=key, json=letter.fields)
            answer = reply.json()
        except LOST:
            self.told.lost += 1
            time.sleep(PAUSE * 10)
            return
        if reply.status_code == 201:
            self.told.acknowledge(key, answer, token=letter.token)
            self.pending.remove(key)
        elif reply.status_code != 409 and reply.status_code < 500:
            self.told.strange.append(f"a letter was answered with {reply.status_code}: {reply.text}")


@dataclass
class Reader:
    """Opens threads whose letters were acknowledged."""

    base_url: str
    told: Told
    chance: random.Random

    def step(self) -> None:
        time.sleep(PAUSE * 2)
        with self.told.lock:
            letters = [each for each in self.told.acknowledged.values() if each["id"] not in self.told.opened]
        if not letters:
            return
        letter = self.chance.choice(letters)
        try:
            page = httpx2.get(
                f"{self.base_url}/inkorg/{letter['thread_id']}",
                headers={"cookie": f"sid={letter['token']}", "accept": "text/html"},
                timeout=20,
            )
        except LOST:
            return
        if page.status_code == 200:
            self.told.opened.add(letter["id"])
        elif page.status_code < 500:
            self.told.strange.append(f"a thread was answered with {page.status_code}")


@dataclass
class Follower:
    """Asks for what has happened since last time, and keeps it."""

    api: Api
    told: Told
    since: int = 0

    def step(self) -> None:
        time.sleep(PAUSE)
        self.follow()

    def follow(self) -> bool:
        """True when there is nothing more now."""
        try:
            reply = self.api.call("GET", f"/changes?since={self.since}&limit=50")
            if reply.status_code >= 500:
                return False
            answer = reply.json()
        except LOST:
            return False
        if reply.status_code != 200:
            self.told.strange.append(f"the changes were answered with {reply.status_code}: {reply.text}")
            return False
        self.told.changes += answer["changes"]
        self.since = answer["next"]
        return not answer["changes"]


def going_on(step: Callable[[], None], stop: threading.Event) -> threading.Thread:
    def go_on() -> None:
        while not stop.is_set():
            step()

    thread = threading.Thread(target=go_on)
    thread.start()
    return thread
