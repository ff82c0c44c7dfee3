"""bin/bench inbox: about three minutes."""

from bench.comparison import Case, compare
from bench.inbox import THREADS, UNREAD


def shows(page: bytes) -> bool:
    return page.count(b"<time datetime=") == THREADS and page.count(b'class="unread"') == UNREAD


if __name__ == "__main__":
    compare(Case(name="inbox", goal=8.0, stretch=6.5, shows=shows, profiled=(500, 3000)))
