"""The providers' file: what each field does, and what is said of each fault."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from app.errors import Unconfigured
from app.sign_in.gateways import federation
from app.sign_in.gateways.entries import Entry
from app.sign_in.rules.audiences import (
    ASSIGNMENT,
    CARE_UNIT,
    COUNTRY,
    EMPLOYEE,
    PERSONAL_IDENTITY_NUMBER,
    PURPOSE,
    RESIDENTS,
    STAFF,
)
from app.sign_in.rules.provider import LOA3, ByKey, BySecret, Provider

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "providers.example.toml"
CLIENT_KEY = b"the installation's own key"
SECRET = "a-secret-of-more-than-16-signs"
LOA4 = LOA3.replace("loa3", "loa4")
UNCERTIFIED = "http://id.swedenconnect.se/loa/1.0/uncertified-loa3"
ENTRY = f"""[[provider]]
key = "eid"
audience = "resident"
issuer = "https://eid.example.se"
client_id = "larkpost"
name = {{ sv = "e-legitimation", en = "e-ID" }}
algorithms = ["ES256"]
levels = ["{LOA3}"]
"""
OTHER = (
    ENTRY.replace('"eid"', '"other"')
    .replace('"larkpost"', '"larkpost-2"')
    .replace('sv = "e-legitimation", en = "e-ID"', 'sv = "Andra", en = "The other"')
)
TO_STAFF = ('audience = "resident"', 'audience = "staff"')
BASIC = 'authentication = "client_secret_basic"\n'
WITH_SECRET = f"{ENTRY}{BASIC}client_secret = "
AT_STAFF = ENTRY + OTHER.replace(*TO_STAFF)
Reads = Callable[..., list[Provider]]


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    """What an operator wrote, in a file of its own."""

    def read(text: str, *, demo: bool = False, environ: Mapping[str, str] | None = None) -> list[Provider]:
        path = tmp_path / "providers.toml"
        path.write_text(text, "utf-8")
        return federation.read(
            path,
            base_url="https://post.example.se",
            client_key=CLIENT_KEY,
            demo=demo,
            environ=environ or {},
        )

    return read


def kept(folder: Path, name: str, content: bytes, mode: int = 0o600) -> None:
    (folder / name).write_bytes(content)
    (folder / name).chmod(mode)


def ec_pem(curve: ec.EllipticCurve, encryption: KeySerializationEncryption | None = None) -> bytes:
    key = ec.generate_private_key(curve)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def public_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@cache
def rsa_pem(bits: int) -> bytes:
    key = rsa.generate_private_key(65537, bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_the_fields_that_must_be_there_are_enough(reads):
    [provider] = reads(ENTRY)
    assert (provider.key, provider.audience, provider.issuer) == ("eid", RESIDENTS, "https://eid.example.se")
    assert provider.client_id == "larkpost"
    assert provider.redirect_uri == "https://post.example.se/logga-in/eid/retur"
    assert (provider.name.said("sv"), provider.name.said("en")) == ("e-legitimation", "e-ID")
    assert provider.proof == ByKey(CLIENT_KEY, algorithm="ES256", to_token_endpoint=False)
    assert provider.algorithms == {"ES256"}
    assert (provider.levels, provider.level_claim) == ((LOA3,), "acr")
    assert (provider.scopes, provider.wanted) == (RESIDENTS.scopes, RESIDENTS.wanted)


def test_nothing_is_believed_that_the_file_does_not_say(reads):
    [provider] = reads(ENTRY)
    assert not provider.is_trusted
    assert provider.coordination_levels == {"confirmed"}
    assert provider.purposes == frozenset()


@pytest.mark.parametrize(
    ("written", "attribute", "value"),
    [
        ("level_claim = 'loa'", "level_claim", "loa"),
        ("scopes = ['openid', 'profile']", "scopes", ("openid", "profile")),
        ("claims_parameter = false", "asks_by_claims", False),
        ("signed_userinfo = true", "signs_userinfo", True),
        ("trusted = true", "is_trusted", True),
        ("same_device = true", "is_on_this_device", True),
        (
            "essential_claims = ['name']\nvoluntary_claims = ['given_name']",
            "wanted",
            {"name": True, "given_name": False},
        ),
        ("voluntary_claims = ['name']", "wanted", {"name": False}),
        ("essential_claims = []", "wanted", {}),
        ("claim_names = { name = 'full_name' }", "spelled", {"name": "full_name"}),
        ("coordination_levels = ['confirmed', 'probable']", "coordination_levels", {"confirmed", "probable"}),
        ("coordination_levels = []", "coordination_levels", frozenset()),
        ("assertion_audience = 'token_endpoint'", "proof", ByKey(CLIENT_KEY, to_token_endpoint=True)),
        ("assertion_audience = 'issuer'", "proof", ByKey(CLIENT_KEY)),
    ],
)
def test_each_field_does_what_it_says(written, attribute, value, reads):
    [provider] = reads(f"{ENTRY}{written}\n")
    assert getattr(provider, attribute) == value


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256"])
def test_only_the_algorithms_written_are_accepted(algorithm, reads):
    """R9: whatever the provider says that it can do."""
    [provider] = reads(ENTRY.replace('["ES256"]', f'["{algorithm}"]'))
    assert provider.algorithms == {algorithm}


def test_a_hint_is_said_in_both_languages(reads):
    [provider] = reads(f"{ENTRY}hint = {{ sv = 'Med app', en = 'By app' }}\n")
    assert (provider.hint.said("sv"), provider.hint.said("en")) == ("Med app", "By app")
    assert reads(ENTRY)[0].hint is None


def test_the_page_has_them_by_order_and_else_as_written(reads):
    third = OTHER.replace('"other"', '"third"').replace("larkpost-2", "larkpost-3").replace("Andra", "Tredje")
    third = third.replace("The other", "The third")
    found = reads(f"{ENTRY}order = 1\n{OTHER}{third}")
    assert [provider.key for provider in found] == ["other", "third", "eid"]


def test_staff_have_a_door_and_purposes_of_their_own(reads):
    staff = OTHER.replace(*TO_STAFF)
    _, provider = reads(f"{ENTRY}{staff}purposes = ['Administration']\n")
    assert provider.audience is STAFF
    assert provider.redirect_uri == "https://post.example.se/personal/logga-in/other/retur"
    assert provider.purposes == {"Administration"}
    assert (provider.scopes, provider.wanted) == (STAFF.scopes, STAFF.wanted)


def test_what_is_asked_for_is_asked_in_the_providers_spelling(reads):
    [provider] = reads(f"{ENTRY}[provider.claim_names]\n'{PERSONAL_IDENTITY_NUMBER}' = 'pnr'\n")
    assert provider.wanted["pnr"] is True
    assert PERSONAL_IDENTITY_NUMBER not in provider.wanted
    assert provider.own({"pnr": "1"})[PERSONAL_IDENTITY_NUMBER] == "1"


def test_a_country_that_has_a_name_is_asked_for(reads):
    [provider] = reads(f"{ENTRY}claim_names = {{ country = 'land' }}\n")
    assert provider.wanted["land"] is True
    assert provider.tells_country
    assert not reads(ENTRY)[0].tells_country


def test_a_secret_stands_in_a_variable_or_in_a_file_beside(reads, tmp_path):
    kept(tmp_path, "eid.secret", f"{SECRET}\n".encode())
    for place in (
        "{ file = 'eid.secret' }",
        "{ env = 'EID_SECRET' }",
        f"{{ file = '{tmp_path}/eid.secret' }}",
    ):
        [provider] = reads(f"{ENTRY}{BASIC}client_secret = {place}\n", environ={"EID_SECRET": SECRET})
        assert provider.proof == BySecret(SECRET)
        assert SECRET not in repr(provider)


@pytest.mark.parametrize(
    ("algorithm", "pem"),
    [("ES256", ec_pem(ec.SECP256R1())), ("PS256", rsa_pem(2048))],
    ids=["ES256", "PS256"],
)
def test_a_provider_may_have_a_key_of_its_own(algorithm, pem, reads, tmp_path):
    kept(tmp_path, "own.pem", pem)
    written = f"signing_algorithm = '{algorithm}'\nsigning_key = {{ file = 'own.pem' }}\n"
    [provider] = reads(ENTRY + written)
    assert provider.proof == ByKey(pem, algorithm=algorithm)
    assert "PRIVATE KEY" not in repr(provider)


def test_a_demo_may_believe_what_nobody_vouches_for(reads):
    [provider] = reads(ENTRY.replace(LOA3, UNCERTIFIED), demo=True)
    assert provider.levels == (UNCERTIFIED,)


def test_another_provider_takes_an_entry_and_no_code(reads):
    assert [provider.redirect_uri for provider in reads(ENTRY + OTHER)] == [
        "https://post.example.se/logga-in/eid/retur",
        "https://post.example.se/logga-in/other/retur",
    ]


def changed(old: str, new: str) -> str:
    assert old in ENTRY
    return ENTRY.replace(old, new)


FAULTS: dict[str, tuple[str, int | None, str]] = {
    "not TOML": (changed('key = "eid"', "key = eid"), 2, "not TOML"),
    "cut off": (ENTRY + 'purposes = ["a"', 9, "not TOML"),
    "a field twice": (ENTRY + 'issuer = "https://x.example"\n', 9, "not TOML"),
    "an empty file": ("", None, "`provider`"),
    "no providers": ("provider = []", 1, "length >= 1"),
    "misspelt table": (ENTRY.replace("[[provider]]", "[[providers]]"), 1, "`providers`"),
    "one table": (ENTRY.replace("[[provider]]", "[provider]"), 1, "array"),
    "unknown field": (ENTRY + "isuer = 'x'\n", 9, "unknown field `isuer`"),
    "unknown field in the second": (f"{ENTRY}\n{OTHER}isuer = 'x'\n", 18, "unknown field `isuer`"),
    "unknown field in a text": (changed("en =", "fi = 'x', en ="), 6, "unknown field `fi`"),
    "missing field": (changed('issuer = "https://eid.example.se"\n', ""), 1, "required field `issuer`"),
    "missing in the second": (ENTRY + "# Two:\n  [[ provider ]] # here\nkey = 'bb'\n", 10, "`audience`"),
    "one language": (changed(', en = "e-ID"', ""), 6, "required field `en`"),
    "wrong kind": (ENTRY + "trusted = 'yes'\n", 9, "trusted: expected `bool`"),
    "blank": (changed('"larkpost"', '" "'), 5, "client_id"),
    "two lines": (changed('"e-legitimation"', '"e\\nlegitimation"'), 6, "name"),
    "key with a capital": (changed('"eid"', '"BankID"'), 2, "key"),
    "key with a line end": (changed('"eid"', '"eid\\n"'), 2, "key"),
    "key too long": (changed('"eid"', f'"{"a" * 41}"'), 2, "key"),
    "no such audience": (changed('"resident"', '"residents"'), 3, "audience"),
    "http": (changed("https://eid", "http://eid"), 4, "must be https"),
    "no address": (changed("https://eid.example.se", "eid.example.se"), 4, "must be https"),
    "a name in the address": (changed("https://eid", "https://me@eid"), 4, "must be https"),
    "a query in the address": (changed("example.se", "example.se?a=b"), 4, "neither ? nor #"),
    "same key": (ENTRY + OTHER.replace('"other"', '"eid"'), 10, "same as provider 1's (eid)"),
    "same key at the other door": (
        ENTRY + OTHER.replace('"other"', '"eid"').replace(*TO_STAFF), 10, "same as provider 1's (eid)"),
    "same client": (ENTRY + OTHER.replace("larkpost-2", "larkpost"), 13, "same as provider 1's (larkpost)"),
    "same name": (ENTRY + OTHER.replace("The other", "e-ID"), 14, "same as provider 1's (e-ID)"),
    "nobody for residents": (ENTRY.replace(*TO_STAFF), None, "no provider is for residents"),
    "no algorithm": (changed('["ES256"]', "[]"), 7, "algorithms"),
    "none": (changed('"ES256"', '"none"'), 7, "algorithms"),
    "a shared key": (changed('"ES256"', '"HS256"'), 7, "algorithms"),
    "levels upside down": (changed(f'["{LOA3}"]', f'["{LOA4}", "{LOA3}"]'), 8, "the lowest stands first"),
    "the same level twice": (changed(f'["{LOA3}"]', f'["{LOA3}", "{LOA3}"]'), 8, "the lowest stands first"),
    "no level": (changed(f'["{LOA3}"]', "[]"), 8, "levels"),
    "uncertified": (changed(LOA3, UNCERTIFIED), 8, "only a demo"),
    "uncertified beside": (changed(f'"{LOA3}"', f'"{LOA3}", "{UNCERTIFIED}"'), 8, "only a demo"),
    "loa2": (changed("loa3", "loa2"), 8, "below assurance level 3"),
    "EXTENDED": (changed(LOA3, "EXTENDED"), 8, "below assurance level 3"),
    "no openid": (ENTRY + "scopes = ['profile']\n", 9, '"openid"'),
    "staff's field": (ENTRY + "purposes = ['x']\n", 9, "purposes are for staff"),
    "residents' field": (AT_STAFF + "trusted = true\n", 17, "trusted is for"),
    "residents' levels": (
        AT_STAFF + "coordination_levels = ['probable']\n", 17, "for residents"),
    "claim of nobody's": (ENTRY + "[provider.claim_names]\nshoe_size = 'x'\n", 9, "'shoe_size', which"),
    "claim not read": (ENTRY + "essential_claims = ['birthdate']\n", 9, "'birthdate', which we never read"),
    "Inera's pair": (
        AT_STAFF + "voluntary_claims = ['commissionHsaId', 'organizationHsaId']\n",
        17, "'organizationHsaId', which we never read"),
    "secret left out": (ENTRY + BASIC, 9, "needs a client_secret"),
    "secret without use": (ENTRY + "client_secret = { env = 'EID_SECRET' }\n", 9, "client_secret_basic"),
    "secret in the file": (f"{WITH_SECRET}'{SECRET}'\n", 10, "stands elsewhere"),
    "secret in the table": (WITH_SECRET + f"{{ '{SECRET}' = 1 }}\n", 10, "stands elsewhere"),
    "secret nowhere": (WITH_SECRET + "{}\n", 10, "one of the two"),
    "secret in two places": (WITH_SECRET + "{ env = 'A', file = 'b' }\n", 10, "one of the two"),
    "no such variable": (WITH_SECRET + "{ env = 'NOT_SET' }\n", 10, "NOT_SET, which is not set"),
    "no such file": (WITH_SECRET + "{ file = 'gone' }\n", 10, "gone, which cannot be read"),
    "short secret": (WITH_SECRET + "{ env = 'SHORT' }\n", 10, "shorter than 16"),
    "secret for all to read": (WITH_SECRET + "{ file = 'open' }\n", 10, "anyone on this machine"),
    "secret that is no text": (WITH_SECRET + "{ file = 'bytes' }\n", 10, "not text"),
    "key beside a secret": (
        WITH_SECRET + "{ env = 'EID_SECRET' }\nsigning_key = { file = 'p256' }\n",
        11, "private_key_jwt"),
    "PS256 without a key": (ENTRY + "signing_algorithm = 'PS256'\n", 9, "needs a signing_key"),
    "no such signature": (ENTRY + "signing_algorithm = 'RS256'\n", 9, "signing_algorithm"),
    **{
        f"{algorithm} with {name}": (
            f"{ENTRY}signing_algorithm = '{algorithm}'\nsigning_key = {{ file = '{name}' }}\n", 10, kind)
        for algorithm, name, kind in [
            ("PS256", "p256", "2048 bits"),
            ("PS256", "weak-rsa", "2048 bits"),
            ("PS256", "open-key", "anyone"),
            ("ES256", "weak-rsa", "P-256"),
            ("ES256", "p384", "P-256"),
            ("ES256", "public", "private"),
            ("ES256", "locked", "without a password"),
            ("ES256", "secret", "P-256"),
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "why"), FAULTS.values(), ids=FAULTS)
def test_a_fault_stops_the_start_and_says_where_and_why(text, line, why, reads, tmp_path):
    folder_of_keys(tmp_path)
    with pytest.raises(Unconfigured) as stop:
        reads(text, environ={"EID_SECRET": SECRET, "SHORT": "hunter2"})
    said = str(stop.value)
    assert said.startswith(f"{tmp_path}/providers.toml" + (f", line {line}: " if line else ": "))
    assert why in said
    assert said.endswith((".", "/open", "/open-key"))
    assert SECRET not in said
    assert "hunter2" not in said


def folder_of_keys(folder: Path) -> None:
    kept(folder, "open", SECRET.encode(), 0o644)
    kept(folder, "bytes", b"\xff\xfe" * 20)
    kept(folder, "secret", SECRET.encode())
    kept(folder, "p256", ec_pem(ec.SECP256R1()))
    kept(folder, "open-key", rsa_pem(2048), 0o644)
    kept(folder, "p384", ec_pem(ec.SECP384R1()))
    kept(folder, "public", public_pem())
    kept(folder, "locked", ec_pem(ec.SECP256R1(), BestAvailableEncryption(b"password")))
    kept(folder, "weak-rsa", rsa_pem(1024))


def test_a_file_that_is_not_there_says_where_to_begin(tmp_path):
    with pytest.raises(Unconfigured, match=r"gone\.toml cannot be read .* LARKPOST_PROVIDERS"):
        federation.read(tmp_path / "gone.toml", base_url="https://x.example", client_key=b"", demo=False)


@pytest.fixture
def example(reads: Reads, tmp_path: Path) -> dict[str, Provider]:
    """The worked example as it stands, once its one secret is there."""
    kept(tmp_path, "freja.secret", SECRET.encode())
    return {provider.key: provider for provider in reads(EXAMPLE.read_text("utf-8"))}


def test_the_example_has_four_providers_in_order(example):
    assert list(example) == ["siths", "bankid", "freja", "swedenconnect"]
    assert [one.audience for one in example.values()] == [STAFF, RESIDENTS, RESIDENTS, RESIDENTS]
    assert [one.is_on_this_device for one in example.values()] == [False, True, True, False]
    assert all(one.hint for one in example.values())


def test_bankid_follows_the_profile_with_rsa(example):
    bankid = example["bankid"]
    assert bankid.algorithms == {"PS256", "RS256"}
    assert bankid.levels == (LOA3,)
    assert bankid.signs_userinfo
    assert bankid.is_trusted
    assert isinstance(bankid.proof, ByKey)
    assert {"openid", "https://id.oidc.se/scope/naturalPersonNumber"} <= set(bankid.scopes)
    assert bankid.wanted[PERSONAL_IDENTITY_NUMBER]


def test_freja_has_names_of_its_own_and_a_country(example):
    freja = example["freja"]
    theirs = "https://frejaeid.com/oidc/claims/"
    assert freja.proof == BySecret(SECRET)
    assert freja.levels == ("PLUS",)
    assert "https://frejaeid.com/oidc/scopes/personalIdentityNumber" in freja.scopes
    assert not freja.asks_by_claims
    assert freja.tells_country
    told: dict[str, Any] = {f"{theirs}personalIdentityNumber": "n", f"{theirs}country": "SE"}
    assert freja.own(told).items() >= {PERSONAL_IDENTITY_NUMBER: "n", COUNTRY: "SE"}.items()


def test_sweden_connect_takes_keys_only_and_levels_from_three(example):
    connect = example["swedenconnect"]
    assert isinstance(connect.proof, ByKey)
    assert connect.proof.to_token_endpoint
    assert connect.levels == (LOA3, "http://id.elegnamnden.se/loa/1.0/loa4")
    assert connect.signs_userinfo
    assert not connect.tells_country


def test_inera_is_asked_for_an_assignment_and_not_for_the_organisation(example):
    siths = example["siths"]
    assert siths.scopes == ("openid",)
    assert siths.levels == (LOA3,)
    assert {name for name, needed in siths.wanted.items() if needed} >= {
        EMPLOYEE,
        ASSIGNMENT,
        PURPOSE,
        CARE_UNIT,
    }
    assert "organizationHsaId" not in siths.wanted
    assert siths.purposes == frozenset()


def test_the_example_without_its_secret_says_which_one(reads, tmp_path):
    line = 1 + EXAMPLE.read_text("utf-8").splitlines().index('client_secret = { file = "freja.secret" }')
    with pytest.raises(Unconfigured, match=rf"line {line}: client_secret names .*freja\.secret"):
        reads(EXAMPLE.read_text("utf-8"))


def test_the_example_names_every_field():
    """An operator reads of each what it does."""
    explained = EXAMPLE.read_text("utf-8").partition("# --- ")[0]
    missing = [name for name in Entry.__struct_fields__ if name not in explained]
    assert missing == []
