"""The address that a problem document gives as its type leads somewhere."""

import re
from pathlib import Path

import pytest

from app.errors import CODES

SWEDISH = {"Accept-Language": "sv"}
ENGLISH = {"Accept-Language": "en"}
PROBLEMS = (Path(__file__).resolve().parents[2] / "docs" / "problems.md").read_text(encoding="utf-8")
EXPLAINED = re.findall(r"^\| `([a-z-]+\.[a-z0-9-]+)` \|", PROBLEMS, re.MULTILINE)


async def test_the_type_of_a_problem_leads_to_its_page(visitor):
    """RFC 9457 §3.1.1."""
    problem = (await visitor.post("/api/v1/messages", json={})).json()
    page = await visitor.get(problem["type"])

    assert page.status_code == 200
    assert f"<h1>{problem['code']}</h1>" in page.text


async def test_every_code_that_is_documented_has_a_page(visitor):
    assert len(EXPLAINED) > len(CODES) / 2
    for code in EXPLAINED:
        page = await visitor.get(f"/utvecklare/problem/{code}", headers=ENGLISH)
        assert f"<h1>{code}</h1>" in page.text, code
        assert "%(" not in page.text, code


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (SWEDISH, "Ämnet är längre än … tecken. Korta det."),
        (ENGLISH, "Where it says …, the reply has what it concerns."),
    ],
)
async def test_it_says_what_the_problem_says_in_the_readers_language(visitor, headers, said):
    page = await visitor.get("/utvecklare/problem/message.subject-too-long", headers=headers)

    assert f'<html lang="{headers["Accept-Language"]}">' in page.text
    assert said in page.text
    assert "RFC 9457" in page.text


async def test_what_the_server_itself_answers_is_explained_too(visitor):
    page = await visitor.get("/utvecklare/problem/request.too-large", headers=SWEDISH)

    assert "högst 1 MB" in page.text


@pytest.mark.parametrize("code", ["message.made-up", "<script>", "request", "%2e%2e%2f", "%00"])
async def test_a_code_that_is_not_ours_has_no_page(visitor, code):
    page = await visitor.get(f"/utvecklare/problem/{code}", headers=SWEDISH)

    assert page.status_code == 404
    assert "made-up" not in page.text.split("<footer")[0]
