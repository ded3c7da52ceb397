"""The studio's pages over HTTP: who gets in, what they say, and that they are whole in every language."""

import gzip
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import html5lib
import httpx
import pytest

from halles.ids import AccountId, BoothId
from halles.world.roles import Role
from halles.world.text import LANGUAGES
from halles_server.ports.drafts import DraftRevision
from halles_server.services.actor import Actor
from halles_server.web.studio import fields_by_slot, together
from halles_server.web.studio_slots import SLOTS
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.studio import add_editor, forms, working

BOOTH = "studio-81"

PAGES = (
    "",
    *(f"/slots/{slot}" for slot in SLOTS),
    "/slots/poster-1",
    "/slots/poster-12",
    "/revisions",
    "/revisions?from=0&to=1",
    "/preview",
)


@pytest.fixture(scope="module")
def client(page_door: PageDoor) -> Iterator[httpx.Client]:
    with working(page_door, add_editor(page_door, BOOTH, "Équipe 81")) as logged_in:
        form = forms(logged_in.get(f"/fr/studio/{BOOTH}/slots/pitch").text)[f"/fr/studio/{BOOTH}/slots/pitch"]
        logged_in.post(f"/fr/studio/{BOOTH}/slots/pitch", data={**form, "pitch.en": "Three films this week"})
        yield logged_in


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_valid_html_in_its_language(client: httpx.Client, code: str, path: str) -> None:
    answer = client.get(f"/{code}/studio/{BOOTH}{path}")
    assert answer.status_code == 200
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    assert tree.get("lang") == answer.headers["content-language"] == code
    assert len(tree.findall(".//h1")) == 1
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {element.get("for") for element in tree.iter("label")} - {None}
    assert labelled <= set(ids)
    assert all(not name.startswith("on") and name != "style" for element in tree.iter() for name in element.attrib)
    assert [element.tag for element in tree.iter("style")] == []
    assert all(script.get("src") for script in tree.iter("script"))


@pytest.mark.parametrize("path", PAGES)
def test_pages_stay_within_their_weight(client: httpx.Client, path: str) -> None:
    html = client.get(f"/fr/studio/{BOOTH}{path}").content
    assert len(gzip.compress(html, 5)) <= 12_000


def test_nobody_else_gets_in_and_each_is_told_so_in_their_language(page_door: PageDoor) -> None:
    with page_door.client() as client:
        answer = client.get(f"/nl/studio/{BOOTH}")
        assert (answer.status_code, answer.headers["content-language"]) == (403, "nl")
        assert "Dit kunt u niet openen" in answer.text
        assert client.get("/fr/studio").status_code == 403
    for role, path in (("editor", "studio-82"), ("staff", BOOTH)):
        with working(page_door, add_editor(page_door, path, "Étrangère", role)) as other:
            for page in PAGES:
                assert other.get(f"/fr/studio/{BOOTH}{page}").status_code == 403
            assert "responsable" in other.get(f"/fr/studio/{BOOTH}").text


def test_what_is_not_there_is_not_found(client: httpx.Client, page_door: PageDoor) -> None:
    for page in ("/slots/roof", "/slots/poster-13", "/revisions?from=x", "/revisions?from=99999"):
        assert client.get(f"/fr/studio/{BOOTH}{page}").status_code == 404, page
    with working(page_door, LOGIN, PASSWORD) as house:
        assert house.get("/fr/studio/no-such-booth").status_code == 404
        assert house.get("/fr/studio/No..Such").status_code == 404
        assert house.get(f"/fr/studio/{BOOTH}").status_code == 200


def test_the_list_shows_ones_own_booths_and_what_became_of_them(client: httpx.Client) -> None:
    html = client.get("/en/studio").text
    assert f"/en/studio/{BOOTH}" in html
    assert "changes that visitors do not see yet" in html
    assert "To check" not in html


def test_how_much_is_written_says_what_is_counted_and_which_slots_are_empty(client: httpx.Client) -> None:
    slots = client.get(f"/en/studio/{BOOTH}").text.partition('class="slots"')[2].partition("</nav>")[0]
    empty = slots.count(">empty<")
    assert empty > 1
    assert f"texts begun, in three languages · {empty} slots are empty" in slots


def test_a_missing_text_is_marked_with_what_visitors_read_instead(client: httpx.Client) -> None:
    html = client.get(f"/en/studio/{BOOTH}/slots/opening").text
    assert html.count("Empty") == 3
    form = forms(html)[f"/en/studio/{BOOTH}/slots/opening"]
    client.post(f"/en/studio/{BOOTH}/slots/opening", data={**form, "opening.nl": "Elke dag om tien"})
    html = client.get(f"/en/studio/{BOOTH}/slots/opening").text
    assert '<q lang="nl">Elke dag om tien</q>' in html
    assert html.count("Visitors read, marked:") == 2


