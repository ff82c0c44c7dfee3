"""A sign-in on its way: by whom, where and until when it may be ended (R1, R5)."""

from datetime import timedelta

import pytest

from app.sign_in.rules.refusals import OtherBrowser, TookTooLong, Untrusted
from app.sign_in.rules.transactions import LIFETIME, ensure_usable, secret_hash, verifier_key

BROWSER = "what only this browser holds"


def used(now, *, browser=BROWSER, ended_at="eid", after=timedelta(0)):
    ensure_usable(
        browser_hash=secret_hash(BROWSER),
        browser=browser,
        begun_at="eid",
        ended_at=ended_at,
        expires_at=now + LIFETIME,
        now=now + after,
    )


def test_the_browser_that_began_it_ends_it(now):
    used(now, after=timedelta(minutes=9, seconds=59))


@pytest.mark.parametrize("browser", ["", "another"])
def test_no_other_browser_does(browser, now):
    with pytest.raises(OtherBrowser):
        used(now, browser=browser)


def test_one_providers_answer_does_not_come_back_on_anothers_address(now):
    """R1: mix-up, RFC 9700 section 4.4."""
    with pytest.raises(Untrusted):
        used(now, ended_at="other")


def test_the_tenth_minute_is_too_late(now):
    with pytest.raises(TookTooLong):
        used(now, after=timedelta(minutes=10))


def test_two_browsers_open_different_verifiers():
    assert verifier_key(BROWSER) != verifier_key("another")
    assert len(verifier_key(BROWSER)) == 32
