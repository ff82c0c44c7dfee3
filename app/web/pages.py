"""The templates of every language, compiled at the start: a broken one stops the start, not a visitor."""

from pathlib import Path
from typing import Any

from app.language import LANGUAGES, Language
from app.web.assets import Assets
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
            (language, name): environment.get_template(name)
            for language, environment in ((each, self._environment(folder, each)) for each in LANGUAGES)
            for name in environment.list_templates()
        }

    def render(self, name: str, language: Language, context: dict[str, Any]) -> bytes:
        return rendered(self._templates[language, name], context)

    def _environment(self, folder: Path, language: Language) -> Translated:
        constants = {
            "language": language,
            "other_language": other_than(language),
            "service": self.service,
            "phone_hours": self.service.operator.phone_hours.said(language),
            "assets": self.assets,
            "demo": self.demo,
        }
        return Translated(folder, language, constants)
