"""A sign-in request that goes to the provider before the browser does (PAR, RFC 9126; Authlib has none)."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.integrations.httpx_client import AsyncOAuth2Client

from app.sign_in.gateways.http import provider_answers, strict_json
from app.sign_in.rules.refusals import ProviderUnavailable, Untrusted

CREATED = 201
# Characters of a `request_uri`: a reference, which the browser carries in an address.
LONGEST_REFERENCE = 500


async def push(client: AsyncOAuth2Client, endpoint: str, url: str) -> str:
    """The address at the provider with nothing in it but who asks and what was pushed (R7).

    Raises `ProviderUnavailable` or `Untrusted`.
    """
    with provider_answers():
        response = await client.request(
            "POST",
            endpoint,
            data=dict(parse_qsl(urlsplit(url).query)),
            headers={"accept": "application/json"},
            auth=client.client_auth(client.token_endpoint_auth_method),
            withhold_token=True,
        )
    if response.status_code >= 500:
        raise ProviderUnavailable
    # What a provider says about its no is not for people (R15).
    if response.status_code != CREATED:
        raise Untrusted("pushed request")
    query = {"client_id": client.client_id, "request_uri": _reference(response.content)}
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def _reference(content: bytes) -> str:
    reference = strict_json(content).get("request_uri")
    if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
        raise Untrusted("request_uri")
    if not reference.isascii() or not reference.isprintable():
        raise Untrusted("request_uri")
    return reference
