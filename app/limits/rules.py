"""What is counted, in which windows, and how that is said (draft-ietf-httpapi-ratelimit-headers-11)."""

from math import ceil
from typing import NamedTuple

from app.errors import Refused
from app.language import lazy as _l

# A process begins with this part of a quota, and takes twice as many each time that it needs more.
FIRST_PART = 32
# Towards the end of a window it takes no more than this part of what is left, so that others find some.
PART_OF_REST = 4
# So much of a quota may be used as fast as it is asked for; what comes closer than that is spread out.
BURST_PART = 25
BURST_LEAST = 10
# So many refusals of one asker's in a second are answered at once, the rest after a pause. Pauses differ by
# up to a second, in so many steps: what was refused together must not come back together.
ANSWERED_AT_ONCE = 10
PAUSE_SECONDS = 0.5
PAUSE_STEPS = 50


class Policy(NamedTuple):
    """So much of one thing in each window of so many seconds, counted from the beginning of 1970.

    `unit` is what is counted when it is not requests; `least` is the smallest quota that lets the largest
    request through. What is `paced` is spread over the window, by letting a request wait its turn.
    """

    name: str
    window: int
    unit: str = ""
    least: int = 1
    paced: bool = False


SENDS = Policy("sends", 10, paced=True)
READS = Policy("reads", 10, paced=True)
REACHABILITY = Policy("reachability", 60, unit="numbers", least=10_000)
ITEMS = Policy("items", 60, unit="items", least=45_000)
TOKENS = Policy("tokens", 60)
FEEDBACK = Policy("feedback", 60)
# In each process; no window, so it is counted by itself.
AT_ONCE = Policy("at-once", 1)
OF_CARE_SYSTEMS = (SENDS, READS, REACHABILITY, ITEMS, AT_ONCE)


class TooMany(Refused):
    """`seconds` until there is more."""

    code = "limit.exceeded"
    sentence = _l(
        "Mer än %(quota)s på %(window)s sekunder (%(policy)s) tas inte emot. Vänta %(seconds)s sekunder och "
        "skicka samma igen, med samma Idempotency-Key om det har en."
    )

    def __init__(self, policy: Policy, *, quota: int, seconds: int) -> None:
        super().__init__(
            policy=policy.name, quota=str(quota), window=str(policy.window), seconds=str(seconds)
        )


class TooManyAtOnce(Refused):
    code = "limit.at-once"
    sentence = _l(
        "Fler än %(quota)s anrop samtidigt tas inte emot från ett vårdsystem. Vänta på svar innan ni skickar "
        "fler."
    )

    def __init__(self, quota: int) -> None:
        super().__init__(policy=AT_ONCE.name, quota=str(quota), seconds="1")


class QuotaTooSmall(Refused):
    code = "limit.too-small"
    sentence = _l("Kvoten för %(policy)s är minst %(least)s, så att det största anropet ryms i den.")


def ensure_quota(policy: Policy, quota: int) -> None:
    """Raises `QuotaTooSmall`: with less, the largest request would be refused for ever."""
    if quota < policy.least:
        raise QuotaTooSmall(policy=policy.name, least=str(policy.least))


def window_of(policy: Policy, at: float) -> int:
    return int(at // policy.window)


def seconds_left(policy: Policy, number: int, at: float) -> int:
    """Whole seconds to the end of window `number`, 1 at least: a client that waits so long finds the next."""
    return max(1, ceil((number + 1) * policy.window - at))


def pace(policy: Policy, quota: int) -> tuple[float, float]:
    """Seconds between two requests, and how many seconds ahead of that rate one may be.

    What comes at once and what is spread out are the quota together: who waits for answers uses no more.
    """
    burst = max(BURST_LEAST, quota // BURST_PART)
    rest = quota - burst - 1
    if not policy.paced or rest <= 0:
        return 0.0, 0.0
    gap = policy.window / rest
    return gap, gap * burst


def pause(refused: int) -> float:
    """How many seconds the so-manieth refusal in a second waits."""
    if refused <= ANSWERED_AT_ONCE:
        return 0.0
    return PAUSE_SECONDS + refused % PAUSE_STEPS / PAUSE_STEPS


def policy_field(policy: Policy, quota: int) -> str:
    """An item of `RateLimit-Policy`. The draft's units are few; one of ours is a parameter of ours."""
    if policy is AT_ONCE:
        return f'"{policy.name}";q={quota};qu="concurrent-requests"'
    unit = f';larkpost-unit="{policy.unit}"' if policy.unit else ""
    return f'"{policy.name}";q={quota};w={policy.window}{unit}'


def limit_field(policy: Policy, *, left: int, seconds: int) -> str:
    """An item of `RateLimit`."""
    return f'"{policy.name}";r={left};t={seconds}'
