"""An e-ID provider as we have agreed with it. Nothing in here is learnt from the provider."""

from dataclasses import dataclass, field

from app.errors import Sentence
from app.sign_in.rules.audiences import RESIDENTS, Audience

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})


@dataclass(frozen=True, kw_only=True)
class Provider:
    """`key` stands in our addresses, so each provider has a redirect URI of its own (R1).

    `client_key` is a PEM with our private P-256 key; `algorithms` are those we accept, whatever the provider
    says that it can do (ASVS 9.1.2). `purposes` are administrative ones that staff may sign in for.
    """

    key: str
    name: Sentence
    issuer: str
    client_id: str
    redirect_uri: str
    client_key: bytes = field(repr=False)
    level: str = LOA3
    algorithms: frozenset[str] = ALGORITHMS
    audience: Audience = RESIDENTS
    purposes: frozenset[str] = frozenset()
