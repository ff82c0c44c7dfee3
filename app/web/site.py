"""Puts the frame round the routes: `app.main` and the tests of `web` compose their applications here alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.exceptions import ImproperlyConfiguredException
from litestar.plugins.htmx import HTMXRequest
from litestar.types import ControllerRouterHandler

from app.settings import Settings
from app.web import assets, reports
from app.web.csrf import ensure_same_site
from app.web.errors import Denied, before_answer, exception_handlers
from app.web.pages import Pages
from app.web.shell import Shell
from app.web.visitor import provide_now, recognise

BODY_LIMIT = 1_000_000
