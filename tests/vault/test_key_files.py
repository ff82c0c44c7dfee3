import base64
import hashlib
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from app.errors import Unconfigured
from app.vault import key_files, keys

FILES = ("kek-0001.key", "index.key", "web.key", "api-tokens.pem", "eid-client.pem")
SECRETS = FILES[:3]
SIGNING = FILES[3:]
RANDOM = hashlib.sha256(b"as good as random").digest()


def refusal(folder: Path) -> str:
    with pytest.raises(Unconfigured) as refused:
        keys.load(folder)
    return str(refused.value)


def test_made_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deeper" / "keys"
    keys.make(folder)

    assert mode(folder) == 0o700
    assert {path.name: mode(path) for path in folder.iterdir()} == dict.fromkeys(FILES, 0o600)


def test_made_keys_are_random_and_fit_to_load(tmp_path: Path) -> None:
    """ASVS 11.5.1"""
    keys.make(tmp_path / "one")
    keys.make(tmp_path / "other")
    one, other = keys.load(tmp_path / "one"), keys.load(tmp_path / "other")

    assert one.current == "0001"
    assert {len(key) for key in (one.keks["0001"], one.index, one.web)} == {32}
    assert len({one.keks["0001"], one.index, one.web, other.keks["0001"], other.index, other.web}) == 6
    assert len({one.api_tokens, one.eid_client, other.api_tokens, other.eid_client}) == 4


def test_making_again_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    keys.make(folder)

    assert contents(folder) == before


@pytest.mark.parametrize("name", FILES)
def test_making_again_adds_what_is_missing_and_keeps_the_rest(folder: Path, name: str) -> None:
    before = contents(folder)
    (folder / name).unlink()
    keys.make(folder)
    after = contents(folder)

    assert after.pop(name) != before.pop(name)
    assert after == before


def test_a_key_file_is_never_overwritten(folder: Path) -> None:
    """Also when two processes make keys at once, and both saw that the file was not there."""
    before = contents(folder)
    for name in SECRETS:
        with pytest.raises(FileExistsError):
            key_files.write_secret(folder / name)
    for name in SIGNING:
        with pytest.raises(FileExistsError):
            key_files.write_signing_key(folder / name)

    assert contents(folder) == before


def test_keys_are_not_made_where_others_can_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(Unconfigured, match=f"chmod 700 {tmp_path}"):
        keys.make(tmp_path)
    assert not list(tmp_path.iterdir())


def test_keys_that_cannot_be_made_are_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unconfigured, match="LARKPOST_KEYS"):
        keys.make(tmp_path / "file" / "keys")


def test_a_rotation_makes_the_newest_key_current_and_keeps_the_old(folder: Path) -> None:
    """ASVS 11.2.2"""
    before = keys.load(folder)
    added = [keys.add_kek(folder) for _ in range(10)]
    after = keys.load(folder)

    assert added[-1] == after.current == "0011"
    assert len(after.keks) == 11
    assert after.keks["0001"] == before.keks["0001"]
    assert mode(folder / "kek-0011.key") == 0o600


def test_a_rotation_needs_keys_to_rotate(tmp_path: Path) -> None:
    with pytest.raises(Unconfigured, match="keys make"):
        keys.add_kek(tmp_path / "nowhere")
    with pytest.raises(Unconfigured, match=r"kek-0001\.key"):
        keys.add_kek(tmp_path)


def test_a_key_ring_does_not_show_its_secrets(folder: Path) -> None:
    ring = keys.load(folder)

    assert repr(ring) == str(ring) == "KeyRing(current='0001')"


def test_the_keys_of_a_ring_cannot_be_exchanged(folder: Path) -> None:
    with pytest.raises(TypeError):
        keys.load(folder).keks["0001"] = bytes(32)  # type: ignore[index]


def test_a_missing_folder_is_explained(tmp_path: Path) -> None:
    said = refusal(tmp_path / "nowhere")

    assert str(tmp_path / "nowhere") in said
    assert "LARKPOST_KEYS" in said
    assert "python -m app keys make" in said


@pytest.mark.parametrize("name", FILES)
def test_a_missing_key_is_named_and_a_backup_recommended(folder: Path, name: str) -> None:
    (folder / name).unlink()
    said = refusal(folder)

    assert_operator_can_act(said, folder / name)
    assert "backup" in said


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o620, 0o602, 0o601])
def test_a_key_that_others_can_reach_is_refused(folder: Path, name: str, open_to: int) -> None:
    (folder / name).chmod(open_to)
    said = refusal(folder)

    assert_operator_can_act(said, folder / name)
    assert f"chmod 600 {folder / name}" in said


@pytest.mark.parametrize("name", FILES)
def test_a_key_may_be_for_reading_only(folder: Path, name: str) -> None:
    (folder / name).chmod(0o400)

    assert keys.load(folder).current == "0001"


