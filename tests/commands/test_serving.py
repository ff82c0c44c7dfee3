"""What a start hands to the server."""

from argparse import Namespace
from types import SimpleNamespace
from typing import Any

import pytest

from app.commands import serve as serving


@pytest.mark.parametrize("workers", [1, 2])
def test_one_process_serves_what_was_checked_and_several_make_their_own(
    monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """To make it takes seconds: every template is compiled."""
    made: list[object] = []
    served: dict[str, Any] = {}

    def create_app(*_: object, **__: object) -> object:
        made.append(object())
        return made[-1]

    def run(app: object, **how: object) -> None:
        served.update(app=app, **how)

    for name in ("load_keys", "with_database", "ensure_free", "_collect_rarely"):
        monkeypatch.setattr(serving, name, lambda *_: None)
    monkeypatch.setattr(serving, "read_settings", lambda: SimpleNamespace(host="127.0.0.1", port=1))
    monkeypatch.setattr(serving, "database", SimpleNamespace(POSTGRES=True))
    monkeypatch.setattr(serving, "create_app", create_app)
    monkeypatch.setattr(serving, "uvicorn", SimpleNamespace(run=run))

    serving.serve(Namespace(workers=workers))

    assert len(made) == 1
    own = ("app.commands.serve:application", True)
    assert (served["app"], served["factory"]) == ((made[0], False) if workers == 1 else own)
