"""What the browser brings back is read, but not yet believed (R2, R15)."""

import pytest

from app.sign_in.rules.addresses import is_safe, origin
from app.sign_in.rules.answers import Answer, ensure_success, read_answer
from app.sign_in.rules.refusals import AlreadyOver, Cancelled, LevelTooLow, ProviderUnavailable, Untrusted


def test_an_answer_is_read(provider):
    answer = read_answer([("code", "c"), ("state", "s"), ("iss", provider.issuer), ("session_state", "x")])
    ensure_success(answer, provider=provider, names_itself=True)
    assert answer == Answer("s", provider.issuer, "c")


@pytest.mark.parametrize("pairs", [[], [("code", "c")], [("state", ""), ("code", "c")]])
def test_without_state_there_is_nothing_to_answer(pairs):
    """[fapi2-…-ensure-authorization-response-with-invalid-missing-state-fails] R4"""
    with pytest.raises(AlreadyOver):
        read_answer(pairs)


@pytest.mark.parametrize("twice", ["state", "code", "iss", "unknown"])
def test_a_parameter_that_comes_twice_is_refused(twice):
    """ASVS 15.3.7"""
    with pytest.raises(Untrusted):
        read_answer([("state", "s"), (twice, "a"), (twice, "b")])


def test_a_parameter_has_an_end():
    with pytest.raises(Untrusted):
        read_answer([("state", "s" * 4001)])


@pytest.mark.parametrize("issuer", ["https://evil.example", "http://127.0.0.1:8001/"])
@pytest.mark.parametrize("names_itself", [True, False])
def test_another_issuer_answers_in_vain(issuer, names_itself, provider):
    """[fapi2-…-invalid-authorization-response-iss] RFC 9207"""
    with pytest.raises(Untrusted) as refusal:
        ensure_success(Answer("s", issuer, "c"), provider=provider, names_itself=names_itself)
    assert refusal.value.values["reason"] == "iss"


def test_a_provider_that_names_itself_always_does(provider):
    """[fapi2-…-remove-authorization-response-iss] R2"""
    ensure_success(Answer("s", "", "c"), provider=provider, names_itself=False)
    with pytest.raises(Untrusted):
        ensure_success(Answer("s", "", "c"), provider=provider, names_itself=True)


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        ("access_denied", Cancelled),
        ("unmet_authentication_requirements", LevelTooLow),
        ("server_error", ProviderUnavailable),
        ("temporarily_unavailable", ProviderUnavailable),
        ("invalid_request", Untrusted),
        ("<script>", Untrusted),
    ],
)
def test_an_error_becomes_our_own_words(error, refusal, provider):
    """R15"""
    with pytest.raises(refusal):
        ensure_success(Answer("s", provider.issuer, "c", error), provider=provider, names_itself=True)


def test_an_answer_without_a_code_is_none(provider):
    with pytest.raises(Untrusted):
        ensure_success(Answer("s", provider.issuer), provider=provider, names_itself=True)


@pytest.mark.parametrize(
    "address",
    ["https://eid.example.se/auth", "http://127.0.0.1:8001/jwks", "http://[::1]:9/x", "http://localhost/"],
)
def test_a_provider_is_asked_over_https_or_on_this_machine(address):
    assert is_safe(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://eid.example.se/auth",
        "http://127.0.0.1.evil.example/",
        "https://user@eid.example.se/",
        "http://127.0.0.1@evil.example/",
        "https://eid.example.se\\@evil.example/",
        "https://eid.example.se\\.evil.example/",
        "https://eid.example.se/a b",
        "https://eid.example.se/\r\nX: y",
        "https://éid.example.se/",
        "https://[::1/",
        "https://eid.example.se:port/",
        "https:///auth",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//eid.example.se/auth",
        "",
    ],
)
def test_any_other_address_is_refused(address):
    """ASVS 1.3.6"""
    assert not is_safe(address)


def test_an_origin_has_no_path():
    assert origin("https://eid.example.se:8443/a/b?c") == "https://eid.example.se:8443"
