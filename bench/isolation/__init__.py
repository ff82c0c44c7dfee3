"""What a care system notices of another that asks for ten times its share."""

QUIET, BUSY = "quiet", "busy"
RESIDENTS = 400
QUIET_PER_SECOND = 10
# Of the usual limits in ten seconds.
SHARE_PER_SECOND = {"postgresql": 50, "sqlite": 20}
TIMES = 10
CONNECTIONS = 200
