"""Everything that care systems are told of. The contract and the guide name these and no others."""

KINDS = (
    "message.delivered",
    "message.read",
    "message.deleted",
    "summons.confirmed",
    "summons.booked",
    "summons.rebooked",
    "summons.cancelled",
)
