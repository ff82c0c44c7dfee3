"""Everything that care systems are told of. The contract and the guide name these and no others."""

KINDS = (
    "message.scheduled",
    "message.delivered",
    "message.not-delivered",
    "message.read",
    "message.confirmed",
    "message.answered",
    "message.unread-at-due",
    "message.expired",
    "message.deleted",
    "message.corrected",
    "message.withdrawn",
    "summons.confirmed",
    "summons.booked",
    "summons.rebooked",
    "summons.cancelled",
)
# Made up by whoever tests that calls arrive; it is in no list of changes.
TEST = "callback.test"

# The kinds of our own jobs.
ANNOUNCE, DELIVER, DELIVER_TEST = "callbacks.announce", "callbacks.deliver", "callbacks.test"
