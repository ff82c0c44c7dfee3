"""The API that care systems call. Its contract stands in docs/care-systems.md and at /api/v1/openapi.json."""

from litestar import Router
from litestar.di import Provide

from app.care_api.routes.appointments import (
    create_appointment,
    create_appointment_cancellation,
    create_appointment_rebooking,
    show_appointment,
    show_appointments,
)
from app.care_api.routes.attachments import create_attachment, show_attachment
from app.care_api.routes.batches import create_batch, show_batch, show_batch_result
from app.care_api.routes.callbacks import (
    create_activation,
    create_callback,
    create_replay,
    create_test,
    delete_callback,
    show_callback,
    show_changes,
    show_failures,
    show_test,
)
from app.care_api.routes.caller import provide_care_system
from app.care_api.routes.contract import show_contract
from app.care_api.routes.door import Door
from app.care_api.routes.messages import (
    create_answer,
    create_correction,
    create_message,
    create_withdrawal,
    show_replies,
    show_status,
    show_thread,
)
from app.care_api.routes.problems import answer_missing, answer_refused
from app.care_api.routes.reachability import create_reachability
from app.care_api.routes.recipients import show_test_recipients
from app.care_api.routes.slots import (
    create_slot_changes,
    create_slot_withdrawals,
    create_slots,
    delete_slot,
    put_time_type,
    show_slots,
    show_time_types,
)
from app.care_api.routes.summonses import (
    create_cancellation,
    create_rebooking,
    create_report,
    create_summons,
    show_summons,
)
from app.care_api.routes.tokens import create_token
from app.errors import Missing, Refused

router = Router(
    "/api/v1",
    route_handlers=[
        create_token,
        create_reachability,
        create_message,
        create_answer,
        show_status,
        create_withdrawal,
        create_correction,
        show_replies,
        show_thread,
        create_batch,
        show_batch,
        show_batch_result,
        create_attachment,
        show_attachment,
        create_callback,
        show_callback,
        delete_callback,
        show_failures,
        create_replay,
        create_test,
        show_test,
        create_activation,
        show_changes,
        put_time_type,
        show_time_types,
        create_slots,
        create_slot_changes,
        create_slot_withdrawals,
        show_slots,
        delete_slot,
        create_summons,
        show_summons,
        create_cancellation,
        create_rebooking,
        create_report,
        create_appointment,
        show_appointments,
        show_appointment,
        create_appointment_cancellation,
        create_appointment_rebooking,
        show_contract,
        show_test_recipients,
    ],
    dependencies={"care_system": Provide(provide_care_system)},
    exception_handlers={Refused: answer_refused, Missing: answer_missing},
    middleware=[Door],
    opt={"cookieless": True},
    include_in_schema=False,
)
