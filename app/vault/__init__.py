"""What is stored is encrypted here: seal a text, wrap its key, find a number without showing it."""

from app.vault.blind_index import id_of, index, of_text
from app.vault.canary import canary, check_canary
from app.vault.envelope import (
    Place,
    Unreadable,
    in_use,
    new_key,
    rewrap,
    seal,
    unseal,
    unseal_each,
    unseal_keyed,
    unwrap,
    use,
    wrap,
)

__all__ = [
    "Place",
    "Unreadable",
    "canary",
    "check_canary",
    "id_of",
    "in_use",
    "index",
    "new_key",
    "of_text",
    "rewrap",
    "seal",
    "unseal",
    "unseal_each",
    "unseal_keyed",
    "unwrap",
    "use",
    "wrap",
]
