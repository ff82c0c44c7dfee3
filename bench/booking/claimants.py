"""A resident with an open summons who presses the button, over a connection of their own."""

import re

from bench.booking.connections import Answer, Connection

SEEN = re.compile(r'name="seen" value="([^"]*)"')
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')
OK, WON, LOST = 200, 303, 409


class Claimant:
    """`url` is the summons' own page."""

    def __init__(self, connection: Connection, url: str) -> None:
        self.connection, self.url = connection, url
        self.token = self.seen = ""

    async def looks(self) -> None:
        """At the page with what they may do now: the form's token, and how things stand."""
        page = await self.connection.get(self.url)
        token = TOKEN.search(page.body)
        assert page.status == OK, page
        assert token, page
        found = SEEN.search(page.body)
        self.seen = found[1] if found else ""
        self.token = token[1]

    async def claims(self, slot: str) -> Answer:
        form = {"slot": slot, "seen": self.seen, "accepted": "1", "_csrf": self.token}
        return await self.connection.post(f"{self.url}/bokning", form)

    async def cancels(self) -> Answer:
        page = await self.connection.get(f"{self.url}/avbokning")
        [seen] = SEEN.findall(page.body)
        form = {"seen": seen, "reason": "", "_csrf": self.token}
        return await self.connection.post(f"{self.url}/avbokning", form)
