"""The keys that e-ID providers know us by are exchanged in two steps (R6)."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import Unconfigured
from app.vault import eid_keys, keys


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("eid-client*")}


def test_a_new_key_is_published_before_it_signs(folder: Path) -> None:
    before = keys.load(folder)
    assert before.eid_published == (before.eid_client,)

    assert eid_keys.add(folder).name == "eid-client-0002.next.pem"
    added = keys.load(folder)
    assert added.eid_client == before.eid_client
    assert len(set(added.eid_published)) == 2

    assert eid_keys.use(folder).name == "eid-client-0002.pem"
    used = keys.load(folder)
    assert used.eid_client != before.eid_client
    assert set(used.eid_published) == set(added.eid_published)

    assert [path.name for path in eid_keys.drop(folder)] == ["eid-client.pem"]
    dropped = keys.load(folder)
    assert dropped.eid_published == (dropped.eid_client,) == (used.eid_client,)


def test_the_files_are_for_their_owner_only(folder: Path) -> None:
    added = eid_keys.add(folder)
    assert added.stat().st_mode & 0o777 == 0o600
    assert eid_keys.use(folder).stat().st_mode & 0o777 == 0o600


def test_ten_comes_after_nine(folder: Path) -> None:
    for _ in range(10):
        eid_keys.add(folder)
        eid_keys.use(folder)
    used = eid_keys.find(folder).signing
    assert used.name == "eid-client-0011.pem"
    assert keys.load(folder).eid_client == used.read_bytes()
    assert len(eid_keys.drop(folder)) == 10
    assert names(folder) == {"eid-client-0011.pem"}


def test_making_keys_again_brings_no_dropped_one_back(folder: Path) -> None:
    eid_keys.add(folder)
    eid_keys.use(folder)
    eid_keys.drop(folder)
    keys.make(folder)
    assert names(folder) == {"eid-client-0002.pem"}


def test_the_one_that_waits_is_not_dropped(folder: Path) -> None:
    eid_keys.add(folder)
    assert eid_keys.drop(folder) == ()
    assert names(folder) == {"eid-client.pem", "eid-client-0002.next.pem"}


def test_one_waits_at_a_time(folder: Path) -> None:
    eid_keys.add(folder)
    with pytest.raises(Unconfigured, match="keys eid use"):
        eid_keys.add(folder)


def test_nothing_waits_that_nobody_made(folder: Path) -> None:
    with pytest.raises(Unconfigured, match="keys eid add"):
        eid_keys.use(folder)


def test_a_weak_key_neither_waits_nor_signs(folder: Path) -> None:
    """As with every other key: refused at the start, and before it is taken into use."""
    added = eid_keys.add(folder)
    weak = ec.generate_private_key(ec.SECP192R1())
    added.write_bytes(
        weak.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    for refusing in (keys.load, eid_keys.use):
        with pytest.raises(Unconfigured, match=r"eid-client-0002\.next\.pem is a key of another sort"):
            refusing(folder)
    assert added.exists()


def test_a_key_that_others_can_read_is_refused(folder: Path) -> None:
    added = eid_keys.add(folder)
    added.chmod(0o640)
    with pytest.raises(Unconfigured, match="Others can read"):
        keys.load(folder)


def test_the_same_key_twice_is_refused(folder: Path) -> None:
    shutil.copy(folder / "eid-client.pem", folder / "eid-client-0002.pem")
    with pytest.raises(Unconfigured, match="holds the same key"):
        keys.load(folder)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("eid-client-2.pem", "no order"),
        ("eid-client.next.pem", "no order"),
        ("eid-client-old.pem", "no order"),
        ("eid-client-0001.next.pem", "waits behind"),
    ],
)
def test_a_name_gives_the_order(folder: Path, name: str, said: str) -> None:
    shutil.copy(folder / "eid-client.pem", folder / name)
    with pytest.raises(Unconfigured, match=said):
        keys.load(folder)


def test_two_do_not_wait(folder: Path) -> None:
    eid_keys.add(folder)
    shutil.copy(folder / "eid-client.pem", folder / "eid-client-0003.next.pem")
    with pytest.raises(Unconfigured, match="Two keys wait"):
        keys.load(folder)


def test_what_the_file_system_refuses_is_explained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_one: Path, _other: Path) -> None:
        raise PermissionError(13, "Permission denied")

    eid_keys.add(folder)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Unconfigured, match="LARKPOST_KEYS"):
        eid_keys.use(folder)
    assert names(folder) == {"eid-client.pem", "eid-client-0002.next.pem"}
