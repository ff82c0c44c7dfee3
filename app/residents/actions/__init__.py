"""Open an account, close and open its door, and say which number is whose."""

from app.residents.actions.accounts import open_account, open_childs_account
from app.residents.actions.numbers import find, hold, never_link
from app.residents.actions.states import lock, mark_deceased, unlock

__all__ = [
    "find",
    "hold",
    "lock",
    "mark_deceased",
    "never_link",
    "open_account",
    "open_childs_account",
    "unlock",
]
