"""HMAC, ed25519 or both, as the receiver has chosen; what signed before signs for a day more."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from app.callbacks.actions import set_endpoint
from app.callbacks.queries import Endpoint, endpoint_for
from app.callbacks.rules.signing import (
    WAITS,
    SignaturesUnknown,
    Signers,
    choose,
    public_of,
    shown,
    shown_public,
    signed_headers,
)
from tests import make
from tests.callbacks.receiver import Call, Receiver, is_signed, is_signed_by
from tests.make import Clock, Ward

Work = Callable[[], Awaitable[int]]
# RFC 8032 §7.1, test 1: not of our making.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


@pytest.fixture
async def ward(db: None, clock: Clock) -> Ward:
    return await make.a_ward(now=clock())


class Keys:
    """What the care system knows after it has set its address."""

    def __init__(self, secret: bytes, endpoint: Endpoint) -> None:
        self.secret = shown(secret)
        self.public = shown_public(endpoint.public_key) if endpoint.public_key else ""

    def sign(self, call: Call) -> tuple[bool, bool]:
        """By HMAC, and by ed25519."""
        return (
            is_signed(call, self.secret) if self.secret != "whsec_" else False,
            is_signed_by(call, self.public) if self.public else False,
        )


async def told(ward: Ward, receiver: Receiver, clock: Clock, *signatures: str) -> Keys:
    secret = await set_endpoint(
        receiver.url, signatures=signatures, care_system=ward.care_system, loopback=True, now=clock()
    )
    return Keys(secret, await endpoint_for(ward.care_system))


@pytest.mark.parametrize(
    ("signatures", "versions", "signed"),
    [
        (["hmac"], ["v1"], (True, False)),
        (["ed25519"], ["v1a"], (False, True)),
        (["ed25519", "hmac"], ["v1", "v1a"], (True, True)),
    ],
)
async def test_what_is_chosen_signs_and_nothing_else(
    ward: Ward,
    clock: Clock,
    receiver: Receiver,
    work: Work,
    signatures: list[str],
    versions: list[str],
    signed: tuple[bool, bool],
) -> None:
    keys = await told(ward, receiver, clock, *signatures)
    await ward.writes(await make.a_resident(now=clock()), now=clock())
    await work()

    [call] = receiver.calls
    texts = call.headers["webhook-signature"].split(" ")
    assert [text.partition(",")[0] for text in texts] == versions
    assert keys.sign(call) == signed
    tampered = call._replace(body=call.body + b" ")
    assert keys.sign(tampered) == (False, False)
    late = call._replace(headers=call.headers | {"webhook-timestamp": "1764000001"})
    assert keys.sign(late) == (False, False)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (["hmac", "ed25519"], ["hmac", "ed25519"]),
        (["ed25519"], ["ed25519"]),
        (["hmac"], ["ed25519"]),
        (["ed25519"], ["hmac"]),
    ],
)
async def test_what_signed_before_signs_beside_it_for_a_day(
    ward: Ward, clock: Clock, receiver: Receiver, work: Work, first: Sequence[str], then: Sequence[str]
) -> None:
    old = await told(ward, receiver, clock, *first)
    new = await told(ward, receiver, clock, *then)
    anna = await make.a_resident(now=clock())
    await ward.writes(anna, now=clock())
    await work()
    clock.turn(hours=24)
    await ward.writes(anna, now=clock())
    await work()

    within, after = receiver.calls
    wanted = {names: ("hmac" in names, "ed25519" in names) for names in (tuple(first), tuple(then))}
    assert old.sign(within) == wanted[tuple(first)]
    assert new.sign(within) == new.sign(after) == wanted[tuple(then)]
    assert old.sign(after) == (False, False)


def test_it_is_ed25519_and_no_other_that_makes_the_keys() -> None:
    assert public_of(SEED) == PUBLIC
    assert shown_public(PUBLIC).startswith("whpk_")
    headers = signed_headers("id", b"{}", at=1_764_000_000, by=Signers([], [SEED]))

    assert is_signed_by(Call("/", headers, b"{}"), shown_public(PUBLIC))


@pytest.mark.parametrize("names", [[], ["rsa"], ["hmac", "rsa"], ["hmac", "hmac"], ["HMAC"], [""]])
def test_what_is_no_signature_of_ours_is_refused(names: list[str]) -> None:
    with pytest.raises(SignaturesUnknown):
        choose(names)


def test_left_out_it_is_hmac() -> None:
    assert choose(None) == ("hmac",)


def test_the_schedule_is_the_standards() -> None:
    """Standard Webhooks 1.0, "Deliverability and reliability": delays, and time since the start."""
    since = [sum(WAITS[: number + 1], timedelta()) for number in range(len(WAITS))]

    assert [str(each) for each in since] == [
        "0:00:05", "0:05:05", "0:35:05", "2:35:05", "7:35:05", "17:35:05", "1 day, 7:35:05",
        "2 days, 3:35:05", "3 days, 3:35:05",
    ]  # fmt: skip
