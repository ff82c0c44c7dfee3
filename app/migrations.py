"""Bringing the database to this version, and seeing whether it is there."""

import importlib
from pathlib import Path
from typing import NamedTuple

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from app.database import rows
from app.piccolo_app import APP_CONFIG


class NotMigrated(Exception):
    """A migration failed; nothing of it was kept."""


class _Name(NamedTuple):
    name: str


async def migrate() -> None:
    """Run what has not run yet. Run by one process at a time: Piccolo takes no lock. Raises `NotMigrated`."""
    result = await ForwardsMigrationManager(app_name=APP_CONFIG.app_name, migration_id="all").run()
    if not result.success:
        raise NotMigrated(result.message)


async def missing() -> list[str]:
    """The migrations this version has and the database has not; all of them when it is empty."""
    if not await Migration.table_exists():
        return _ids()
    done = {row.name for row in await rows(_Name, "SELECT name FROM migration WHERE app_name = 'larkpost'")}
    return [id for id in _ids() if id not in done]


def _ids() -> list[str]:
    folder = Path(APP_CONFIG.migrations_folder_path or "")
    modules = (
        importlib.import_module(f"{folder.name}.{path.stem}") for path in sorted(folder.glob("larkpost_*.py"))
    )
    return [module.ID for module in modules]