def test_a_row_that_nobody_has_begun_lacks_nothing_and_its_fields_are_named_for_it(client: httpx.Client) -> None:
    place = f"/en/studio/{BOOTH}/slots/documents"
    html = client.get(place).text
    assert "New document · Title" in html
    assert "Title 1" not in html
    assert "lacks" not in html
    form = forms(html)[place]
    refused = client.post(place, data={**form, "document:0:title.en": "x" * 81}).text
    assert '<a href="#f-document:0:title.en">New document · Title · EN</a>' in refused
    assert "lacks" in client.get(f"/en/studio/{BOOTH}/slots/opening").text


def test_the_table_of_revisions_says_which_one_restoring_takes(client: httpx.Client) -> None:
    html = client.get(f"/en/studio/{BOOTH}/revisions?from=0&to=1").text
    assert "Restore, below, takes the one chosen under From, once it is compared." in html
    assert html.count('class="taken"') == 1
    assert 'value="0" aria-label="from revision 0"' in html.partition('class="taken"')[2].partition("</tr>")[0]


def test_the_preview_shows_the_draft_and_visitors_still_see_what_was_published(client: httpx.Client) -> None:
    said = "Three films this week"
    preview = client.get(f"/en/studio/{BOOTH}/preview").text
    assert said in preview
    assert "Visitors do not see this yet." in preview
    assert "To take along" in preview, "documents and card are said as visitors read them"
    assert "/satchel/take" not in preview
    assert "Visitors also find here the doorbell" in preview
    assert said not in client.get(f"/en/booths/{BOOTH}").text


def test_what_differs_from_what_visitors_see_is_marked_word_by_word(client: httpx.Client) -> None:
    html = client.get(f"/en/studio/{BOOTH}/revisions").text
    assert "<ins>Three films this week</ins>" in html or "Three" in html.partition("<ins>")[2]
    same = client.get(f"/en/studio/{BOOTH}/revisions?from=0&to=published").text
    assert "They do not differ." in same


def line(revision: int, author: str, at: datetime, *fields: str) -> DraftRevision:
    return DraftRevision(revision, "edit", revision, fields, author, at, None)


def test_who_changed_the_draft_just_now_is_at_work_beside_oneself() -> None:
    now = datetime.now(UTC)
    me = Actor(AccountId("a"), None, "Moi", Role.EXHIBITOR, "fr")
    history = [
        line(4, "Moi", now),
        line(3, "Ana", now - timedelta(minutes=1)),
        line(2, "Ana", now - timedelta(minutes=2)),
        line(1, "Bob", now - timedelta(minutes=20)),
        line(0, "", now),
    ]
    assert together(history, me, now) == ["Ana"]


def test_a_revision_names_each_slot_once() -> None:
    named = fields_by_slot(
        [line(3, "", datetime.now(UTC), "pitch", "panel:poster-1:text", "panel:poster-2:alt", "film")]
    )
    assert named == {3: ["pitch", "posters", "screen"]}


def test_a_medium_that_changed_is_a_file_to_open_and_not_its_number(page_door: PageDoor, client: httpx.Client) -> None:
    media = page_door.do(page_door.opened.services.booths.read(BoothId("studio-08"))).content.model
    address = f"/en/studio/{BOOTH}/slots/plinth"
    client.post(address, data={**forms(client.get(address).text)[address], "model": media})
    html = client.get(f"/en/studio/{BOOTH}/revisions").text
    assert f'<ins><a href="/media/{media}">The new file</a></ins>' in html
    assert f">{media}<" not in html


def test_the_ways_of_a_booth_say_which_of_them_the_studio_is(client: httpx.Client) -> None:
    ways = client.get(f"/en/studio/{BOOTH}/slots/team").text.partition("booth-ways")[2].partition("</nav>")[0]
    assert f'href="/en/studio/{BOOTH}" aria-current="page"' in ways
    assert ways.count("aria-current") == 1


def test_whoever_has_no_draft_yet_reads_what_to_do_and_nobody_else(client: httpx.Client, page_door: PageDoor) -> None:
    steps = "Three steps: fill the slots"
    with working(page_door, add_editor(page_door, "studio-82", "Équipe 82")) as newcomer:
        assert steps in newcomer.get("/en/studio/studio-82").text
    assert steps not in client.get(f"/en/studio/{BOOTH}").text
