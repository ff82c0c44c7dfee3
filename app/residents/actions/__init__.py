"""Open an account, close and open its door, say which number is whose and how its owner is best reached."""

from app.residents.actions.accounts import make_up, open_account, open_childs_account
from app.residents.actions.numbers import find, hold, never_link
from app.residents.actions.preferences import choose_notices, choose_paper
from app.residents.actions.states import DECEASED, lock, mark_deceased, unlock

__all__ = [
    "DECEASED",
    "choose_notices",
    "choose_paper",
    "find",
    "hold",
    "lock",
    "make_up",
    "mark_deceased",
    "never_link",
    "open_account",
    "open_childs_account",
    "unlock",
]
