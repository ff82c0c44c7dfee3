"""What signs callbacks, sealed under a key of the endpoint's own."""

from typing import NamedTuple
from uuid import UUID

from app import vault
from app.vault import Place

NAMES = ("secret_sealed", "previous_sealed", "signing_sealed", "previous_signing_sealed")


class Holder(NamedTuple):
    """Whose endpoint it is, and which."""

    provider_id: UUID
    endpoint_id: UUID

    def place(self, column: str) -> Place:
        return Place(str(self.provider_id), "callback_endpoints", column, self.endpoint_id)


class Secrets(NamedTuple):
    """The HMAC secret and the ed25519 key, each with the one before it; None where there is none."""

    secret: bytes | None = None
    previous: bytes | None = None
    signing: bytes | None = None
    previous_signing: bytes | None = None


class Sealed(NamedTuple):
    key_wrapped: bytes
    secret_sealed: bytes
    previous_sealed: bytes | None
    signing_sealed: bytes | None
    previous_signing_sealed: bytes | None


def seal_secrets(secrets: Secrets, holder: Holder) -> Sealed:
    key = vault.new_key()
    secret, *others = (
        vault.seal(each, key, holder.place(name)) if each else None
        for name, each in zip(NAMES, secrets, strict=True)
    )
    # The first may not be NULL in the table, whose receivers all had one once.
    return Sealed(vault.wrap(key, holder.place("key_wrapped")), secret or b"", *others)


def open_secrets(sealed: Sealed, holder: Holder) -> Secrets:
    """Raises `vault.Unreadable`."""
    key = vault.unwrap(sealed.key_wrapped, holder.place("key_wrapped"))
    return Secrets(
        *(
            vault.unseal(each, key, holder.place(name)) if each else None
            for name, each in zip(NAMES, sealed[1:], strict=True)
        )
    )
