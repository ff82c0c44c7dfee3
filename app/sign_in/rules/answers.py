"""What a browser brings back from a provider. All of it may have been written by someone else."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Refused
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import AlreadyOver, Cancelled, LevelTooLow, ProviderUnavailable, Untrusted

LONGEST = 4000

# Everything else a provider can say means that one of us is set up wrong.
_ERRORS: dict[str, type[Refused]] = {
    "access_denied": Cancelled,
    "unmet_authentication_requirements": LevelTooLow,
    "server_error": ProviderUnavailable,
    "temporarily_unavailable": ProviderUnavailable,
}


@dataclass(frozen=True)
class Answer:
    state: str
    issuer: str = ""
    code: str = ""
    error: str = ""


def read_answer(pairs: Iterable[tuple[str, str]]) -> Answer:
    """Parameters we do not know are skipped; one that comes twice could mean two things (ASVS 15.3.7)."""
    seen: dict[str, str] = {}
    for name, value in pairs:
        if name in seen or len(value) > LONGEST:
            raise Untrusted("parameter")
        seen[name] = value
    if not seen.get("state"):
        raise AlreadyOver
    return Answer(seen["state"], seen.get("iss", ""), seen.get("code", ""), seen.get("error", ""))


def ensure_success(answer: Answer, *, provider: Provider, names_itself: bool) -> None:
    """Who answers comes first (RFC 9207). `names_itself`: the provider says that it always sends `iss`."""
    if (answer.issuer or names_itself) and answer.issuer != provider.issuer:
        raise Untrusted("iss")
    if answer.error:
        raise _ERRORS[answer.error] if answer.error in _ERRORS else Untrusted("error")
    if not answer.code:
        raise Untrusted("code")
