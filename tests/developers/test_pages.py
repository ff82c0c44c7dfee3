"""The developer's way in: public, whole without JavaScript, and every link of it right."""

import json
import re
from typing import Any

import httpx
import pytest

from app.care_api.formats.contract import contract
from app.developers.formats import guides
from app.developers.formats.guides import DOCS, PAGES, guide, slug
from tests.conftest import BASE_URL

ROOT = "/utvecklare"
OPERATIONS = [
    operation["operationId"]
    for methods in json.loads(contract(BASE_URL))["paths"].values()
    for operation in methods.values()
]
EVERY = [ROOT, f"{ROOT}/referens", *(f"{ROOT}/{page}" for page in PAGES)]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_every_page_is_for_anyone_in_both_languages(
    visitor: httpx.AsyncClient, db: None, path: str, language: str
) -> None:
    answer = await visitor.get(path, headers={"accept-language": language})

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text.partition("<main")[2]
    assert "<script" not in answer.text.partition("<main")[2]


async def test_the_first_page_says_how_to_get_test_credentials(visitor: httpx.AsyncClient, db: None) -> None:
    page = (await visitor.get(ROOT)).text

    assert "Så får du testuppgifter" in page
    assert "private_key_jwt" in page
    assert "GET /api/v1/test-recipients" in page
    for path in (*EVERY[1:], "/api/v1/openapi.json"):
        assert f'href="{path}"' in page


async def test_the_guide_is_the_file_that_lies_beside_the_code(visitor: httpx.AsyncClient, db: None) -> None:
    page = (await visitor.get(f"{ROOT}/guide")).text
    text = (DOCS / "care-systems.md").read_text(encoding="utf-8")

    headings = re.findall(r"^#{2,3} (.+)$", text, re.MULTILINE)
    assert len(headings) > 20
    for heading in headings:
        assert f'id="{slug(heading)}"' in page
    assert "<!--" not in page.partition("<article")[2]
    assert "&lt;!--" not in page
    assert page.count("<pre>") == len(re.findall(r"^```", text, re.MULTILINE)) / 2
    assert "&quot;clinic&quot;: &quot;SE2329990002-KN01&quot;" in page


@pytest.mark.parametrize("path", EVERY)
async def test_every_link_leads_somewhere(visitor: httpx.AsyncClient, db: None, path: str) -> None:
    text = (await visitor.get(path)).text.partition("<main")[2].partition("</main>")[0]
    links = set(re.findall(r'href="([^"]+)"', text))

    assert links
    pages: dict[str, httpx.Response] = {}
    for link in links:
        if link.startswith(("tel:", "https://")):
            continue
        target, _, anchor = link.partition("#")
        target = target or path
        if target not in pages:
            pages[target] = await visitor.get(target)
        assert pages[target].status_code == 200, link
        assert not anchor or f'id="{anchor}"' in pages[target].text, link


def test_every_word_that_a_link_has_on_github_leads_the_same_way_here() -> None:
    """An anchor in the file that is none is found, not passed over."""
    for page, name in PAGES.items():
        text = (DOCS / name).read_text(encoding="utf-8")
        for anchor in re.findall(r"\]\(#([^)]+)\)", text):
            assert f'id="{anchor}"' in guide(page).body, anchor
    assert 'href="#no-such' not in guide("guide").body


async def test_the_reference_has_every_operation_and_no_other(visitor: httpx.AsyncClient, db: None) -> None:
    page = (await visitor.get(f"{ROOT}/referens")).text

    # Those about one thing stand together.
    assert sorted(re.findall(rf'href="{ROOT}/referens/([A-Za-z]+)"', page)) == sorted(OPERATIONS)
    missing = await visitor.get(f"{ROOT}/referens/noSuchThing")
    assert missing.status_code == 404


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_shows_its_fields_examples_and_codes(
    visitor: httpx.AsyncClient, db: None, name: str
) -> None:
    answer = await visitor.get(f"{ROOT}/referens/{name}")

    assert answer.status_code == 200
    assert "Svaret" in answer.text
    if name != "getToken":
        assert f'href="{ROOT}/problem/token.missing"' in answer.text
        assert "Hämta en åtkomsttoken" not in answer.text
    assert "%(" not in answer.text
    assert '<span class="kind" lang="en">any' not in answer.text


async def test_a_code_s_words_are_the_api_s_own_with_their_blanks(
    visitor: httpx.AsyncClient, db: None
) -> None:
    """In English also on a Swedish page, as the API answers, and nobody reads a blank as a word."""
    page = (await visitor.get(f"{ROOT}/referens/sendMessage", headers={"accept-language": "sv"})).text

    assert re.search(r'<span lang="en">[^<]*<code>\{byte\}</code> cannot be read', page)
    assert "<code>{line}</code>" in page


async def test_each_value_of_a_table_has_its_columns_name_for_a_narrow_screen(
    visitor: httpx.AsyncClient, db: None
) -> None:
    guide = (await visitor.get(f"{ROOT}/guide")).text
    operation = (await visitor.get(f"{ROOT}/referens/sendMessage")).text

    assert '<td><code>clinic</code></td>\n<td><span class="label">Must</span> yes</td>' in guide
    assert '<span class="label">Status</span> 400' in operation


async def test_what_is_inside_another_field_is_shown_with_its_path(
    visitor: httpx.AsyncClient, db: None
) -> None:
    page = (await visitor.get(f"{ROOT}/referens/sendSummons", headers={"accept-language": "en"})).text

    for field in ("clinic", "body.text", "contact.phone", "confirmation.wanted", "terms[].heading"):
        assert f'<code lang="en">{field}</code>' in page
    assert re.search(r'<code lang="en">clinic</code> <strong>required</strong>', page)
    assert "one of none, optional, required" in page
    assert "Kallelse till återbesök" in page
    assert f'href="{ROOT}/problem/booking.time-taken"' in page


def test_what_lies_only_beside_the_code_is_named_without_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n[`demo`](../demo/care_system.py), [codes](problems.md#the-token),\n"
        "[out](https://example.se/), [here](#b) <b>raw</b>\n\n## B\n\n## B\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(guides, "DOCS", tmp_path)
    monkeypatch.setitem(PAGES, "a", "a.md")
    guide.cache_clear()

    made = guide("a")
    guide.cache_clear()

    assert "<code>demo</code>, <a" in made.body
    assert 'href="/utvecklare/felkoder#the-token"' in made.body
    assert 'href="https://example.se/" rel="noreferrer noopener"' in made.body
    assert "&lt;b&gt;" in made.body
    assert [heading.id for heading in made.headings] == ["b", "b-1"]
