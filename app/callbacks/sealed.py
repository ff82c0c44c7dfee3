"""The secrets that sign callbacks, sealed under a key of the endpoint's own."""

from typing import NamedTuple
from uuid import UUID

from app import vault
from app.vault import Place

NAMES = ("secret_sealed", "previous_sealed")


class Holder(NamedTuple):
    """Whose endpoint it is, and which."""

    provider_id: UUID
    endpoint_id: UUID

    def place(self, column: str) -> Place:
        return Place(str(self.provider_id), "callback_endpoints", column, self.endpoint_id)


class Secrets(NamedTuple):
    secret: bytes
    previous: bytes | None = None


class Sealed(NamedTuple):
    key_wrapped: bytes
    secret_sealed: bytes
    previous_sealed: bytes | None


def seal_secrets(secrets: Secrets, holder: Holder) -> Sealed:
    key = vault.new_key()
    now, before = (
        vault.seal(secret, key, holder.place(name)) if secret else None
        for name, secret in zip(NAMES, secrets, strict=True)
    )
    return Sealed(vault.wrap(key, holder.place("key_wrapped")), now or b"", before)


def open_secret(sealed: bytes, key_wrapped: bytes, holder: Holder, *, column: str = NAMES[0]) -> bytes:
    """Raises `vault.Unreadable`."""
    key = vault.unwrap(key_wrapped, holder.place("key_wrapped"))
    return vault.unseal(sealed, key, holder.place(column))
