"""Giving out what the limits allow, and setting limits of somebody's own."""

from app.limits.actions.leasing import sweep
from app.limits.actions.limiter import Limiter, Taken
from app.limits.actions.setting import set_limit

__all__ = ["Limiter", "Taken", "set_limit", "sweep"]
