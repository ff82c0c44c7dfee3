"""Whose signature counts (ASVS 6.8.2, 9.1, R12). In brackets: modules of the OpenID conformance suite."""

import asyncio
import base64
import hmac
import json
import warnings

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from app.sign_in.gateways.signatures import signed_claims
from app.sign_in.rules.refusals import Untrusted
from tests.sign_in.fake import LEFT_OUT, new_key, public

CLAIMS = {"sub": "anna"}


async def reason(connection, token, now):
    with pytest.raises(Untrusted) as refusal:
        await signed_claims(connection, token, now=now)
    return refusal.value.values["reason"]


def unsigned(header, claims=CLAIMS, signature=b""):
    return ".".join(
        _base64(part) for part in (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    )


def _base64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


async def test_the_providers_signature_is_believed(connection, fake, now):
    assert await signed_claims(connection, fake.signed(CLAIMS), now=now) == CLAIMS


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
async def test_rsa_is_believed_too(alg, connection, fake, now):
    """[-idtoken-sig-rs256]"""
    fake.key = RSAKey.generate_key(2048, {"kid": "rsa"})
    fake.published, fake.header = [public(fake.key)], {"alg": alg}
    assert await signed_claims(connection, fake.signed(CLAIMS), now=now) == CLAIMS


async def test_no_signature_is_no_token_though_the_provider_lists_none(connection, fake, now):
    """[-idtoken-sig-none] Authlib accepts it."""
    assert "none" in fake.discovery()["id_token_signing_alg_values_supported"]
    assert await reason(connection, unsigned({"alg": "none", "kid": "one"}), now) == "alg"


async def test_our_public_key_is_nobodys_secret(connection, fake, now):
    """The classic: HS256 with the public key as the secret (ASVS 6.8.2)."""
    signed = unsigned({"alg": "HS256", "kid": "one"}).removesuffix(".")
    signature = hmac.digest(fake.key.as_pem(private=False), signed.encode(), "sha256")
    assert await reason(connection, f"{signed}.{_base64(signature)}", now) == "alg"


@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_changed_token_is_refused(part, connection, fake, now):
    """[-invalid-sig-es256]"""
    parts = fake.signed(CLAIMS).split(".")
    changed = _base64(json.dumps({"alg": "ES256", "kid": "one", "sub": "bo"}).encode())
    parts[part] = changed if part < 2 else parts[part][:-4] + "AAAA"
    assert await reason(connection, ".".join(parts), now) == "signature"


async def test_another_key_with_the_same_id_is_not_that_key(connection, fake, now):
    fake.key = new_key("one")
    assert await reason(connection, fake.signed(CLAIMS), now) == "signature"


async def test_keys_in_the_header_mean_nothing(connection, fake, now):
    """ASVS 9.1.3"""
    fake.key = new_key("one")
    fake.header = {"jwk": public(fake.key), "jku": "https://evil.example/jwks"}
    assert await reason(connection, fake.signed(CLAIMS), now) == "signature"
    assert set(fake.asked) == {"/.well-known/openid-configuration", "/jwks"}


async def test_an_algorithm_fits_its_kind_of_key(connection, fake, now):
    token = unsigned({"alg": "RS256", "kid": "one"}, signature=b"x" * 256)
    assert await reason(connection, token, now) == "kid"


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d.e", "....", "€.€.€", "bm8.bm8.bm8", "W10.e30.eA"])
async def test_what_is_no_token_is_refused(token, connection, now):
    assert await reason(connection, token, now) in ("token", "alg")


@pytest.mark.parametrize(
    "payload", [b'{"sub":"anna","sub":"bo"}', b'{"sub":NaN}', b"[]", b"anna", b'"', b"\xff"]
)
async def test_claims_are_one_plain_object(payload, connection, fake, now):
    """ASVS 1.5.3: a name that comes twice means two things."""
    header = {"alg": "ES256", "kid": "one"}
    token = jws.serialize_compact(header, payload, fake.key, algorithms=["ES256"])
    assert await reason(connection, token, now) == "signature"


@pytest.mark.parametrize("kid", [7, ["one"], {}])
async def test_a_key_id_is_text(kid, connection, fake, now):
    assert await reason(connection, unsigned({"alg": "ES256", "kid": kid}), now) in ("kid", "token")


async def test_a_sole_key_needs_no_name(connection, fake, now):
    """[-kid-absent-single-jwks]"""
    fake.header = {"kid": LEFT_OUT}
    assert await signed_claims(connection, fake.signed(CLAIMS), now=now) == CLAIMS


async def test_one_of_several_does(connection, fake, now):
    """[-kid-absent-multiple-jwks] We do not try keys in turn."""
    fake.header = {"kid": LEFT_OUT}
    fake.published.append(public(new_key("two")))
    assert await reason(connection, fake.signed(CLAIMS), now) == "kid"


async def test_two_keys_of_one_name_are_no_key(connection, fake, now):
    fake.published.append(public(new_key("one")))
    assert await reason(connection, fake.signed(CLAIMS), now) == "kid"


async def test_new_keys_are_fetched_when_a_token_names_them(connection, fake, clock):
    """[-signing-key-rotation, -signing-key-rotation-just-before-signing]"""
    await signed_claims(connection, fake.signed(CLAIMS), now=clock())
    fake.rotate("two")
    assert await signed_claims(connection, fake.signed(CLAIMS), now=clock()) == CLAIMS
    assert fake.asked["/jwks"] == 2


async def test_who_comes_while_the_keys_are_asked_for_gets_them_too(connection, fake, now):
    """[-signing-key-rotation-just-before-signing] of two people, the second is no forger."""
    await signed_claims(connection, fake.signed(CLAIMS), now=now)
    fake.rotate("two")
    fake.slow = True
    token = fake.signed(CLAIMS)
    both = await asyncio.gather(*(signed_claims(connection, token, now=now) for _ in range(2)))
    assert both == [CLAIMS, CLAIMS]
    assert fake.asked["/jwks"] == 2


async def test_unknown_keys_are_asked_for_once_in_five_minutes(connection, fake, clock):
    """R12: forged tokens must not become requests."""
    forged = FORGED_BY_NOBODY
    for _ in range(5):
        assert await reason(connection, forged, clock()) == "kid"
    assert fake.asked["/jwks"] == 2
    assert await reason(connection, forged, clock.turn(minutes=4, seconds=59)) == "kid"
    assert fake.asked["/jwks"] == 2
    assert await reason(connection, forged, clock.turn(seconds=1)) == "kid"
    assert fake.asked["/jwks"] == 3


@pytest.mark.parametrize("known", [True, False])
async def test_a_thousand_forged_tokens_at_once_are_two_requests_at_most(known, connection, fake, now):
    """R12, also when nobody had signed in before."""
    fake.slow = True
    if known:
        await signed_claims(connection, fake.signed(CLAIMS), now=now)
    forged = [unsigned({"alg": "ES256", "kid": f"kid-{n}"}, signature=b"x" * 64) for n in range(1000)]
    assert set(await asyncio.gather(*(reason(connection, token, now) for token in forged))) == {"kid"}
    assert fake.asked["/jwks"] <= 2
    assert fake.asked["/.well-known/openid-configuration"] == 1


async def test_who_was_held_up_by_the_metadata_shares_the_keys_too(connection, fake, now, monkeypatch):
    """R12: they found no keys when they came, and there are some when they get to them."""
    known, held_up = await connection.metadata(now), iter(range(20))

    async def metadata(_now):
        await asyncio.sleep(next(held_up) * 0.005)
        return known

    fake.slow = True
    monkeypatch.setattr(connection, "metadata", metadata)
    forged = [unsigned({"alg": "ES256", "kid": f"kid-{n}"}, signature=b"x" * 64) for n in range(20)]
    assert set(await asyncio.gather(*(reason(connection, token, now) for token in forged))) == {"kid"}
    assert fake.asked["/jwks"] == 1


async def test_keys_that_are_none_are_no_reason_to_ask_each_time(connection, fake, now):
    fake.published = []
    for _ in range(5):
        assert await reason(connection, FORGED_BY_NOBODY, now) == "kid"
    assert fake.asked["/jwks"] == 2


FORGED_BY_NOBODY = unsigned({"alg": "ES256", "kid": "nobody's"}, signature=b"x" * 64)


async def test_a_withdrawn_key_is_believed_for_an_hour_at_most(connection, fake, clock):
    old = fake.signed(CLAIMS)
    await signed_claims(connection, old, now=clock())
    fake.rotate("two")
    assert await signed_claims(connection, old, now=clock.turn(minutes=59, seconds=59)) == CLAIMS
    assert await reason(connection, old, clock.turn(seconds=1)) == "kid"


async def test_keys_of_other_kinds_are_skipped(connection, fake, now):
    """RFC 7517 section 5; the Swedish profile wants 2048 bits of RSA."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        short = RSAKey.generate_key(1024, {"kid": "one"})
    fake.published += [
        public(short),
        public(ECKey.generate_key("P-384", {"kid": "one"})),
        {**public(new_key("one")), "use": "enc"},
        {**public(new_key("one")), "alg": "ES384"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "one"},
        {"kty": "AKP", "kid": "one"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "kid": "one"},
        {"kid": ["one"], "kty": "EC"},
        {},
        "no key at all",
    ]
    assert await signed_claims(connection, fake.signed(CLAIMS), now=now) == CLAIMS


@pytest.mark.parametrize("published", [None, "keys", [{}] * 51])
async def test_a_key_set_is_a_list_of_fifty_at_most(published, connection, fake, now):
    fake.published = published
    assert await reason(connection, FORGED_BY_NOBODY, now) == "jwks"
