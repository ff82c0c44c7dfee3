"""The libraries at arm's length: what they raise becomes ours here. `Gate` is what `main` makes of them."""

from dataclasses import dataclass

from app.care_api.gateways.credentials import Secrets
from app.care_api.gateways.token_server import TokenServer
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.broadcast import USUAL, Alike
from app.limits.actions import Limiter


@dataclass(frozen=True)
class Gate:
    """Who may in, how often, and how much alike: signatures and secrets buy tokens, tokens open the API."""

    tokens: Tokens
    token_server: TokenServer
    limiter: Limiter
    alike: Alike


def gate(
    *,
    base_url: str,
    signing_key: bytes,
    limiter: Limiter,
    alike: Alike = USUAL,
    secrets: Secrets | None = None,
) -> Gate:
    """`signing_key` is `KeyRing.api_tokens`. The routes take it as the dependency `gate`."""
    tokens = Tokens(signing_key, base_url=base_url)
    return Gate(tokens, TokenServer(tokens, secrets or Secrets(), base_url=base_url), limiter, alike)
