"""The pages through the real application, over HTTP: addresses, languages, markup, headers, refusals."""

import asyncio
import gzip
import itertools
import re
import warnings

import html5lib
import httpx
import pytest
from starlette.requests import Request
from starlette.routing import Route

from halles.world.roles import Role
from halles.world.text import LANGUAGES
from halles_server import assembly, bootstrap
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.services.membership import OtherNodes
from halles_server.services.passwords import Passwords
from halles_server.storage import pool
from halles_server.web import app as web
from tests.server.web.test_invitations import log_in
from tests.support.page_door import PageDoor
from tests.support.postgres import TestPostgres

UNSTORABLE = ("/fr/booths?q=%00", "/fr/booths?q=a%00b")

READING = (
    "/",
    "/booths",
    "/booths?q=studoi&hall=lille&kind=company",
    "/booths?q=zzzzzz",
    "/booths?q=pole+imag",
    "/booths?q=valenc",
    "/halls/lille",
    "/halls/valenciennes",
    "/halls/hainaut",
    "/booths/pole-images",
    "/booths/studio-07",
    "/booths/studio-07/panels/poster-1",
    "/booths/pole-images/panels/screen",
    "/enter",
    "/enter?place=booth:studio-07",
    "/login",
    "/accessibility",
    "/conduct",
    "/booths/studio-07/card",
    "/booths/studio-07/meetings",
    "/me/consents",
    "/no-such-page",
)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", READING)
def test_every_page_is_valid_html_in_its_language(page_door: PageDoor, code: str, path: str) -> None:
    with page_door.client() as client:
        answer = client.get(f"/{code}{path}")
    assert answer.status_code == (404 if path == "/no-such-page" else 200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    assert tree.get("lang") == answer.headers["content-language"] == code
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("hreflang") for link in tree.iter("link") if link.get("rel") == "alternate"} == set(LANGUAGES)
    assert all(not name.startswith("on") and name != "style" for element in tree.iter() for name in element.attrib)
    assert [element.tag for element in tree.iter("style")] == []
    assert all(script.get("src") for script in tree.iter("script"))


@pytest.mark.parametrize("path", READING)
def test_pages_stay_within_their_weight(page_door: PageDoor, path: str) -> None:
    with page_door.client() as client:
        html = client.get(f"/fr{path}").content
    assert len(gzip.compress(html, 5)) <= 12_000


@pytest.mark.parametrize(
    ("accepted", "code"), [("nl-BE,nl;q=0.9,en;q=0.5", "nl"), ("de, en;q=0.3", "en"), ("", "fr"), ("x;q=banana", "fr")]
)
def test_the_root_leads_to_the_browsers_language(page_door: PageDoor, accepted: str, code: str) -> None:
    with page_door.client(**{"accept-language": accepted}) as client:
        answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/{code}/")
    assert "Accept-Language" in answer.headers["vary"]


def test_an_address_without_a_language_is_answered_in_the_accounts_else_the_browsers(page_door: PageDoor) -> None:
    admission = page_door.opened.services.admission
    page_door.do(admission.create_account("polyglotte", "Polyglotte", Role.VISITOR, "une longue phrase", "en"))
    accepts = {"accept-language": "nl-BE"}
    with page_door.client() as nobody, page_door.client(origin=page_door.url) as client:
        log_in(client, "polyglotte", "une longue phrase")
        for address in ("/de/booths", "/live/x/minutes.xx.md"):
            answers = [
                (one.status_code, one.headers["content-language"])
                for one in (nobody.get(address, headers=accepts), client.get(address, headers=accepts))
            ]
            assert answers == [(404, "nl"), (404, "en")]


def test_every_link_of_every_page_leads_somewhere(page_door: PageDoor) -> None:
    found: set[str] = set()
    with page_door.client() as client:
        for path in READING:
            html = client.get(f"/nl{path}").text
            found |= {href.replace("&amp;", "&") for href in re.findall(r'(?:href|src)="(/[^"]*)"', html)}
        broken = [link for link in found if client.get(link).status_code != 200 and "no-such-page" not in link]
    assert len(found) > 150
    assert broken == []


