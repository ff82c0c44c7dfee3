"""Loaded before anything of app is (pytest -p tests.environment): the engine is chosen at import.

LARKPOST_TEST_DATABASE is `sqlite` (default) or the address of a PostgreSQL server on which this process may
make databases. Each test worker has its own.
"""

import os
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
FOLDER = Path(tempfile.mkdtemp(prefix=f"larkpost-{WORKER}-"))
SERVER = os.environ.get("LARKPOST_TEST_DATABASE", "sqlite")
DATABASE = f"larkpost_test_{WORKER}_{os.getpid()}"

if SERVER == "sqlite":
    URL = f"sqlite:///{FOLDER / 'test.sqlite'}"
else:
    URL = SERVER.rsplit("/", 1)[0] + f"/{DATABASE}"

os.environ["PICCOLO_CONF"] = "app.database"
os.environ["LARKPOST_DATABASE"] = URL