@pytest.mark.parametrize("open_to", [0o770, 0o707, 0o1777])
def test_a_folder_where_others_could_add_a_newest_key_is_refused(folder: Path, open_to: int) -> None:
    folder.chmod(open_to)

    assert f"chmod 700 {folder}" in refusal(folder)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "key",
    [
        b"",
        RANDOM[:16],
        RANDOM[:31],
        RANDOM + b"x",
        b"\x00" * 32,
        b"\xff" * 32,
        b"a" * 32,
        bytes(range(32)),
        bytes(range(224, 256)),
        bytes(range(15)) * 2 + b"\x03\x07",
        b"changeme" * 4,
    ],
)
def test_a_short_long_or_weak_key_is_refused(folder: Path, name: str, key: bytes) -> None:
    put(folder / name, base64.b64encode(key))

    assert_operator_can_act(refusal(folder), folder / name)


def test_sixteen_different_bytes_in_no_order_are_enough(folder: Path) -> None:
    put(folder / "web.key", base64.b64encode(bytes.fromhex("00f1e2d3c4b5a69788796a5b4c3d2e1f") * 2))

    assert keys.load(folder).current == "0001"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "text",
    [b"", b"not base64!", b"\xff\xfe\x00", base64.b64encode(RANDOM)[:-1], b"!" + base64.b64encode(RANDOM)],
)
def test_what_is_not_base64_is_refused(folder: Path, name: str, text: bytes) -> None:
    put(folder / name, text)

    assert_operator_can_act(refusal(folder), folder / name)


def test_white_space_round_a_key_does_not_matter(folder: Path) -> None:
    path = folder / "web.key"
    put(path, b"\n " + path.read_bytes() + b"\r\n")

    assert keys.load(folder).current == "0001"


@pytest.mark.parametrize("name", SIGNING)
@pytest.mark.parametrize(
    "sort", ["garbage", "another curve", "another algorithm", "public", "with a password"]
)
def test_a_signing_key_of_another_sort_is_refused(folder: Path, name: str, sort: str) -> None:
    put(folder / name, pem(sort))

    assert_operator_can_act(refusal(folder), folder / name)


@pytest.mark.parametrize(
    ("name", "copy_of"),
    [("index.key", "kek-0001.key"), ("web.key", "index.key"), ("eid-client.pem", "api-tokens.pem")],
)
def test_one_key_never_serves_two_ends(folder: Path, name: str, copy_of: str) -> None:
    put(folder / name, (folder / copy_of).read_bytes())
    said = refusal(folder)

    assert_operator_can_act(said, folder / name)
    assert copy_of in said


@pytest.mark.parametrize("name", ["kek-1.key", "kek-00001.key", "kek-new.key", "kek-０００２.key"])
def test_a_name_that_would_not_sort_is_refused(folder: Path, name: str) -> None:
    """Or kek-9 would stay current for ever beside kek-10."""
    put(folder / name, base64.b64encode(RANDOM))

    assert_operator_can_act(refusal(folder), folder / name)


def test_a_folder_in_the_place_of_a_key_is_explained(folder: Path) -> None:
    (folder / "web.key").unlink()
    (folder / "web.key").mkdir()

    assert_operator_can_act(refusal(folder), folder / "web.key")


@pytest.mark.parametrize("name", SECRETS)
def test_no_refusal_shows_a_key(folder: Path, name: str) -> None:
    """ASVS 16.2.5"""
    path = folder / name
    content = path.read_bytes()
    put(path, content.strip()[:-4])

    assert content.decode()[:16] not in refusal(folder)


def test_the_public_half_of_a_signing_key_holds_nothing_private(folder: Path) -> None:
    pem = keys.load(folder).eid_client
    (public,) = keys.public_jwks(pem)["keys"]

    assert set(public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (public["kty"], public["crv"], public["use"], public["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert keys.public_jwks(pem) == {"keys": [public]}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def assert_operator_can_act(said: str, path: Path) -> None:
    assert str(path) in said
    assert "python -m app keys make" in said


def pem(sort: str) -> bytes:
    private = serialization.PrivateFormat.PKCS8
    encoding = serialization.Encoding.PEM
    clear = serialization.NoEncryption()
    p256 = ec.generate_private_key(ec.SECP256R1())
    return {
        "garbage": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "another curve": ec.generate_private_key(ec.SECP384R1()).private_bytes(encoding, private, clear),
        "another algorithm": ed25519.Ed25519PrivateKey.generate().private_bytes(encoding, private, clear),
        "public": p256.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo),
        "with a password": p256.private_bytes(
            encoding, private, serialization.BestAvailableEncryption(b"secret")
        ),
    }[sort]
