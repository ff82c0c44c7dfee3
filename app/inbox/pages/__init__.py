"""The resident's inbox: the list, the thread, deleting one's copy, and writing back."""

from litestar import Router

from app.inbox.pages.letters import (
    create_confirmation,
    create_deletion,
    create_unread_mark,
    show_deletion,
    show_inbox,
    show_letter,
    show_thread,
)
from app.inbox.pages.replying import create_reply, show_reply

router = Router(
    "/inkorg",
    route_handlers=[
        show_inbox,
        show_thread,
        create_unread_mark,
        show_letter,
        show_deletion,
        create_deletion,
        create_confirmation,
        show_reply,
        create_reply,
    ],
)
