"""Why a call was not accepted, in words that keep their meaning whatever our code calls it."""

FAULTS = {
    "NotReached": "not-reached",
    "TooSlow": "too-slow",
    "NotAllowed": "not-allowed",
    "Redirected": "redirected",
    "NotAccepted": "not-accepted",
    "ServerFailed": "server-failed",
    "LeaseRanOut": "not-finished",
}
OTHER = "not-finished"
GONE, FAILING = "gone", "failing"


def fault_of(name: str | None) -> str:
    """`name` is the fault's as the worker keeps it."""
    return FAULTS.get(name or "", OTHER)
