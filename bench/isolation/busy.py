"""python -m bench.isolation.busy evenly|relentlessly PER_SECOND SECONDS: the sender that asks for too much.

Reads who it is as JSON, and prints how many answers of each status it got, and in how many seconds. It runs
at the lowest priority, since it stands for a machine of its own.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter

from bench.isolation import CONNECTIONS
from bench.isolation.sending import Sender, evenly, relentlessly


def main(how: str, per_second: float, seconds: float) -> None:
    os.nice(19)
    sender = Sender(**json.load(sys.stdin))
    began = time.perf_counter()
    if how == "evenly":
        asked = evenly(sender, per_second=per_second, seconds=seconds, connections=CONNECTIONS)
    else:
        asked = relentlessly(sender, seconds=seconds, connections=CONNECTIONS)
    answers = asyncio.run(asked)
    counted = Counter(str(answer.status) for answer in answers)
    print(json.dumps({"statuses": counted, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
