"""What the door does: credentials for a care system, and one letter for one key."""

from app.care_api.actions.credentials import Credentials, add_care_system, approve, rotate
from app.care_api.actions.keys import forget_old_keys
from app.care_api.actions.messages import send

__all__ = ["Credentials", "add_care_system", "approve", "forget_old_keys", "rotate", "send"]
