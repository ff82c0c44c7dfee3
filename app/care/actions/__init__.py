"""Connecting care: providers, clinics, care systems and their keys, agents, and approvals."""

from app.care.actions.agents import end_mandate, give_mandate, register_agent
from app.care.actions.approvals import approve_broadcast, end_approval
from app.care.actions.connecting import (
    approve_care_system,
    commission,
    name_in_hsa,
    open_clinic,
    register_care_system,
    register_provider,
    rotate_care_system,
)
from app.care.actions.keys import add_key, drop_key
from app.care.actions.phone import set_phone_hours

__all__ = [
    "add_key",
    "approve_broadcast",
    "approve_care_system",
    "commission",
    "drop_key",
    "end_approval",
    "end_mandate",
    "give_mandate",
    "name_in_hsa",
    "open_clinic",
    "register_agent",
    "register_care_system",
    "register_provider",
    "rotate_care_system",
    "set_phone_hours",
]
