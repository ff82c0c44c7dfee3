"""What an ID token must say (R9, ASVS 9.2, 10.5). In brackets: modules of the OpenID conformance suite."""

from datetime import datetime
from typing import Any

import pytest

from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import LevelTooLow, Untrusted
from app.sign_in.rules.tokens import (
    ensure_access_token,
    ensure_from_and_for,
    ensure_header,
    ensure_id_token,
    ensure_same_subject,
)
from tests.sign_in.fake import LEFT_OUT, honest_claims, without

NONCE = "a nonce of this very transaction"


def judged(provider: Provider, now: datetime, **changed: Any) -> None:
    claims = without(honest_claims(provider, now, NONCE) | changed)
    ensure_id_token(claims, provider=provider, nonce=NONCE, now=now)


def reason(provider: Provider, now: datetime, **changed: Any) -> str:
    with pytest.raises(Untrusted) as refusal:
        judged(provider, now, **changed)
    return refusal.value.values["reason"]


def test_an_honest_token_is_believed(provider, now):
    """[oidcc-client-test]"""
    judged(provider, now)


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "acr"])
def test_every_claim_we_lean_on_must_be_there(claim, provider, now):
    """[-missing-sub, -missing-iat, fapi2-…-invalid-missing-aud, -exp, -iss, -nonce]"""
    assert reason(provider, now, **{claim: LEFT_OUT}) == claim


@pytest.mark.parametrize("claim", ["iss", "sub", "nonce", "acr", "iat", "exp", "auth_time"])
@pytest.mark.parametrize("value", [None, True, [], {}, float("inf")])
def test_a_claim_of_the_wrong_kind_is_no_claim(claim, value, provider, now):
    assert reason(provider, now, **{claim: value}) == claim


@pytest.mark.parametrize(
    "issuer", ["https://evil.example", "http://127.0.0.1:8001/", "HTTP://127.0.0.1:8001"]
)
def test_the_issuer_is_compared_byte_for_byte(issuer, provider, now):
    """[-invalid-iss, fapi2-…-invalid-iss]"""
    assert reason(provider, now, iss=issuer) == "iss"


def test_an_audience_of_one_may_be_a_list(provider, now):
    """[fapi2-…-valid-aud-as-array]"""
    judged(provider, now, aud=[provider.client_id])


@pytest.mark.parametrize("others", [["someone-else"], "someone-else", [], "larkpost", 7])
def test_a_token_for_somebody_else_is_refused(others, provider, now):
    """[-invalid-aud, fapi2-…-invalid-aud]; Authlib accepts it when azp is ours."""
    assert reason(provider, now, aud=others, azp=provider.client_id) == "aud"


def test_a_second_audience_is_refused(provider, now):
    """[fapi2-…-invalid-secondary-aud] ASVS 9.2.3"""
    assert reason(provider, now, aud=[provider.client_id, "someone-else"], azp=provider.client_id) == "aud"


def test_the_authorised_party_is_us_or_nobody(provider, now):
    judged(provider, now, azp=provider.client_id)
    assert reason(provider, now, azp="someone-else") == "azp"


@pytest.mark.parametrize("nonce", ["another nonce", ""])
def test_the_nonce_is_of_this_transaction(nonce, provider, now):
    """[-nonce-invalid, fapi2-…-invalid-nonce] R5, ASVS 10.5.1"""
    assert reason(provider, now, nonce=nonce) == "nonce"


def test_no_transaction_has_an_empty_nonce(provider, now):
    claims = honest_claims(provider, now, "")
    with pytest.raises(Untrusted, match="untrusted"):
        ensure_id_token(claims, provider=provider, nonce="", now=now)


@pytest.mark.parametrize(("seconds_ago", "believed"), [(29, True), (30, False), (31, False), (60, False)])
def test_a_token_may_be_expired_for_less_than_thirty_seconds(seconds_ago, believed, provider, now):
    """[fapi2-…-invalid-expired-exp] ASVS 9.2.1; Authlib's own leeway is 120."""
    stamp = int(now.timestamp())
    times = {"exp": stamp - seconds_ago, "iat": stamp - 200}
    if believed:
        judged(provider, now, **times)
    else:
        assert reason(provider, now, **times) == "exp"


