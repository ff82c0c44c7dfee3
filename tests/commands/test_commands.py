"""python -m app, as an operator runs it: in processes of their own, against a database of their own."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from app import database
from tests import environment
from tests.operator import larkpost

ROOT = Path(__file__).resolve().parents[2]
Environ = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("operator")


@pytest.fixture(scope="module")
def environ(folder: Path) -> Iterator[Environ]:
    """Settings as in production, on an empty database and with keys that are not made yet."""
    url = f"sqlite:///{folder / 'operator.sqlite'}"
    if database.POSTGRES:
        url = environment.SERVER.rsplit("/", 1)[0] + f"/{environment.DATABASE}_operator"
        _psql(f"CREATE DATABASE {environment.DATABASE}_operator")
    yield os.environ | {
        "LARKPOST_DATABASE": url,
        "LARKPOST_BASE_URL": "https://post.example.se",
        "LARKPOST_ATTACHMENTS": str(folder / "attachments"),
        "LARKPOST_KEYS": str(folder / "keys"),
        "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
        "LARKPOST_PROVIDERS": str(ROOT / "tests" / "providers.toml"),
    }
    if database.POSTGRES:
        _psql(f"DROP DATABASE {environment.DATABASE}_operator WITH (FORCE)")


@pytest.fixture(scope="module")
def made_keys(environ: Environ) -> None:
    assert larkpost("keys", "make", environ=environ).returncode == 0


def _psql(statement: str) -> None:
    subprocess.run(["psql", "-q", "-d", environment.SERVER, "-c", statement], check=True)


def stopped(*arguments: str, environ: Environ) -> str:
    """The sentence a start ends with: one line, no traceback, exit code 2."""
    ended = larkpost(*arguments, environ=environ)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


@pytest.mark.xdist_group("operator")
def test_an_operators_first_day(environ: Environ, folder: Path) -> None:
    """From nothing to a care system's credentials, with what stops on the way."""
    assert "python -m app keys make" in stopped("serve", environ=environ)
    assert larkpost("keys", "make", environ=environ).returncode == 0
    assert "python -m app migrate" in stopped("serve", environ=environ)
    assert larkpost("migrate", environ=environ).returncode == 0

    added = larkpost(
        *("care-provider", "add", "--name", "Region X", "--organisation-number", "2321000016"),
        *("--kind", "region"),
        environ=environ,
    )
    assert added.returncode == 0, added.stderr
    named = larkpost(
        *("care-provider", "hsa-id", "--organisation-number", "2321000016", "--hsa-id", "se2321000016-0001"),
        environ=environ,
    )
    assert named.returncode == 0, named.stderr
    given = larkpost(
        *("care-provider", "mandate", "--organisation-number", "2321000016", "--kind", "private"),
        *("--region", "01", "--from", "2026-01-01", "--until", "2099-12-31"),
        environ=environ,
    )
    assert given.returncode == 0, given.stderr
    incomplete = larkpost(
        *("care-provider", "mandate", "--organisation-number", "2321000016", "--kind", "private"),
        *("--region", "01"),
        environ=environ,
    )
    assert (incomplete.returncode, incomplete.stderr.strip()) == (
        1,
        "A mandate has a region and a first day. Give both.",
    )
    approved = larkpost(
        *("approval", "add", "--provider", "2321000016", "--region", "01", "--by", "Eva Ek"),
        *("--scope", "Kokningsrekommendation", "--until", "2099-12-31"),
        environ=environ,
    )
    approval = re.search(r"approval: (\S+)", approved.stdout)
    assert approval, approved.stderr
    assert larkpost("approval", "end", approval[1], environ=environ).returncode == 0
    listed = larkpost("approval", "list", environ=environ).stdout
    assert f"{approval[1]}  Region X, region 01: Kokningsrekommendation. By Eva Ek" in listed
    assert "ended" in listed
    opened = larkpost(
        *("clinic", "add", "--provider", "232100-0016", "--hsa-id", "se2321000016-a65h", "--region", "01"),
        *("--name", "Knä", "--address", "Storgatan 1", "--phone", "08-123 45 67", "--hours", "8–16"),
        environ=environ,
    )
    assert opened.returncode == 0, opened.stderr
    made = larkpost(
        *("care-system", "add", "--provider", "2321000016", "--name", "VårdIT"),
        *("--contact", "Vera Vård;vera@example.se;08-123 45 67"),
        environ=environ,
    )
    client_id = re.search(r"client id: +(\S+)", made.stdout)
    assert client_id, made.stderr
    assert larkpost("care-system", "approve", client_id[1], environ=environ).returncode == 0
    rotated = larkpost("care-system", "rotate", client_id[1], environ=environ)
    assert "client secret" in rotated.stdout

    refused = larkpost("care-system", "approve", "nobody", environ=environ)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert larkpost("keys", "rotate", environ=environ).returncode == 0
    assert "1 data keys" in larkpost("keys", "rewrap", environ=environ).stdout
    assert "0 data keys" in larkpost("keys", "rewrap", environ=environ).stdout
    for step, said in (("add", "0002.next.pem"), ("use", "0002.pem signs"), ("drop", "client.pem dropped")):
        assert said in larkpost("keys", "eid", step, environ=environ).stdout
    assert "0 remark(s)" in larkpost("feedback", environ=environ).stdout

    other = environ | {"LARKPOST_KEYS": str(folder / "other")}
    larkpost("keys", "make", environ=other)
    assert "other keys" in stopped("serve", environ=other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"LARKPOST_DATABASE": "postgresql://u:hemligt@127.0.0.1:9/x"}, "cannot be reached"),
        ({"LARKPOST_BASE_URL": "http://post.example.se"}, "Use https"),
        ({"LARKPOST_SERVICE": "docs/service.example.toml"}, "service.example.toml"),
        ({"LARKPOST_ATTACHMENTS": "/dev/null/files"}, "LARKPOST_ATTACHMENTS"),
        ({"LARKPOST_CLAMD": "clamd"}, "LARKPOST_CLAMD"),
        ({"LARKPOST_BROWSER_CODE": "/nowhere"}, "npm ci"),
        ({"LARKPOST_PROVIDERS": ""}, "LARKPOST_PROVIDERS"),
        ({"LARKPOST_PROVIDERS": "/nowhere.toml"}, "docs/providers.example.toml"),
    ],
)
@pytest.mark.xdist_group("operator")
def test_what_is_wrong_stops_the_start_and_says_what_to_do(
    environ: Environ, made_keys: None, change: Environ, said: str
) -> None:
    sentence = stopped("serve", environ=environ | change)

    assert said in sentence
    assert "hemligt" not in sentence


