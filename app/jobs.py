"""Every kind of job, and who does it. What the worker knows."""

from app.attachments import worker as attachments
from app.attachments.gateways.desk import open_desk
from app.callbacks import worker as callbacks
from app.care_api import worker as care_api
from app.care_api.actions.batches import Denied
from app.care_api.rules.broadcast import Alike
from app.inbox import worker as inbox
from app.outbox.worker import Work
from app.rehearsal import worker as rehearsal
from app.settings import Settings
from app.summons import worker as summons
from app.summons.actions import LINK
from app.summons.queries import was_answered


def works(settings: Settings, *, denied: Denied) -> dict[str, Work]:
    return {
        **callbacks.works(loopback=settings.calls_loopback),
        **care_api.works(denied=denied, alike=Alike(*settings.same_text)),
        **attachments.works(open_desk(settings)),
        **inbox.works({LINK: was_answered}),
        **rehearsal.works(pace=settings.rehearsal_pace),
        **summons.works(),
    }
