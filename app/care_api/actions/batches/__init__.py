"""Many letters at once: taken in as one job, done a chunk at a time, forgotten after 30 days."""

from app.care_api.actions.batches.processing import Denied, DoneByAnother, do_next
from app.care_api.actions.batches.receiving import PROCESS, forget_old_batches, put, receive_batch
from app.care_api.actions.batches.rows import lines_of, read_result

__all__ = [
    "PROCESS",
    "Denied",
    "DoneByAnother",
    "do_next",
    "forget_old_batches",
    "lines_of",
    "put",
    "read_result",
    "receive_batch",
]