@pytest.mark.parametrize("address", ["postgres://u:hemligt@db/x", "sqlite://x.sqlite", "x.sqlite"])
@pytest.mark.parametrize("command", [("migrate",), ("feedback",)])
@pytest.mark.xdist_group("operator")
def test_a_wrong_address_of_the_database_is_no_new_file(
    environ: Environ, made_keys: None, address: str, command: tuple[str, ...]
) -> None:
    """An operator who writes postgres:// must not find an empty SQLite beside the server's data."""
    sentence = stopped(*command, environ=environ | {"LARKPOST_DATABASE": address})

    assert sentence.strip() == "LARKPOST_DATABASE must begin with postgresql:// or sqlite:///."
    assert not [*ROOT.glob("*:"), *ROOT.glob("*.sqlite")]


@pytest.mark.xdist_group("operator")
def test_a_weak_key_stops_the_start(environ: Environ, folder: Path) -> None:
    weak = environ | {"LARKPOST_KEYS": str(folder / "weak")}
    larkpost("keys", "make", environ=weak)
    (folder / "weak" / "index.key").write_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")

    assert "index.key" in stopped("serve", environ=weak)


@pytest.mark.xdist_group("operator")
def test_only_migrate_makes_a_database(environ: Environ, made_keys: None, tmp_path: Path) -> None:
    """A wrong address would else be a new, empty installation."""
    file = tmp_path / "new" / "larkpost.sqlite"
    elsewhere = environ | {"LARKPOST_DATABASE": f"sqlite:///{file}"}
    for command in (("serve",), ("feedback",), ("keys", "check")):
        ended = larkpost(*command, environ=elsewhere)
        assert not file.parent.exists(), ended.stderr
    sentence = stopped("serve", environ=elsewhere)
    assert sentence == f"There is no database at {file}. Run `python -m app migrate` first."

    assert larkpost("migrate", environ=elsewhere).returncode == 0

    assert file.is_file()


