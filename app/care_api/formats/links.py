"""What one may ask with an answer in hand: OpenAPI's links, for people and for machines that follow them."""

from typing import Any

ID = "$response.body#/id"
# Of an operation's answer: the operation that takes something of it as its id, and where that stands.
LINKS: dict[str, tuple[tuple[str, str], ...]] = {
    "sendMessage": (
        ("getMessage", ID),
        ("reportAnswer", ID),
        ("withdrawMessage", ID),
        ("correctMessage", ID),
        ("getThread", "$response.body#/thread_id"),
    ),
    "publishSlots": (("withdrawSlot", "$response.body#/ids/0"),),
    "listSlots": (("withdrawSlot", "$response.body#/slots/0/id"),),
    "bookAppointment": (
        ("getAppointment", "$response.body#/appointment_id"),
        ("cancelAppointment", "$response.body#/appointment_id"),
        ("rebookAppointment", "$response.body#/appointment_id"),
    ),
    "listAppointments": (
        ("getAppointment", "$response.body#/appointments/0/id"),
        ("cancelAppointment", "$response.body#/appointments/0/id"),
        ("rebookAppointment", "$response.body#/appointments/0/id"),
    ),
    "sendSummons": (
        ("getSummons", ID),
        ("reportBooking", ID),
        ("cancelVisit", ID),
        ("rebookVisit", ID),
        ("getMessage", "$response.body#/message_id"),
        ("withdrawMessage", "$response.body#/message_id"),
        ("getThread", "$response.body#/thread_id"),
    ),
    "testCallback": (("getCallbackTest", ID),),
    "sendAttachment": (("getAttachment", ID),),
    "sendBatch": (("getBatch", ID), ("getBatchResult", ID)),
    "getBatch": (("getBatchResult", ID),),
}


def linked(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths, with links on every answer that says that it went well."""
    for operations in paths.values():
        for operation in operations.values():
            links = _links(operation["operationId"])
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for answer in good if links else ():
                answer["links"] = links
    return paths


def _links(operation_id: str) -> dict[str, Any]:
    return {
        f"{target}By{place.rpartition('/')[2].title().replace('_', '')}": {
            "operationId": target,
            "parameters": {"id": place},
        }
        for target, place in LINKS.get(operation_id, ())
    }
