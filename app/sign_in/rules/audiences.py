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

Wanted = Mapping[str, Mapping[str, bool] | None]
ESSENTIAL: Mapping[str, bool] = {"essential": True}


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
    wanted={PERSONAL_IDENTITY_NUMBER: ESSENTIAL, COORDINATION_NUMBER: None},
)
STAFF = Audience(
    kind=CLINICIAN,
    root="/personal",
    home="/personal",
    scopes=("openid",),
    wanted={
        EMPLOYEE: ESSENTIAL,
        ASSIGNMENT: ESSENTIAL,
        ASSIGNMENT_NAME: None,
        PURPOSE: ESSENTIAL,
        CARE_UNIT: ESSENTIAL,
        CARE_UNIT_NAME: None,
        CARE_PROVIDER: ESSENTIAL,
        "given_name": None,
        "family_name": None,
    },
)
