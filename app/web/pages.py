"""The templates of every language, compiled at the start: a broken one stops the start, not a visitor."""

from pathlib import Path
from typing import Any

from jinja2 import Template

from app.language import LANGUAGES, Language
from app.web.assets import Assets
from app.web.compiled import Compiled, made_of
from app.web.escaping import rendered
from app.web.frame import other_than
from app.web.service import Service
from app.web.templates import Translated

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Pages:
    """`service`, `assets` and `demo` stand in every page's frame and never change while the process lives."""

    def __init__(
        self, folder: Path = TEMPLATES, *, service: Service, assets: Assets, demo: bool = False
    ) -> None:
        self.service = service
        self.assets = assets
        self.demo = demo
        self._templates = {
            (language, name): template
            for language in LANGUAGES
            for name, template in self._compiled(folder, language).items()
        }

    def render(self, name: str, language: Language, context: dict[str, Any]) -> bytes:
        return rendered(self._templates[language, name], context)

    def constants(self, language: Language) -> dict[str, object]:
        """Known before any visit: what `frame` has of it is folded into the templates."""
        return {
            "language": language,
            "other_language": other_than(language),
            "service": self.service,
            "phone_hours": self.service.operator.phone_hours.said(language),
            "assets": self.assets,
            "demo": self.demo,
        }

    def _compiled(self, folder: Path, language: Language) -> dict[str, Template]:
        constants = self.constants(language)
        kept = Compiled(made_of(folder, language, constants))
        environment = Translated(folder, language, constants, compiled=kept)
        templates = {name: environment.get_template(name) for name in environment.list_templates()}
        kept.keep()
        return templates
