"""A provider's discovery document, as far as we use it."""

from dataclasses import dataclass

from app.sign_in.gateways.http import Document
from app.sign_in.rules.addresses import is_safe
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import Untrusted

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """`names_itself`: the provider sends `iss` with every answer (RFC 9207).

    None for what the provider does not offer: pushed requests (RFC 9126), signing out with it.
    `takes_signed_requests`: it reads request objects by value (RFC 9101).
    """

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    pushed_endpoint: str | None
    end_session_endpoint: str | None
    takes_signed_requests: bool
    names_itself: bool


def address_of(provider: Provider) -> str:
    return provider.issuer.rstrip("/") + WELL_KNOWN


def read(found: Document, provider: Provider) -> Metadata:
    """Raises `Untrusted`. Which algorithms the provider lists is nothing to us (ASVS 9.1.2)."""
    # Byte for byte, or somebody else's metadata could be served for our issuer (ASVS 10.5.3).
    if found.get("issuer") != provider.issuer:
        raise Untrusted("issuer")
    return Metadata(
        authorization_endpoint=_address(found, "authorization_endpoint"),
        token_endpoint=_address(found, "token_endpoint"),
        userinfo_endpoint=_address(found, "userinfo_endpoint"),
        jwks_uri=_address(found, "jwks_uri"),
        pushed_endpoint=_offered(found, "pushed_authorization_request_endpoint"),
        end_session_endpoint=_offered(found, "end_session_endpoint"),
        takes_signed_requests=found.get("request_parameter_supported") is True,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _offered(found: Document, name: str) -> str | None:
    return _address(found, name) if name in found else None


def _address(found: Document, name: str) -> str:
    address = found.get(name)
    if not isinstance(address, str) or not is_safe(address):
        raise Untrusted(name)
    return address