@pytest.mark.parametrize(("claim", "seconds_ahead"), [("iat", 31), ("nbf", 31), ("auth_time", 31)])
def test_the_future_is_thirty_seconds_away(claim, seconds_ahead, provider, now):
    stamp = int(now.timestamp())
    judged(provider, now, **{claim: stamp + 30})
    assert reason(provider, now, **{claim: stamp + seconds_ahead}) == claim


@pytest.mark.parametrize("life", [301, 3600, 0, -1])
def test_a_token_lives_five_minutes_at_most(life, provider, now):
    """Swedish profile 1.0: an ID token MUST NOT live longer."""
    issued = int(now.timestamp())
    assert reason(provider, now, iat=issued, exp=issued + life) == "lifetime"


def test_who_identified_themself_before_we_asked_is_asked_again(provider, now):
    """ASVS 6.8.4"""
    stamp = now.timestamp()
    judged(provider, now, auth_time=stamp - 630)
    assert reason(provider, now, auth_time=stamp - 631) == "auth_time"


@pytest.mark.parametrize(
    "level",
    [
        "http://id.elegnamnden.se/loa/1.0/loa2",
        "http://id.swedenconnect.se/loa/1.0/uncertified-loa3",
        "http://id.elegnamnden.se/loa/1.0/loa3 ",
        "",
    ],
)
def test_a_lower_level_is_not_enough(level, provider, now):
    """ASVS 6.8.4"""
    with pytest.raises(LevelTooLow):
        judged(provider, now, acr=level)


@pytest.mark.parametrize("subject", ["", "s" * 256])
def test_a_subject_has_one_to_255_characters(subject, provider, now):
    assert reason(provider, now, sub=subject) == "sub"


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "es256", "EdDSA", None, ["ES256"]])
def test_algorithms_are_ours_to_choose(alg, provider):
    """[-idtoken-sig-none, fapi2-…-invalid-null-alg, -invalid-alternate-alg] ASVS 9.1.2"""
    with pytest.raises(Untrusted) as refusal:
        ensure_header({"alg": alg}, provider)
    assert refusal.value.values["reason"] == "alg"


@pytest.mark.parametrize("typ", ["logout+jwt", "at+jwt", "dpop+jwt", 1])
def test_no_other_kind_of_token_passes_for_an_id_token(typ, provider):
    """ASVS 9.2.2"""
    ensure_header({"alg": "ES256"}, provider)
    ensure_header({"alg": "ES256", "typ": "jwt"}, provider)
    with pytest.raises(Untrusted) as refusal:
        ensure_header({"alg": "ES256", "typ": typ}, provider)
    assert refusal.value.values["reason"] == "typ"


def test_a_header_that_must_be_understood_is_not(provider):
    with pytest.raises(Untrusted) as refusal:
        ensure_header({"alg": "ES256", "crit": ["b64"]}, provider)
    assert refusal.value.values["reason"] == "crit"


def test_the_access_token_belongs_to_the_id_token():
    # The example of OpenID Connect Core, A.3.
    claims = {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}
    ensure_access_token(claims, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
    ensure_access_token({}, "anything")
    with pytest.raises(Untrusted, match="untrusted"):
        ensure_access_token(claims, "another")


@pytest.mark.parametrize("told", [{"sub": "someone"}, {"sub": None}, {}])
def test_userinfo_about_someone_else_is_nothing(told):
    """[-userinfo-invalid-sub] R10"""
    with pytest.raises(Untrusted, match="untrusted"):
        ensure_same_subject({"sub": "anna"}, told)


def test_signed_userinfo_is_from_the_provider_and_for_us(provider):
    """[-userinfo-signed]"""
    with pytest.raises(Untrusted, match="untrusted"):
        ensure_from_and_for({"iss": provider.issuer, "aud": "someone-else"}, provider)
