"""A line per request: enough to run the service, nothing about whom it was (ASVS 14.2.1, 16.2.5, 16.4.1)."""

import json
import re
from typing import Any

import httpx
import pytest

from app.web import log

THREAD = "0195d3a0-0000-7000-8000-000000000001"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_a_line_names_the_route_and_not_the_address(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get(f"/missing/{THREAD}?sagt=hemligt")

    (line,) = lines(capsys)
    assert set(line) == {"at", "request", "method", "route", "status", "ms"}
    assert (line["method"], line["route"], line["status"]) == ("GET", "/missing/{id}", 404)
    assert re.fullmatch(r"[0-9a-f]{16}", line["request"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])


@pytest.mark.parametrize(
    "path", [f"/{THREAD}", "/191212121212", '/"}\\n{"at": 1}', "/%0a%1b[31m", "/sida?sagt=hemligt"]
)
async def test_nothing_of_the_address_is_written(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    await client.get(path, headers={"user-agent": "hemligt", "cookie": "lang=hemligt"})

    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert not re.search(r"hemligt|191212121212|0195d3a0|\x1b", said)


async def test_a_strange_method_is_not_repeated(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.request("FOO", "/sida")

    assert [line["method"] for line in lines(capsys)] == ["OTHER"]


def test_a_fault_is_its_kinds_and_places() -> None:
    try:
        try:
            raise KeyError("191212121212")
        except KeyError as cause:
            raise RuntimeError("191212121212") from cause
    except RuntimeError as fault:
        line = json.loads(log.fault_line("r", fault))

    assert line["fault"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert line["where"][-1].endswith("test_a_fault_is_its_kinds_and_places")


def test_a_fault_that_leads_back_to_its_group_is_told_once() -> None:
    part = ValueError("secret")
    group = ExceptionGroup("several", [part])
    part.__context__ = group

    line = json.loads(log.fault_line("r", group))

    assert line["fault"] == ["builtins.ExceptionGroup", "builtins.ValueError"]
    assert "191212121212" not in str(line)


async def test_a_report_of_the_policy_is_logged_by_host_alone(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """ASVS 3.4.7."""
    body = {
        "effectiveDirective": "img-src",
        "blockedURL": "https://evil.example/191212121212?a=b",
        "documentURL": f"http://127.0.0.1:8000/inkorg/{THREAD}",
    }

    answer = await client.post("/csp-report", json=[{"type": "csp-violation", "body": body}])

    assert answer.status_code == 204
    report, access = lines(capsys)
    assert (report["csp"], report["blocked"]) == ("img-src", "evil.example")
    assert "documentURL" not in report
    assert access["route"] == "/csp-report"


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"{}", b"[]", b"[1]", b'[{"body": 1}]', b'[{"body": {"blockedURL": "http://[a"}}]', b"\xff"],
)
async def test_a_report_that_makes_no_sense_is_no_fault(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    assert (await client.post("/csp-report", content=body)).status_code == 204
    assert "fault" not in capsys.readouterr().err


async def test_a_report_cannot_break_the_line(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"effectiveDirective": 'a"\n\x1b[31m{' + "x" * 900, "blockedURL": "inline"}

    await client.post("/csp-report", json=[{"body": body}] * 50)

    reports = [line for line in lines(capsys) if "csp" in line]
    assert len(reports) == 5
    assert all(len(line["csp"]) <= 60 for line in reports)
