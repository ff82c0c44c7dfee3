"""What a care system may do, in the words of a token. What it may at most is said when it is registered."""

SEND = "messages:send"
STATUS = "messages:status"
SLOTS = "slots:manage"
SUMMON = "summonses:send"
CALLBACKS = "callbacks:manage"
REACH = "reachability"
SCOPES = (SEND, STATUS, SLOTS, SUMMON, CALLBACKS, REACH)


def scopes_of(registered: str | None) -> frozenset[str]:
    """None is all there are, also those that come later."""
    return frozenset(SCOPES if registered is None else registered.split())
