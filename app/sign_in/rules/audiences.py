"""Who signs in at which door: what is asked of the provider, and where our pages for it stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.sessions.principals import CLINICIAN, RESIDENT

PERSONAL_IDENTITY_NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
COORDINATION_NUMBER = "https://id.oidc.se/claim/coordinationNumber"

# As Inera's IdP spells them (domain.md 3.4). `organizationHsaId` beside `commissionHsaId` fails its sign-in.
EMPLOYEE = "employeeHsaId"
ASSIGNMENT = "commissionHsaId"
ASSIGNMENT_NAME = "commissionName"
PURPOSE = "commissionPurpose"
CARE_UNIT = "healthCareUnitHsaId"
CARE_UNIT_NAME = "healthCareUnitName"
CARE_PROVIDER = "healthCareProviderHsaId"
# From a provider that lets us ask which assignment: a list of them, each with the claims above.
ASSIGNMENTS = "allCommissions"

COORDINATION_LEVEL = "https://id.oidc.se/claim/coordinationNumberLevel"
PREVIOUS_NUMBER = "https://id.oidc.se/claim/previousCoordinationNumber"
# Where a provider says it: numbers of other countries are no Swedish ones (Freja).
COUNTRY = "country"

# A claim, and whether there is no signing in without it.
Wanted = Mapping[str, bool]


@dataclass(frozen=True, kw_only=True)
class Audience:
    """`kind` is its sessions'; its addresses begin with `root`; `scopes` and `wanted` are what we ask for."""

    kind: str
    root: str
    home: str
    scopes: tuple[str, ...]
    wanted: Wanted

    @property
    def sign_in(self) -> str:
        return f"{self.root}/logga-in"

    def owns(self, path: str) -> bool:
        """Whether an address is for these people: nobody is led through one door to the other's pages."""
        return any(path == STAFF.root or path.startswith(f"{STAFF.root}{end}") for end in "/?") == (
            self is STAFF
        )


RESIDENTS = Audience(
    kind=RESIDENT,
    root="",
    home="/inkorg",
    scopes=(
        "openid",
        "https://id.oidc.se/scope/naturalPersonInfo",
        "https://id.oidc.se/scope/naturalPersonNumber",
    ),
    wanted={
        PERSONAL_IDENTITY_NUMBER: True,
        COORDINATION_NUMBER: False,
        COORDINATION_LEVEL: False,
        PREVIOUS_NUMBER: False,
    },
)
STAFF = Audience(
    kind=CLINICIAN,
    root="/personal",
    home="/personal",
    scopes=("openid",),
    wanted={
        EMPLOYEE: True,
        ASSIGNMENT: True,
        ASSIGNMENT_NAME: False,
        PURPOSE: True,
        CARE_UNIT: True,
        CARE_UNIT_NAME: False,
        CARE_PROVIDER: True,
        "given_name": False,
        "family_name": False,
    },
)
AUDIENCES = {"resident": RESIDENTS, "staff": STAFF}
# Every claim that we read, under our name for it.
CLAIMS = frozenset(
    {*RESIDENTS.wanted, *STAFF.wanted, ASSIGNMENTS, COUNTRY, "given_name", "family_name", "name"}
)
