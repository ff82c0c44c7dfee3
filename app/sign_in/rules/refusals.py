"""Why a sign-in ends without anyone signed in, in words that never quote the provider (R15)."""

from app.errors import Refused
from app.language import lazy as _l


class Cancelled(Refused):
    code = "sign-in.cancelled"
    sentence = _l("Inloggningen avbröts. Försök igen när du vill.")


class TookTooLong(Refused):
    code = "sign-in.took-too-long"
    sentence = _l("Det gick mer än tio minuter, så inloggningen hann gå ut. Försök igen.")


class AlreadyOver(Refused):
    """Used before, or never begun here: the two cannot be told apart, and need not be."""

    code = "sign-in.already-over"
    sentence = _l("Den här inloggningen är redan avslutad. Försök igen för att börja om.")


class OtherBrowser(Refused):
    code = "sign-in.other-browser"
    sentence = _l(
        "Inloggningen började i en annan webbläsare, eller så sparar din webbläsare inte kakor."
        " Försök igen, och gör hela inloggningen i samma webbläsare."
    )


class ProviderUnavailable(Refused):
    code = "sign-in.provider-unavailable"
    sentence = _l(
        "Vi når inte e-legitimationen just nu, eller så svarar den för långsamt. Felet är inte ditt."
        " Vänta en stund och försök igen."
    )


class LevelTooLow(Refused):
    code = "sign-in.level-too-low"
    sentence = _l(
        "Din e-legitimation är inte tillräckligt säker för den här tjänsten."
        " Försök igen med en annan e-legitimation."
    )


class NoNumber(Refused):
    code = "sign-in.no-number"
    sentence = _l(
        "Din e-legitimation lämnade inget svenskt personnummer eller samordningsnummer. Utan det kan vi inte"
        " hitta din post. Försök igen med en annan e-legitimation."
    )


class NotConfirmed(Refused):
    """A coordination number whose holder has not shown who they are (lag 2022:1697), or nobody says."""

    code = "sign-in.number-not-confirmed"
    sentence = _l(
        "Din e-legitimation säger inte att ditt samordningsnummer är bekräftat. Visa vem du är hos"
        " Skatteverket, eller ring oss."
    )


class OtherEidNeeded(Refused):
    code = "sign-in.other-e-id-needed"
    sentence = _l(
        "Din inkorg är öppnad med en annan e-legitimation. Logga in med den du brukar använda,"
        " eller ring oss."
    )


class AnotherPerson(Refused):
    """The provider gives a known subject another person's number: somebody must look into it."""

    code = "sign-in.another-person"
    sentence = _l("Din e-legitimation och din inkorg stämmer inte överens. Ring oss, så reder vi ut det.")


class NoEmployeeId(Refused):
    code = "sign-in.no-employee-id"
    sentence = _l(
        "Din e-legitimation lämnade inget tjänste-id. Försök igen, och välj en tjänstelegitimation från din"
        " arbetsgivare."
    )


class NoAssignment(Refused):
    """None chosen, none to choose, or one that HSA knows too little of."""

    code = "sign-in.no-assignment"
    sentence = _l(
        "Inloggningen lämnade inget fullständigt medarbetaruppdrag. Försök igen och välj ett uppdrag."
        " Saknas det, kontakta den som sköter HSA hos din arbetsgivare."
    )


class NotForCare(Refused):
    code = "sign-in.assignment-not-for-care"
    sentence = _l(
        "Det uppdrag du valde gäller inte vård och behandling. Försök igen och välj ett uppdrag som gör det."
    )


class AssignmentWithdrawn(Refused):
    code = "sign-in.assignment-withdrawn"
    sentence = _l(
        "Ditt uppdrag är indraget här. Försök igen och välj ett annat, eller kontakta den som sköter HSA hos"
        " din arbetsgivare."
    )


class UnknownCareUnit(Refused):
    code = "sign-in.unknown-care-unit"
    sentence = _l("Mottagningen i ditt uppdrag är inte ansluten hit. Försök igen och välj ett annat uppdrag.")


class OtherCareProvider(Refused):
    """HSA and we disagree about whose the clinic is: somebody must look into it."""

    code = "sign-in.other-care-provider"
    sentence = _l(
        "Mottagningen i ditt uppdrag hör till en annan vårdgivare hos oss. Ring oss, så reder vi ut det."
    )


class Untrusted(Refused):
    """`reason` is for the audit and for tests; the person gets one and the same sentence."""

    code = "sign-in.untrusted"
    sentence = _l("Svaret från e-legitimationen gick inte att lita på, så du är inte inloggad. Försök igen.")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class ClocksDiffer(Untrusted):
    """An answer from the future, or one that was too old before it came: by our clock, or by theirs."""

    code = "sign-in.clocks-differ"
    sentence = _l(
        "Klockan hos e-legitimationen går inte lika med vår, så vi kan inte lita på svaret."
        " Felet är inte ditt. Försök igen om en stund."
    )


ELSEWHERE = (LevelTooLow, NoNumber, ProviderUnavailable, ClocksDiffer)


def may_help_elsewhere(refusal: Refused) -> bool:
    """Whether another provider is a better idea than the same one again."""
    return isinstance(refusal, ELSEWHERE)
