"""An e-ID provider as we have agreed with it. Nothing in here is learnt from the provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import Sentence
from app.sign_in.rules.audiences import COUNTRY, RESIDENTS, Audience

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
# Identities that nobody has vouched for: only a demo may believe them (Sweden Connect).
UNCERTIFIED = "uncertified-"
# The last part of the levels that Sweden Connect and Freja count below assurance level 3.
TOO_LOW = frozenset({"loa1", "loa2", "loa2-nonresident", "eidas-low", "eidas-nf-low", "BASIC", "EXTENDED"})


@dataclass(frozen=True)
class ByKey:
    """We prove who we are with a signed assertion (RFC 7523, R6).

    `pem` is our private key, of the kind that `algorithm` needs. `to_token_endpoint`: the provider still
    wants to be named by its token endpoint and not by its issuer.
    """

    pem: bytes = field(repr=False)
    algorithm: str = "ES256"
    to_token_endpoint: bool = False


@dataclass(frozen=True)
class BySecret:
    """For a provider that knows nothing better (`client_secret_basic`)."""

    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """`key` stands in our addresses, so each provider has a redirect URI of its own (R1).

    `algorithms` are those we accept, whatever the provider says that it can do (ASVS 9.1.2); `levels` are
    accepted values of `level_claim`, the lowest first. `wanted` are the claims we ask for, with whether they
    are essential; where `asks_by_claims` is false the provider knows no `claims` parameter. `spelled` has its
    names for the claims that it spells otherwise. `is_trusted`: on the list of those whose personal numbers
    link to one resident (R17). `signs_out`: who signs out here is sent on to sign out there. `purposes` are
    administrative ones that staff may sign in for.
    """

    key: str
    name: Sentence
    hint: Sentence | None = None
    issuer: str
    client_id: str
    redirect_uri: str
    proof: ByKey | BySecret = field(repr=False)
    audience: Audience = RESIDENTS
    levels: tuple[str, ...] = (LOA3,)
    level_claim: str = "acr"
    algorithms: frozenset[str] = ALGORITHMS
    scopes: tuple[str, ...] = RESIDENTS.scopes
    wanted: Mapping[str, bool] = field(default_factory=lambda: dict(RESIDENTS.wanted))
    asks_by_claims: bool = True
    signs_userinfo: bool = False
    signs_out: bool = False
    spelled: Mapping[str, str] = field(default_factory=dict)
    is_trusted: bool = True
    is_on_this_device: bool = False
    coordination_levels: frozenset[str] = frozenset({"confirmed"})
    purposes: frozenset[str] = frozenset()

    @property
    def tells_country(self) -> bool:
        """Its numbers may be of several countries, so each must come with its country."""
        return COUNTRY in self.spelled or COUNTRY in self.wanted

    def own(self, claims: Mapping[str, object]) -> dict[str, object]:
        """The claims under our names: what the provider spells otherwise counts only as spelled there."""
        renamed = {ours: claims[theirs] for ours, theirs in self.spelled.items() if theirs in claims}
        return {name: value for name, value in claims.items() if name not in self.spelled} | renamed
