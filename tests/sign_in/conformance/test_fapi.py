"""OpenID conformance suite, FAPI 2.0 security profile: what applies without sender-constrained tokens."""

import pytest

from tests.sign_in.fake import LEFT_OUT
from tests.sign_in.forging import unsigned
from tests.sign_in.journey import OVER


async def test_fapi2_security_profile_final_client_test_happy_path(journey):
    await journey.is_accepted()


async def test_fapi2_security_profile_final_client_test_discovery_issuer_mismatch(journey, fake):
    """A slash is a difference."""
    fake.metadata = {"issuer": f"{fake.provider.issuer}/"}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_state_fails(  # noqa: E501
    journey,
):
    await journey.is_refused(OVER, state="evil")


async def test_fapi2_security_profile_final_client_test_ensure_authorization_response_with_invalid_missing_state_fails(  # noqa: E501
    journey,
):
    await journey.is_refused(OVER, state=LEFT_OUT)


async def test_fapi2_security_profile_final_client_test_invalid_authorization_response_iss(journey, fake):
    await journey.is_refused(iss="https://evil.example")
    assert fake.asked["/token"] == 1, "Only the second attempt got as far as its code."


async def test_fapi2_security_profile_final_client_test_remove_authorization_response_iss(journey, fake):
    await journey.is_refused(iss=LEFT_OUT)
    assert fake.asked["/token"] == 1, "Only the second attempt got as far as its code."


async def test_fapi2_security_profile_final_client_test_invalid_alternate_alg(journey, fake, rsa_key):
    """PS384 is no weaker, but not what we agreed on."""
    fake.key, fake.header = rsa_key, {"alg": "PS384"}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_aud(journey, fake):
    fake.claims = {"aud": f"{fake.provider.client_id}-evil"}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_secondary_aud(journey, fake):
    fake.claims = {"aud": [fake.provider.client_id, "evil"], "azp": fake.provider.client_id}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_valid_aud_as_array(journey, fake):
    fake.claims = {"aud": [fake.provider.client_id]}
    await journey.is_accepted()


async def test_fapi2_security_profile_final_client_test_invalid_expired_exp(journey, fake, now):
    fake.claims = {"iat": int(now.timestamp()) - 330, "exp": int(now.timestamp()) - 30}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_iss(journey, fake):
    """Letters in another case are another issuer."""
    fake.claims = {"iss": fake.provider.issuer.upper()}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_missing_aud(journey, fake):
    fake.claims = {"aud": LEFT_OUT}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_missing_exp(journey, fake):
    fake.claims = {"exp": LEFT_OUT}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_missing_iss(journey, fake):
    fake.claims = {"iss": LEFT_OUT}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_missing_nonce(journey, fake):
    fake.claims = {"nonce": LEFT_OUT}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_nonce(journey, fake):
    """The nonce of a sign-in begun before, in the same browser."""
    first = fake.answers(await journey.leaves())
    asked, _ = fake._codes[first["code"]]
    fake.claims = {"nonce": asked["nonce"]}
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_invalid_null_alg(journey, fake):
    fake.forges = unsigned
    await journey.is_refused()


async def test_fapi2_security_profile_final_client_test_token_endpoint_response_without_expires_in(
    journey, fake
):
    fake.granted = {"expires_in": LEFT_OUT}
    await journey.is_accepted()


@pytest.mark.parametrize("kind", ["bearer", "BEARER", "bEaReR"])
async def test_fapi2_security_profile_final_client_test_token_type_case_insensitivity(kind, journey, fake):
    fake.granted = {"token_type": kind}
    await journey.is_accepted()