def test_reading_sets_no_cookie_and_a_form_sets_one_that_scripts_cannot_read(page_door: PageDoor) -> None:
    with page_door.client() as client:
        assert all("set-cookie" not in client.get(f"/fr{path}").headers for path in ("/", "/booths", "/halls/lille"))
        cookie = client.get("/fr/enter").headers["set-cookie"]
    assert cookie.startswith("halles-form=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("path", ["/", "/fr/", "/fr/nope", "/static/nope", "/media/nope", "/fr/login"])
def test_every_answer_carries_the_security_headers(page_door: PageDoor, path: str) -> None:
    with page_door.client() as client:
        headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_reading_page_takes_no_post(page_door: PageDoor) -> None:
    with page_door.client() as client:
        assert client.post("/fr/booths/studio-07").status_code == 405


def test_the_search_forgives_accents_and_typing_errors(page_door: PageDoor) -> None:
    with page_door.client() as client:
        for query, name in (("ecole 03", "École 03"), ("walimage", "Wallimage"), ("fresnoi", "Le Fresnoy")):
            assert name in client.get("/fr/booths", params={"q": query}).text, query
        assert "/fr/halls/valenciennes" in client.get("/fr/booths", params={"q": "valencienes"}).text


def test_a_search_sets_names_apart_from_what_is_only_said_in_texts(page_door: PageDoor) -> None:
    with page_door.client() as client:
        html = client.get("/en/booths", params={"q": "pole imag"}).text
        only_said = client.get("/en/booths", params={"q": "jeux"}).text
    named, mentioning = html.split('aria-labelledby="mentioning"')
    assert ">1 booth<" in named
    assert re.findall(r"/en/booths/([a-z0-9-]+)", named) == ["pole-images"]
    assert "found in texts, not in names" in mentioning
    assert "/en/booths/vaf" in mentioning
    assert "No booth is called so." in only_said
    assert "No booth fits" not in only_said


def test_a_hall_that_a_search_finds_does_not_read_as_a_failure(page_door: PageDoor) -> None:
    with page_door.client() as client:
        html = client.get("/en/booths", params={"q": "valenc"}).text
        both = client.get("/en/booths", params={"q": "lab"}).text
        neither = client.get("/en/booths", params={"q": "xqzwvkj"}).text
    assert ">1 hall<" in html
    assert "/en/halls/valenciennes" in html
    assert "0 booths" not in html
    assert "No booth" not in html
    assert " hall" not in both.split('id="found">')[1].split("</h2>")[0]
    assert "No booth fits." in neither


@pytest.mark.parametrize("panel", ["poster-23", "nothing", "..%2fx"])
def test_a_panel_without_a_picture_has_no_page(page_door: PageDoor, panel: str) -> None:
    with page_door.client() as client:
        assert client.get(f"/en/booths/studio-07/panels/{panel}").status_code == 404


def test_a_language_says_how_many_texts_it_has_and_nothing_when_it_has_them_all(page_door: PageDoor) -> None:
    with page_door.client() as client:
        whole, partly = (client.get(f"/en/booths/{booth}").text for booth in ("pole-images", "studio-07"))
    for html, said in ((whole, []), (partly, ["9 of 10 texts"])):
        switch = html.split('class="switch"')[1].split("</nav>")[0]
        assert re.findall(r"\d+ of \d+ texts", switch) == said
        assert not re.search(r"\d+/\d+", switch)


def test_the_filter_keeps_to_hall_and_kind(page_door: PageDoor) -> None:
    with page_door.client() as client:
        html = client.get("/en/booths", params={"hall": "hainaut", "kind": "school", "q": ""}).text
    listed = re.findall(r'class="end">([^<]+)<', html)
    assert listed
    assert set(listed) == {"school · hall 3"}


def test_the_crossroads_has_no_page_of_its_own_and_leads_to_the_halls(page_door: PageDoor) -> None:
    with page_door.client() as client:
        answer = client.get("/en/halls/crossroads")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/")


def test_without_its_database_a_page_says_so_in_the_readers_language(postgres: TestPostgres) -> None:
    async def ask() -> httpx.Response:
        url, passwords = postgres.fresh(), Passwords()
        async with pool.opened(url) as database:
            scenes, _ = bootstrap.read_scenes()
            app = web.build(
                assembly.offered(ServerConfig(), database, OtherNodes(LocalBus()), passwords, scenes), ServerConfig()
            )
            postgres.drop(url)
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://localhost", cookies={"halles-login": "gone"}
            ) as client:
                answer = await client.get("/nl/booths")
        passwords.close()
        return answer

    answer = asyncio.run(ask())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "databank" in answer.text


def test_a_fault_of_ours_shows_no_traceback(page_door: PageDoor) -> None:
    async def broken(request: Request) -> None:
        raise ZeroDivisionError("inside")

    async def ask() -> httpx.Response:
        app = web.build(page_door.opened.services, page_door.opened.config)
        app.router.routes.insert(0, Route("/en/broken", broken))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/en/broken")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "The fault is ours" in answer.text
    assert "inside" not in answer.text
    assert "Zero" not in answer.text


@pytest.mark.parametrize("address", UNSTORABLE)
def test_a_search_for_what_the_database_cannot_hold_is_refused_in_words(page_door: PageDoor, address: str) -> None:
    with page_door.client() as client:
        answer = client.get(address)
    assert answer.status_code == 422
    assert "Cela n’a pas abouti" in answer.text


def test_pages_asked_for_together_leave_the_world_its_turn_between_each_two(page_door: PageDoor) -> None:
    async def ask() -> list[int]:
        app = web.build(page_door.opened.services, page_door.opened.config)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            asked = [asyncio.ensure_future(client.get("/fr/conduct")) for _ in range(20)]
            answered = [0]
            while answered[-1] < len(asked):
                await asyncio.sleep(0)
                answered.append(sum(one.done() for one in asked))
            assert all(one.result().status_code == 200 for one in asked)
        return answered

    answered = asyncio.run(ask())
    assert max(later - earlier for earlier, later in itertools.pairwise(answered)) == 1


def test_the_page_of_a_booth_holds_what_stands_on_its_plinth(page_door: PageDoor) -> None:
    with page_door.client() as client:
        html = client.get("/nl/booths/studio-08").text
        link = re.findall(r'href="(/media/[0-9a-f]{64}\.glb)"', html)[0]
        assert "Een clapbord" in html
        assert client.get(link).headers["content-type"] == "model/gltf-binary"
