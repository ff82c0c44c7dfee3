"""What a care system notices of another that asks for ten times its share."""

QUIET, BUSY = "quiet", "busy"
RESIDENTS = 400
QUIET_PER_SECOND = 10
# The usual limit is 500 in ten seconds.
SHARE_PER_SECOND = 50
TIMES = 10
CONNECTIONS = 200
