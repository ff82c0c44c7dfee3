"""A signed assertion buys one token, by the keys that are registered (private_key_jwt, RFC 7523)."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from app import database
from app.care.queries import keys_of
from app.care.rules import AlreadyRegistered, TooManyKeys, UnknownCareSystem, UnknownKey
from app.care_api import actions
from app.care_api.gateways import assertions, public_keys, token_server
from app.care_api.gateways.public_keys import KeyPrivate, KeyUnreadable, KeyUnsuitable
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.assertions import LONGEST, TYPE, NotAccepted
from app.care_api.rules.scopes import SCOPES
from app.tidying import tidy
from tests.care_api.conftest import Sender
from tests.care_api.signing import TOKEN, SigningKey, a_key, ask, assertion, public
from tests.conftest import BASE_URL
from tests.make import Clock
from tests.test_tidying import IDLE

KEY = a_key()
OTHER = a_key()
GOOD = {"grant_type": "client_credentials", "client_assertion_type": TYPE}


@pytest.fixture
async def vardit_signs(vardit: Sender, clock: Clock) -> Sender:
    """VårdIT with a registered key."""
    await actions.add_keys(vardit.client_id, [public(KEY)], clock())
    return vardit


def assert_refused(response: httpx.Response, said: str = "") -> None:
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client"), response.text
    assert response.headers["cache-control"] == "no-store"
    assert said in response.json()["error_description"]


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519"])
async def test_a_signature_buys_a_token_for_ten_minutes(
    vardit: Sender, tokens: Tokens, clock: Clock, algorithm: str
) -> None:
    key = a_key(algorithm)
    await actions.add_keys(vardit.client_id, [public(key)], clock())

    response = await ask(vardit.client, assertion(key, vardit.client_id, now=clock(), algorithm=algorithm))

    assert response.status_code == 200, response.text
    assert (response.json()["token_type"], response.json()["expires_in"]) == ("Bearer", 600)
    read = tokens.read(response.json()["access_token"], now=clock())
    assert (read.client_id, read.scopes) == (vardit.client_id, frozenset(SCOPES))


async def test_the_old_name_of_ed25519_means_the_same(vardit: Sender, clock: Clock) -> None:
    """RFC 9864: most libraries still write EdDSA."""
    key = a_key("Ed25519")
    await actions.add_keys(vardit.client_id, [public(key)], clock())
    head, claims, _ = assertion(key, vardit.client_id, now=clock(), algorithm="Ed25519").split(".")
    head = text(json.dumps({"alg": "EdDSA", "kid": key.thumbprint()}).encode())
    signature = key.private_key.sign(f"{head}.{claims}".encode())  # type: ignore[union-attr, call-arg]

    response = await ask(vardit.client, f"{head}.{claims}.{text(signature)}")

    assert response.status_code == 200, response.text


@pytest.mark.parametrize("audience", [BASE_URL, BASE_URL + TOKEN, [BASE_URL]])
async def test_the_audience_is_the_issuer_or_the_token_endpoint(
    vardit_signs: Sender, clock: Clock, audience: Any
) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock(), aud=audience)

    assert (await ask(vardit_signs.client, signed)).status_code == 200


async def test_client_id_may_stand_beside_it_when_it_is_the_same(vardit_signs: Sender, clock: Clock) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock())

    assert_refused(await ask(vardit_signs.client, signed, client_id="grannen"), "client_id is another")
    assert (await ask(vardit_signs.client, signed, client_id=vardit_signs.client_id)).status_code == 200


def text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def at(clock: Clock, **how_far: float) -> int:
    return int((clock() + timedelta(**how_far)).timestamp())


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "grannen"}, "iss and sub"),
        ({"iss": None}, "iss and sub"),
        ({"aud": "https://other.example/api/v1/oauth/token"}, "aud must"),
        ({"aud": [BASE_URL, "https://other.example"]}, "aud must"),
        ({"aud": []}, "aud must"),
        ({"aud": {"a": 1}}, "aud must"),
        ({"aud": None}, "aud must"),
        ({"exp": None}, "exp must"),
        ({"exp": "tomorrow"}, "exp must"),
        ({"exp": True}, "exp must"),
        ({"exp": 1e300}, "exp is no time"),
        ({"exp": {"seconds": -31}}, "exp is past"),
        ({"exp": {"minutes": 5, "seconds": 31}}, "exp is more than five minutes ahead"),
        ({"iat": {"seconds": 31}}, "iat is in the future"),
        ({"nbf": {"seconds": 31}}, "nbf is in the future"),
        ({"nbf": "now"}, "nbf must"),
        ({"jti": None}, "jti must"),
        ({"jti": ""}, "jti must"),
        ({"jti": 17}, "jti must"),
        ({"jti": "x" * 256}, "jti must"),
    ],
)
async def test_a_claim_that_is_wrong_is_named_to_who_holds_the_key(
    vardit_signs: Sender, clock: Clock, claims: dict[str, Any], said: str
) -> None:
    told: dict[str, Any] = {
        name: at(clock, **value) if isinstance(value, dict) and name != "aud" else value
        for name, value in claims.items()
    }

    signed = assertion(KEY, vardit_signs.client_id, now=clock(), **told)

    assert_refused(await ask(vardit_signs.client, signed), said)
    assert await database.run("SELECT id FROM used_assertions") == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": {"seconds": -30}},
        {"exp": {"minutes": 5}},
        {"iat": {"seconds": 30}},
        {"iat": None},
        {"jti": "x" * 255},
        {"jti": "\ud800"},
    ],
)
async def test_the_last_second_counts_and_clocks_may_differ_by_half_a_minute(
    vardit_signs: Sender, clock: Clock, claims: dict[str, Any]
) -> None:
    told: dict[str, Any] = {
        name: at(clock, **value) if isinstance(value, dict) else value for name, value in claims.items()
    }

    signed = assertion(KEY, vardit_signs.client_id, now=clock(), **told)

    assert (await ask(vardit_signs.client, signed)).status_code == 200


def unsigned(client_id: str, clock: Clock) -> str:
    claims = assertion(KEY, client_id, now=clock()).split(".")[1]
    return f"{text(json.dumps({'alg': 'none', 'kid': KEY.thumbprint()}).encode())}.{claims}."


def signed_with_the_public_key_as_a_secret(client_id: str, clock: Clock) -> str:
    claims = assertion(KEY, client_id, now=clock()).split(".")[1]
    head = text(json.dumps({"alg": "HS256", "kid": KEY.thumbprint()}).encode())
    secret = KEY.as_pem(private=False)
    return f"{head}.{claims}.{text(hmac.digest(secret, f'{head}.{claims}'.encode(), 'sha256'))}"


def with_claims_twice(client_id: str, clock: Clock) -> str:
    """Signed for certain, and readable in two ways."""
    claims = base64.urlsafe_b64decode(assertion(KEY, client_id, now=clock()).split(".")[1] + "==")
    twice = claims[:-1] + f', "aud": "{BASE_URL}"}}'.encode()
    return jws.serialize_compact({"alg": "ES256", "kid": KEY.thumbprint()}, twice, KEY)


async def test_what_no_registered_key_has_signed_is_refused_in_one_and_the_same_words(
    vardit_signs: Sender, grannen: Sender, clock: Clock
) -> None:
    """Also another's key, an unknown client, and a key id that is somebody else's."""
    await actions.add_keys(grannen.client_id, [public(OTHER)], clock())
    mine, me = vardit_signs.client_id, vardit_signs.client
    confused = {"kid": KEY.thumbprint()}
    tampered = assertion(KEY, mine, now=clock()).split(".")
    tampered[1] = text(base64.urlsafe_b64decode(tampered[1] + "==").replace(b"vardit", b"grannen"))
    forged = [
        assertion(OTHER, mine, now=clock()),
        assertion(OTHER, mine, now=clock(), header=confused),
        assertion(OTHER, mine, now=clock(), header={"kid": None}),
        assertion(KEY, grannen.client_id, now=clock()),
        assertion(KEY, grannen.client_id, now=clock(), header={"kid": OTHER.thumbprint()}),
        assertion(KEY, mine, now=clock(), header={"kid": "no-such-key"}),
        assertion(a_key("PS256"), mine, now=clock(), algorithm="PS256", header=confused),
        assertion(KEY, "care-0000000000000000", now=clock()),
        assertion(KEY, "å\x00'; --", now=clock()),
        ".".join(tampered),
        assertion(KEY, mine, now=clock())[:-8] + "AAAAAAAA",
    ]

    answers = [await ask(me, each) for each in forged]

    for answer in answers:
        assert_refused(answer)
        assert answer.content == answers[0].content
    assert answers[0].json()["error_description"] == "No key of that client has signed this assertion."


async def test_nothing_in_an_assertion_chooses_how_it_is_checked(vardit_signs: Sender, clock: Clock) -> None:
    mine = vardit_signs.client_id
    for header in (
        {"jwk": OTHER.as_dict(private=False)},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
        {"crit": ["exp"]},
        {"b64": True, "crit": ["b64"]},
        {"kid": 7},
    ):
        signed = assertion(KEY, mine, now=clock(), header=header)
        assert_refused(await ask(vardit_signs.client, signed))
    for forged in (
        unsigned(mine, clock),
        signed_with_the_public_key_as_a_secret(mine, clock),
        with_claims_twice(mine, clock),
        assertion(a_key("PS256"), mine, now=clock(), algorithm="RS256"),
        "",
        "a.b.c",
        "x" * 9000,
        "{}",
    ):
        response = await ask(vardit_signs.client, forged)
        assert response.status_code == 401, response.text


async def test_an_assertion_that_is_too_long_is_not_taken_apart(vardit_signs: Sender, clock: Clock) -> None:
    long = assertion(KEY, vardit_signs.client_id, now=clock(), note="x" * LONGEST)

    assert_refused(await ask(vardit_signs.client, long), f"longer than {LONGEST} characters")


async def test_an_assertion_buys_one_token_however_many_ask_at_once(
    vardit_signs: Sender, clock: Clock
) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock())

    answers = await asyncio.gather(*(ask(vardit_signs.client, signed) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    again = await ask(vardit_signs.client, signed)
    assert_refused(again, "This assertion has been used")


async def test_another_care_system_may_use_the_same_jti(
    vardit_signs: Sender, grannen: Sender, clock: Clock
) -> None:
    await actions.add_keys(grannen.client_id, [public(OTHER)], clock())

    for key, sender in ((KEY, vardit_signs), (OTHER, grannen)):
        signed = assertion(key, sender.client_id, now=clock(), jti="1")
        assert (await ask(sender.client, signed)).status_code == 200


async def test_a_used_assertion_is_remembered_for_as_long_as_it_lives(
    vardit_signs: Sender, clock: Clock
) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock(), exp=at(clock, minutes=5))
    assert (await ask(vardit_signs.client, signed)).status_code == 200

    clock.turn(minutes=5, seconds=30)
    await tidy(clock(), idle=IDLE)
    assert_refused(await ask(vardit_signs.client, signed), "This assertion has been used")
    clock.turn(seconds=1)
    await tidy(clock(), idle=IDLE)

    assert await database.run("SELECT id FROM used_assertions") == 0
    assert_refused(await ask(vardit_signs.client, signed), "exp is past")


@pytest.mark.parametrize(
    "form",
    [
        {"client_secret": "x"},
        {"client_id": "vardit", "client_secret": "x"},
        {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
        {"client_assertion_type": ""},
    ],
)
async def test_one_way_to_show_who_it_is_is_enough(
    vardit_signs: Sender, clock: Clock, form: dict[str, str]
) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock())

    answer = await ask(vardit_signs.client, signed, **form)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert await database.run("SELECT id FROM used_assertions") == 0


async def test_an_assertion_beside_a_secret_in_the_header_or_without_its_type_is_refused(
    vardit_signs: Sender, clock: Clock
) -> None:
    signed = assertion(KEY, vardit_signs.client_id, now=clock())
    with_secret = await vardit_signs.client.post(
        TOKEN, data=GOOD | {"client_assertion": signed}, auth=("vardit", "secret")
    )
    typeless = {"grant_type": "client_credentials", "client_assertion": signed}
    without_type = await vardit_signs.client.post(TOKEN, data=typeless)

    for answer in (with_secret, without_type):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_whoever_is_not_approved_signs_in_vain(
    vardit_signs: Sender, clock: Clock, provider_of_another: str
) -> None:
    signed = assertion(OTHER, provider_of_another, now=clock())

    answer = await ask(vardit_signs.client, signed)

    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


@pytest.fixture
async def provider_of_another(vardit: Sender, clock: Clock) -> str:
    """The client id of a care system that is not approved yet; it has a key and no secret."""
    from tests.care_api.test_credentials import CONTACTS  # noqa: PLC0415 - its fixtures are not for here

    made = await actions.add_care_system(
        vardit.care_system.provider_id,
        name="Ny",
        contacts=CONTACTS,
        keys=[public(OTHER)],
        secret=False,
        now=clock(),
    )
    assert made.client_secret == ""
    return made.client_id


async def test_a_care_system_without_a_secret_gets_nothing_for_an_empty_one(
    vardit: Sender, clock: Clock, provider_of_another: str
) -> None:
    await actions.approve(provider_of_another, clock())

    for secret in ("", "x"):
        answer = await vardit.client.post(
            TOKEN, data={"grant_type": "client_credentials"}, auth=(provider_of_another, secret)
        )
        assert answer.status_code == 401
    signed = assertion(OTHER, provider_of_another, now=clock())
    assert (await ask(vardit.client, signed)).status_code == 200


async def test_a_key_is_changed_without_a_refusal_on_the_way(vardit_signs: Sender, clock: Clock) -> None:
    """Add, use, drop: a sender that signs with the one or the other never gets a 401."""

    async def works(key: SigningKey) -> bool:
        clock.turn(seconds=10)
        signed = assertion(key, vardit_signs.client_id, now=clock())
        answer = await ask(vardit_signs.client, signed)
        if answer.status_code != 200:
            return False
        token = answer.json()["access_token"]
        sent = await vardit_signs._replace(token=token).send()
        return sent.status_code == 201

    assert await works(KEY)
    await actions.add_keys(vardit_signs.client_id, [public(OTHER)], clock())
    assert await works(KEY)
    assert await works(OTHER)
    assert await works(KEY)
    assert await works(OTHER)
    await actions.drop_key(vardit_signs.client_id, KEY.thumbprint(), clock())
    assert await works(OTHER)
    assert not await works(KEY)

    [left] = await keys_of(vardit_signs.care_system.id)
    assert left.kid == OTHER.thumbprint()
    assert left.last_used_at is not None


async def test_keys_have_names_of_their_own_and_are_few(vardit_signs: Sender, clock: Clock) -> None:
    mine = vardit_signs.client_id
    with pytest.raises(AlreadyRegistered):
        await actions.add_keys(mine, [public(OTHER, kid=KEY.thumbprint())], clock())
    with pytest.raises(TooManyKeys):
        await actions.add_keys(mine, [public(a_key()) for _ in range(5)], clock())
    assert len(await keys_of(vardit_signs.care_system.id)) == 1
    with pytest.raises(UnknownKey):
        await actions.drop_key(mine, "no-such-key", clock())
    for vain in (
        actions.add_keys("nobody", [public(KEY)], clock()),
        actions.drop_key("nobody", "x", clock()),
    ):
        with pytest.raises(UnknownCareSystem):
            await vain


async def test_without_a_key_id_each_of_its_keys_is_tried(vardit_signs: Sender, clock: Clock) -> None:
    await actions.add_keys(vardit_signs.client_id, [public(OTHER)], clock())

    signed = assertion(OTHER, vardit_signs.client_id, now=clock(), header={"kid": None})

    assert (await ask(vardit_signs.client, signed)).status_code == 200


def rsa(bits: int) -> str:
    """Nobody's, and of that length."""
    modulus = text(((1 << (bits - 1)) | 1).to_bytes(bits // 8))
    return json.dumps({"kty": "RSA", "n": modulus, "e": "AQAB"})


def jwk(key: Any, **more: Any) -> str:
    return json.dumps(dict(key.as_dict(private=False)) | more)


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (json.dumps(KEY.as_dict(private=True)), KeyPrivate),
        (json.dumps(OctKey.generate_key(256).as_dict()), KeyPrivate),
        (json.dumps({"keys": [KEY.as_dict(private=False), OTHER.as_dict(private=True)]}), KeyPrivate),
        (KEY.as_pem(private=False).decode(), KeyUnreadable),
        ("{}", KeyUnreadable),
        ("[]", KeyUnreadable),
        ('{"keys": []}', KeyUnreadable),
        ('{"keys": [7]}', KeyUnreadable),
        ('{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}', KeyUnreadable),
        ("[" * 100_000, KeyUnreadable),
        (jwk(KEY, kid=""), KeyUnreadable),
        (jwk(KEY, kid="x" * 101), KeyUnreadable),
        (jwk(KEY, kid="å"), KeyUnreadable),
        (jwk(ECKey.generate_key("P-384")), KeyUnsuitable),
        (jwk(ECKey.generate_key("secp256k1")), KeyUnsuitable),
        (rsa(1024), KeyUnsuitable),
        (rsa(8192), KeyUnsuitable),
        (jwk(KEY, use="enc"), KeyUnsuitable),
        (jwk(KEY, alg="ES384"), KeyUnsuitable),
        (jwk(a_key("PS256"), alg="RS256"), KeyUnsuitable),
    ],
    # Each process makes its own keys, so they are no part of a name.
    ids=[
        "private",
        "symmetric",
        "a private one in a set",
        "PEM",
        "empty",
        "a list",
        "an empty set",
        "no key in a set",
        "not on the curve",
        "deep",
        "no key id",
        "long key id",
        "key id in Swedish",
        "P-384",
        "secp256k1",
        "RSA 1024",
        "RSA 8192",
        "for encryption",
        "ES384",
        "RS256",
    ],
)
def test_only_a_public_key_that_we_take_is_registered(file: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        public_keys.read(file)


def test_a_set_is_read_whole_and_what_else_a_key_says_is_not_kept() -> None:
    many = json.dumps({"keys": [json.loads(jwk(KEY, use="sig", x5c=["…"])), json.loads(jwk(OTHER, kid="2"))]})

    first, second = public_keys.read(many)

    assert (first.kid, second.kid) == (KEY.thumbprint(), "2")
    assert set(json.loads(first.jwk)) == {"kty", "crv", "x", "y"}


async def test_an_unknown_client_costs_the_same_questions_and_a_signature(
    vardit_signs: Sender, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time tells nothing of who is registered. What is done is counted: a busy machine's clock lies."""
    checked: list[str] = []

    def counting_keys(what: assertions.Assertion, keys: Sequence[assertions.Key]) -> assertions.Key:
        checked.append("keys")
        return signer(what, keys)

    def counting_signatures(what: assertions.Assertion, jwk: str) -> bool:
        checked.append("signature")
        return signed_by(what, jwk)

    signer, signed_by = assertions.signer, assertions._signed
    monkeypatch.setattr(assertions, "_signed", counting_signatures)
    monkeypatch.setattr(token_server, "signer", counting_keys)
    work = {}
    for name, signed in (
        (
            "wrong key",
            assertion(OTHER, vardit_signs.client_id, now=clock(), header={"kid": KEY.thumbprint()}),
        ),
        ("unknown client", assertion(OTHER, "care-0000000000000000", now=clock())),
        ("unknown key", assertion(OTHER, vardit_signs.client_id, now=clock())),
    ):
        checked.clear()
        assert_refused(await ask(vardit_signs.client, signed))
        work[name] = list(checked)

    assert work == {name: ["keys", "signature"] for name in work}


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519"])
def test_the_key_that_is_nobodys_costs_as_much_as_a_real_one(algorithm: str, clock: Clock) -> None:
    key = a_key(algorithm)
    taken = assertions.take_apart(assertion(a_key(algorithm), "x", now=clock(), algorithm=algorithm))

    def seconds(jwk: str) -> float:
        begun = time.process_time()
        for _ in range(100):
            assert not assertions._signed(taken, jwk)
        return time.process_time() - begun

    real, nobodys = public(key).jwk, assertions._NOBODYS[taken.algorithm]
    pairs = [(seconds(real), seconds(nobodys)) for _ in range(3)]

    assert min(abs(one / other - 1) for one, other in pairs) < 0.5, pairs


def test_an_assertion_is_taken_apart_before_anybody_is_asked() -> None:
    with pytest.raises(NotAccepted, match="longer"):
        assertions.take_apart("x" * (LONGEST + 1))
