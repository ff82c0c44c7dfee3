"""The keys that providers know us by, as they read them (R6)."""

from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.main import create_app
from app.sign_in.gateways import oidc
from app.sign_in.gateways.our_keys import key_set
from app.sign_in.gateways.providers import Providers, connect
from app.sign_in.rules.provider import ByKey, BySecret
from app.vault import eid_keys, keys
from tests.sign_in.test_provider import NONCE, VERIFIER, _assertion, departure

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture(scope="module")
def rsa():
    return RSAKey.generate_key(2048).as_pem(private=True)


async def test_they_are_published(visitor, provider):
    response = await visitor.get("/.well-known/jwks.json")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/jwk-set+json"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in response.headers
    assert response.json() == keys.public_jwks(provider.proof.pem)


async def test_a_product_in_the_middle_of_a_rotation_publishes_both(settings, tmp_path, the_clock):
    folder = tmp_path / "keys"
    keys.make(folder)
    eid_keys.add(folder)
    ring = keys.load(folder)
    providers = connect(settings, client_key=ring.eid_client, published=ring.eid_published)
    app: Any = create_app(settings, keys=ring, clock=the_clock, providers=providers)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=settings.base_url
    ) as client:
        shown = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert [key["kid"] for key in shown] == [ECKey.import_key(pem).thumbprint() for pem in ring.eid_published]


def test_the_set_holds_what_a_providers_entry_names(provider, rsa):
    """PS256 keys stand in the providers' file; one that has a secret has no key."""
    own = replace(provider, proof=ByKey(rsa, algorithm="PS256"))
    by_secret = replace(provider, proof=BySecret("a secret long enough"))
    shown = key_set([provider.proof.pem], [provider, own, own, by_secret])["keys"]
    assert [(key["kty"], key["alg"], key["use"]) for key in shown] == [
        ("EC", "ES256", "sig"), ("RSA", "PS256", "sig"),
    ]  # fmt: skip


def test_nothing_private_leaves(provider, rsa):
    """ASVS 13.3.1"""
    shown = key_set([provider.proof.pem], [replace(provider, proof=ByKey(rsa, algorithm="PS256"))])
    assert all(not PRIVATE & set(key) for key in shown["keys"])


@pytest.mark.parametrize("step", [eid_keys.add, eid_keys.use, eid_keys.drop])
async def test_what_signs_is_always_published(step, settings, tmp_path, fake, now):
    """After each step of a rotation, a provider that reads our keys believes our assertion."""
    folder = tmp_path / "keys"
    keys.make(folder)
    for done in (eid_keys.add, eid_keys.use, eid_keys.drop):
        done(folder)
        if done is step:
            break
    ring = keys.load(folder)
    providers = connect(settings, client_key=ring.eid_client, published=ring.eid_published)
    fake.provider = providers.connections[0].provider
    connection = fake.connection()
    code = fake.answers(await departure(connection, now))["code"]
    await oidc.identify(connection, code, verifier=VERIFIER, nonce=NONCE, now=now)
    [sent] = [_assertion(request) for request in fake.requests if request.url.path == "/token"]
    jwt.decode(sent, KeySet.import_key_set(cast(Any, providers.key_set)), algorithms=["ES256"])


def test_no_providers_no_keys():
    assert Providers().key_set == {"keys": []}