@pytest.mark.xdist_group("operator")
def test_a_folder_that_cannot_be_made_is_said(environ: Environ, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    elsewhere = environ | {"LARKPOST_DATABASE": f"sqlite:///{tmp_path}/file/larkpost.sqlite"}

    assert f"The folder {tmp_path}/file cannot be made" in stopped("migrate", environ=elsewhere)


@pytest.mark.xdist_group("operator")
def test_where_it_cannot_listen_it_says_so_and_does_not_start(environ: Environ, made_keys: None) -> None:
    assert larkpost("migrate", environ=environ).returncode == 0
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        assert f"Port {port} on 127.0.0.1 is taken. " in stopped(
            "serve", environ=environ | {"LARKPOST_PORT": port}
        )


@pytest.mark.xdist_group("operator")
def test_staff_are_withdrawn_and_restored(environ: Environ, made_keys: None) -> None:
    assert larkpost("migrate", environ=environ).returncode == 0
    for verb, said in (("withdraw", "Withdrawn. "), ("restore", "Restored.")):
        for which in ("--assignment", "--employee"):
            ended = larkpost("staff", verb, which, "se2321000016-u1", environ=environ)
            assert (ended.returncode, ended.stderr) == (0, "")
            assert ended.stdout.startswith(said)

    ended = larkpost("staff", "withdraw", "--employee", "disa", environ=environ)
    assert (ended.returncode, ended.stderr.strip()) == (1, "An HSA-id looks like SE2321000016-A65H.")


@pytest.mark.xdist_group("operator")
def test_a_residents_number_is_asked_for_and_never_said(environ: Environ, made_keys: None) -> None:
    """It is no argument: those stand in the shell's history."""
    assert larkpost("migrate", environ=environ).returncode == 0
    number = "191212121212"
    ended = larkpost("resident", "never-link", environ=environ, typed=number)
    assert (ended.returncode, ended.stderr) == (0, "")
    for verb in ("lock", "unlock", "deceased"):
        unknown = larkpost("resident", verb, environ=environ, typed=number)
        assert (unknown.returncode, unknown.stderr.strip()) == (1, "No resident here has that number.")
        assert number not in unknown.stdout
    wrong = larkpost("resident", "lock", environ=environ, typed="191212121213")
    assert wrong.returncode == 1
    assert "191212121213" not in wrong.stdout + wrong.stderr


@pytest.mark.xdist_group("operator")
def test_the_operator_decides_who_may_call_and_for_what(environ: Environ, folder: Path) -> None:
    """Keys exchanged, test credentials and recipients, fewer clinics and scopes, an agent's mandate."""

    def done(*arguments: str) -> str:
        ended = larkpost(*arguments, environ=environ)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def refused(*arguments: str) -> str:
        ended = larkpost(*arguments, environ=environ)
        assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
        return ended.stderr

    done("migrate")
    named = ("--name", "Hittepå", "--organisation-number", "5599990016")
    done("care-provider", "add", *named, "--kind", "region")
    public, private = _key_files(folder)
    whose = ("--provider", "5599990016", "--contact", "Vera;v@example.se;08")
    add = ("care-system", "add", "--name", "Prov", *whose)
    with_key = (*add, "--test", "--key", str(public), "--no-secret")

    made = done(*with_key, "--scope", "messages:send")
    client_id = re.search(r"client id: +(\S+)", made)
    assert client_id
    assert "client secret" not in made
    kid = re.search(r"key: +(\S+) \(ES256\)", made)
    assert kid
    assert "private key" in refused("care-system", "key", "add", client_id[1], str(private))
    listed = done("care-system", "key", "list", client_id[1])
    assert kid[1] in listed
    assert "last used never" in listed
    assert "within ten minutes" in done("care-system", "key", "drop", client_id[1], kid[1])

    recipients = done("test-recipients")
    assert re.search(r"^199401052395  rebooks ", recipients, re.MULTILINE)

    who = ("--agent", "5599990032", "--provider", "5599990016")
    done("agent", "add", "--name", "Utskick AB", "--organisation-number", "5599990032")
    done("agent", "mandate", *who, "--reference", "Dnr 2026-17", "--until", "2099-12-31")
    assert "client secret" in done(*add, "--agent", "5599990032")
    assert "next request" in done("agent", "end", *who)


def _key_files(folder: Path) -> tuple[Path, Path]:
    key = ECKey.generate_key("P-256")
    public, private = folder / "public.json", folder / "private.json"
    public.write_text(json.dumps(key.as_dict(private=False)))
    private.write_text(json.dumps(key.as_dict(private=True)))
    return public, private
