"""bin/bench thread: about three minutes."""

from bench.comparison import Case, compare
from bench.thread import LETTERS, receipts


def shows(page: bytes) -> bool:
    return page.count(b'<article id="letter-') == LETTERS


if __name__ == "__main__":
    compare(
        Case(
            name="thread",
            goal=10.0,
            stretch=8.0,
            shows=shows,
            profiled=(200, 800),
            renew=receipts.take_back,
            ensure_written=receipts.ensure_given,
        )
    )
