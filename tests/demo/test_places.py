import os
from pathlib import Path

import pytest

from demo import installation
from demo.installation import CannotRun
from demo.places import Places, write_private


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_it_is_filled_when_data_keys_and_the_last_mark_are_there(places: Places):
    places.keys.mkdir()
    places.database.touch()
    assert not places.is_filled()
    places.filled.touch()
    assert places.is_filled()


def test_a_filled_one_starts_at_once_until_a_migration_comes(places: Places):
    places.keys.mkdir()
    places.database.touch()
    places.mark()
    assert places.is_current()
    places.filled.write_text(places.filled.read_text().rpartition("\n")[0])
    assert places.is_filled()
    assert not places.is_current()


def test_data_that_lost_its_keys_cannot_be_read_so_the_demo_starts_over(places: Places):
    places.database.touch()
    places.filled.touch()
    assert not places.is_filled()


def test_starting_over_forgets_the_data_and_keeps_the_keys(places: Places):
    for path in (places.filled, places.database, places.folder / "demo.sqlite-wal"):
        path.touch()
    places.keys.mkdir()
    write_private(places.settings_of("larkjournalen"), "LARKPOST_CLIENT_ID=x\n")
    write_private(places.attachments / "07" / "sealed", "x")
    places.start_over()
    assert [path.name for path in places.folder.iterdir()] == ["demo-keys"]


def test_only_its_owner_reads_a_secret(places: Places):
    path = places.settings_of("larkjournalen")
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_everything_it_makes_goes_with_a_reset(places: Places):
    """bin/demo --reset removes var/demo*."""
    made = (
        *(places.database, places.keys, places.filled, places.care_systems, places.client_jwks),
        *(places.provider_keys, places.log("inbox"), places.attachments),
    )
    assert all(path.parent == places.folder and path.name.startswith("demo") for path in made)


def test_a_demo_never_meets_the_database_that_somebody_has_set(
    places: Places, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LARKPOST_DATABASE", "postgresql://live")
    monkeypatch.setenv("LARKPOST_KEYS", "/etc/larkpost/keys")
    told = installation.for_application(installation.read({"LARKPOST_DEMO_FOLDER": str(places.folder)}))
    assert told["LARKPOST_DATABASE"] == f"sqlite:///{places.folder}/demo.sqlite"
    assert told["LARKPOST_KEYS"] == str(places.keys)
    assert told["LARKPOST_ATTACHMENTS"] == str(places.attachments)
    assert told["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize("port", ["", "http", "80", "65536", "٣٠٠٠"])
def test_a_port_that_is_none_is_refused_with_what_to_do(port: str):
    with pytest.raises(CannotRun, match=r"LARKPOST_DEMO_PORT is .* Set it to"):
        installation.read({"LARKPOST_DEMO_PORT": port})
