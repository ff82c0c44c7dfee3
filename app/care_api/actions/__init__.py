"""What the door does: credentials for a care system, and one letter, summons or change for one key."""

from app.care_api.actions.answers import report_answer
from app.care_api.actions.attachments import receive
from app.care_api.actions.callbacks import enable as enable_callback
from app.care_api.actions.callbacks import replay as replay_callbacks
from app.care_api.actions.callbacks import test as test_callback
from app.care_api.actions.changes import correct, withdraw
from app.care_api.actions.clients import forget_old_assertions
from app.care_api.actions.counting import forget_old_texts
from app.care_api.actions.credentials import (
    Credentials,
    add_care_system,
    add_keys,
    approve,
    drop_key,
    rotate,
)
from app.care_api.actions.keys import forget_old_keys
from app.care_api.actions.limits import limit, limits_of
from app.care_api.actions.messages import send
from app.care_api.actions.reachability import ask_reachability
from app.care_api.actions.slots import change_slots, describe_time_type, publish_slots, withdraw_slots
from app.care_api.actions.summonses import (
    cancel_appointment,
    cancel_visit,
    rebook_appointment,
    rebook_visit,
    report_booking,
    send_booking,
    send_summons,
)

__all__ = [
    "Credentials",
    "add_care_system",
    "add_keys",
    "approve",
    "ask_reachability",
    "cancel_appointment",
    "cancel_visit",
    "change_slots",
    "correct",
    "describe_time_type",
    "drop_key",
    "enable_callback",
    "forget_old_assertions",
    "forget_old_keys",
    "forget_old_texts",
    "limit",
    "limits_of",
    "publish_slots",
    "rebook_appointment",
    "rebook_visit",
    "receive",
    "replay_callbacks",
    "report_answer",
    "report_booking",
    "rotate",
    "send",
    "send_booking",
    "send_summons",
    "test_callback",
    "withdraw",
    "withdraw_slots",
]
