"""The templates of every language, compiled at the start: a broken one stops the start, not a visitor."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.language import LANGUAGES, Language
from app.web.assets import Assets
from app.web.service import Service
from app.web.templates import Translated

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Pages:
    """`service` and `assets` stand in every page's frame."""

    def __init__(self, folder: Path = TEMPLATES, *, service: Service, assets: Assets) -> None:
        self.service = service
        self.assets = assets
        self._templates = {
            (language, name): environment.get_template(name)
            for language, environment in ((each, Translated(folder, each)) for each in LANGUAGES)
            for name in environment.list_templates()
        }

    def render(self, name: str, language: Language, context: Mapping[str, Any]) -> str:
        return self._templates[language, name].render(context)
