"""What we say about ourselves in a federation (security.md 2, OpenID Federation minimum (1); a draft)."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, RSAKey

from app.errors import Unconfigured
from app.main import create_app
from app.sign_in.gateways.entity import About, declare
from app.sign_in.gateways.providers import connect

ADDRESS = "/.well-known/openid-federation"
ABOUT = About("Lärkpost", "Regionen", "hjalp@example.se")
AUTHORITIES = ("https://federation.example.se", "https://other.example.se/above")


@pytest.fixture(scope="module")
def key():
    return ECKey.generate_key("P-256")


@pytest.fixture(scope="module")
def set_up(settings, key, tmp_path_factory):
    """The settings of an operator who is in a federation."""
    path = tmp_path_factory.mktemp("federation") / "federation.pem"
    keep(path, key.as_pem(private=True))
    return replace(settings, federation_key=path, federation_authorities=AUTHORITIES)


def keep(path, pem):
    path.write_bytes(pem)
    path.chmod(0o600)


@pytest.fixture
async def federated(db, set_up, keyring, the_clock) -> AsyncIterator[httpx.AsyncClient]:
    app: Any = create_app(set_up, keys=keyring, clock=the_clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=set_up.base_url) as client:
        yield client


async def test_without_the_settings_there_is_nothing(visitor):
    assert (await visitor.get(ADDRESS)).status_code == 404


async def test_we_state_who_we_are(federated, key, clock):
    """By us, about us, with the key in it, for a day at most."""
    response = await federated.get(ADDRESS)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/entity-statement+jwt"
    assert "set-cookie" not in response.headers
    read = jwt.decode(response.text, key, algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "kid": key.thumbprint(), "typ": "entity-statement+jwt"}
    claims = read.claims
    assert claims["iss"] == claims["sub"] == "http://127.0.0.1:8000"
    assert 0 < claims["exp"] - claims["iat"] <= 24 * 60 * 60
    assert claims["iat"] == int(clock().timestamp())
    assert claims["authority_hints"] == [*AUTHORITIES]
    [public] = claims["jwks"]["keys"]
    assert public["kid"] == key.thumbprint()
    assert set(public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_the_metadata_is_that_of_a_relying_party(federated, set_up, keyring):
    """The Swedish profile wants a name in both languages and somebody to write to."""
    found = jws.extract_compact((await federated.get(ADDRESS)).content)
    metadata = json.loads(found.payload)["metadata"]
    client = metadata["openid_relying_party"]
    assert client["client_name#sv"] == client["client_name#en"] == client["client_name"] == "Lärkpost"
    assert client["redirect_uris"] == [
        "http://127.0.0.1:8000/logga-in/eid/retur",
        "http://127.0.0.1:8000/personal/logga-in/tjanst/retur",
    ]
    assert client["jwks_uri"] == "http://127.0.0.1:8000/.well-known/jwks.json"
    assert client["token_endpoint_auth_method"] == "private_key_jwt"
    assert client["contacts"] == ["hjalp@larkpost.example"]
    assert metadata["federation_entity"] == {
        "organization_name": "Påhittade regionen",
        "organization_uri": "http://127.0.0.1:8000",
        "contacts": ["hjalp@larkpost.example"],
    }


async def test_no_client_key_signs_it(federated, keyring):
    """The keys of the federation are others than those of the protocol."""
    text = (await federated.get(ADDRESS)).text
    with pytest.raises(BadSignatureError):
        jwt.decode(text, ECKey.import_key(keyring.eid_client), algorithms=["ES256"])
    shown = (await federated.get("/.well-known/jwks.json")).json()["keys"]
    assert jws.extract_compact(text.encode()).headers()["kid"] not in {one["kid"] for one in shown}


def declared(settings, keyring):
    known = connect(settings, client_key=keyring.eid_client, published=keyring.eid_published)
    return declare(settings, providers=known, about=ABOUT)


def test_a_client_key_is_refused_at_the_start(set_up, keyring, tmp_path):
    path = tmp_path / "federation.pem"
    keep(path, keyring.eid_client)
    with pytest.raises(Unconfigured, match="e-ID providers too"):
        declared(replace(set_up, federation_key=path), keyring)


@pytest.mark.parametrize(
    "pem",
    [
        b"no key",
        ECKey.generate_key("P-384").as_pem(private=True),
        RSAKey.generate_key(2048).as_pem(private=True),
        ECKey.generate_key("P-256").as_pem(private=False),
    ],
    ids=["no key", "P-384", "RSA", "public"],
)
def test_a_key_of_another_kind_is_refused_at_the_start(pem, set_up, keyring, tmp_path):
    path = tmp_path / "federation.pem"
    keep(path, pem)
    with pytest.raises(Unconfigured, match="openssl genpkey"):
        declared(replace(set_up, federation_key=path), keyring)


def test_a_key_that_is_missing_or_open_to_others_is_refused(set_up, keyring, key, tmp_path):
    path = tmp_path / "federation.pem"
    with pytest.raises(Unconfigured, match="LARKPOST_FEDERATION_KEY"):
        declared(replace(set_up, federation_key=path), keyring)
    keep(path, key.as_pem(private=True))
    path.chmod(0o644)
    with pytest.raises(Unconfigured, match="chmod 600"):
        declared(replace(set_up, federation_key=path), keyring)


def test_the_key_is_not_shown(set_up, keyring):
    assert "PRIVATE" not in repr(declared(set_up, keyring).entity)
    assert "key=" not in repr(declared(set_up, keyring).entity).partition("providers")[0]
