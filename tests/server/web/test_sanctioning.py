"""The form of a sanction over HTTP, without a script: what is shown, given and refused."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from halles.ids import AccountId, HallId, LiveSessionId, RequestId, VisitId
from halles.world.live_acts import Step
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.sanctions import SENTENCE_CAP, SanctionKind
from halles_server.ports.sanctions import Known, SanctionRecord
from halles_server.ports.visits import VisitRecord
from halles_server.services.actor import Actor
from halles_server.services.admission import digest
from halles_server.storage.visits import Visits
from halles_server.web.sanctioning import OWN
from tests.server.web.test_reports import reported
from tests.support import live
from tests.support.booth_people import browsing, field_of, newcomer, send
from tests.support.page_door import PageDoor

PAGE = "/en/moderation/sanction"


@pytest.fixture(scope="module")
def mona(page_door: PageDoor) -> Iterator[httpx.Client]:
    """A moderator of the show."""
    login, _ = newcomer(page_door, "Mona", role=Role.MODERATOR)
    with browsing(page_door, login) as client:
        yield client


def came(page_door: PageDoor, name: str, network: str = "") -> VisitId:
    """Stores a guest's visit, who reads Dutch."""
    visit = VisitId(f"visit-{uuid4().hex}")
    record = VisitRecord(
        visit, None, 0, name, Role.GUEST, "nl", Look(), False, HallId("lille"), 0, 0, 0, 0, 0, (digest(visit),), network
    )
    page_door.do(Visits(page_door.opened.database, resume_s=60, unseen_s=5).open(record, digest(f"resume {visit}")))
    return visit


def history(page_door: PageDoor, known: Known) -> tuple[SanctionRecord, ...]:
    return page_door.do(page_door.opened.services.sanctions.history(known))


def give(client: httpx.Client, query: str, **fields: str) -> httpx.Response:
    named = dict(part.split("=") for part in query.split("&"))
    wanted = {"do": "give", "kind": "silence", "scope": "show", "minutes": "30", "reason": "noise", "words": ""}
    return send(client, f"{PAGE}?{query}", PAGE, **(wanted | named | fields))


def test_a_moderator_reads_what_the_person_will_read_in_their_language_and_gives_it_once(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    visit = came(page_door, "<b>Ada</b>")
    html = mona.get(f"{PAGE}?visit={visit}&kind=silence").text
    assert "Sanction &lt;b&gt;Ada&lt;/b&gt;" in html
    assert 'class="will-read" lang="nl"' in html
    assert "U kunt niet schrijven of spreken" in html
    looked = give(mona, f"visit={visit}", do="look", reason=OWN, words="Roep niet zo. <i>")
    assert looked.status_code == 200
    assert "Roep niet zo. &lt;i&gt;" in looked.text.partition('class="will-read"')[2]
    assert history(page_door, Known(visit=visit)) == ()
    html = looked.text
    form = {name: field_of(html, name) for name in ("form", "request")}
    form |= {"visit": visit, "do": "give", "kind": "silence", "scope": "hall:lille", "minutes": "30"}
    answers = [mona.post(PAGE, data=form | {"reason": "noise", "words": "Stop."}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    (given,) = history(page_door, Known(visit=visit))
    assert (given.kind, given.scope, given.by) == (SanctionKind.SILENCE, "hall:lille", "Mona")
    assert given.reason.startswith("Herhaalde berichten")
    assert given.reason.endswith("Stop.")
    assert 29 * 60 < (given.until - given.made).total_seconds() <= 30 * 60
    page = mona.get(answers[0].headers["location"]).text
    assert "Done: it holds now." in page


def test_a_look_keeps_the_forms_key_and_what_was_given_is_not_given_again_from_the_next(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    visit = came(page_door, "Uma")
    html = mona.get(f"{PAGE}?visit={visit}&request={'0' * 32}").text
    form = {name: field_of(html, name) for name in ("form", "request")}
    assert form["request"] != "0" * 32, "no link chooses it"
    form |= {"visit": visit, "kind": "silence", "scope": "show", "minutes": "30", "reason": "noise", "words": ""}
    assert mona.post(PAGE, data=form | {"do": "give"}).status_code == 303
    again = mona.post(PAGE, data=form)
    assert (again.status_code, field_of(again.text, "request")) == (200, form["request"])
    assert mona.post(PAGE, data=form | {"do": "give"}).status_code == 303
    refused = mona.post(PAGE, data=form | {"do": "give", "minutes": "60"})
    assert (refused.status_code, "counts once" in refused.text) == (422, True)
    assert field_of(refused.text, "request") != form["request"]
    assert len(history(page_door, Known(visit=visit))) == 1


def test_a_form_that_is_sent_twice_is_one_sanction_though_its_words_come_to_something_else(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    visit = came(page_door, "Vic")
    html = mona.get(f"{PAGE}?visit={visit}").text
    form = {name: field_of(html, name) for name in ("form", "request")}
    form |= {"visit": visit, "do": "give", "kind": "silence", "scope": "show", "reason": "noise"}
    until = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    for language, words in (("nl", "Stop. Now."), ("en", "Stop.  Now.")):
        page_door.do(speaks(page_door, visit, language))
        answer = mona.post(PAGE, data=form | {"until": until, "words": words})
        assert answer.status_code == 303, language
    (given,) = history(page_door, Known(visit=visit))
    assert given.reason.startswith("Herhaalde berichten")


async def speaks(page_door: PageDoor, visit: VisitId, language: str) -> None:
    async with page_door.opened.database.connection() as connection:
        await connection.execute("UPDATE visits SET language = $2 WHERE id = $1", visit, language)


def test_the_form_says_who_else_would_be_kept_out_and_holds_an_address_by_choice_for_a_day_at_most(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    visit = came(page_door, "Bo", network="192.0.2.77")
    for name in ("Cy", "Dee"):
        came(page_door, name, network="192.0.2.77")
    html = mona.get(f"{PAGE}?visit={visit}").text
    assert "2 other people share this address now" in html
    assert "checked" not in html.partition('name="address"')[2].partition(">")[0]
    assert give(mona, f"visit={visit}", kind="ban", minutes="10080", address="yes").status_code == 422
    answer = give(mona, f"visit={visit}", kind="ban", minutes="60", address="yes")
    assert "2 other visits have this address" in mona.get(answer.headers["location"]).text
    (given,) = history(page_door, Known(visit=visit))
    assert given.address


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"minutes": "0"}, "This cannot be given so."),
        ({"until": "2020-01-01T10:00"}, "This cannot be given so."),
        ({"until": "soon"}, "This cannot be given so."),
        ({"reason": OWN, "words": " "}, "Say why"),
        ({"words": "x" * (SENTENCE_CAP + 1)}, "Say why"),
        ({"words": "bad\u202etext"}, "Say why"),
    ],
)
def test_what_cannot_be_given_comes_back_with_what_was_typed(
    page_door: PageDoor, mona: httpx.Client, fields: dict[str, str], said: str
) -> None:
    _, account = newcomer(page_door, "Eve")
    answer = give(mona, f"account={account}", **fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert re.search(r'value="silence" checked', answer.text)
    assert fields.get("words", "").strip() in answer.text
    assert history(page_door, Known(account)) == ()


def test_nobody_is_sanctioned_by_themselves_their_equals_or_who_may_not(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    login, own = newcomer(page_door, "Noa", role=Role.MODERATOR)
    _, other = newcomer(page_door, "Oda", role=Role.ORGANISER)
    with browsing(page_door, login) as noa:
        for account, said in ((own, "This is you."), (other, "of your own rank or above")):
            html = noa.get(f"{PAGE}?account={account}").text
            assert said in html
            assert 'value="give"' not in html
            form = {"form": field_of(noa.get("/en/login").text, "form"), "request": uuid4().hex}
            answer = noa.post(PAGE, data=form | {"account": account, "do": "give", "kind": "ban", "minutes": "10"})
            assert (answer.status_code, said in answer.text) == (403, True)
            assert history(page_door, Known(account)) == ()
    login, _ = newcomer(page_door, "Pim")
    with browsing(page_door, login) as visitor:
        assert visitor.get(f"{PAGE}?account={other}").status_code == 403
        assert "/moderation/" not in visitor.get("/en/").text
    with page_door.client() as nobody:
        assert "Log in first" in nobody.get(f"{PAGE}?account={other}").text


@pytest.mark.parametrize("query", ["", "?visit=", "?visit=" + "x" * 65, "?question=x", "?visit=nobody", "?account=x"])
def test_a_form_about_nobody_is_not_there(mona: httpx.Client, query: str) -> None:
    assert mona.get(PAGE + query).status_code == 404


def test_a_sanction_from_a_report_closes_it(page_door: PageDoor, mona: httpx.Client) -> None:
    number = reported(page_door)
    account: AccountId = newcomer(page_door, "Rob")[1]
    answer = give(mona, f"account={account}&report={number}", kind="warn")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/reports/{number}")
    reader = Actor(None, None, "Mona", Role.MODERATOR, "en")
    report = page_door.do(page_door.opened.services.reports.read(reader, number))
    (given,) = history(page_door, Known(account))
    assert (report.state, report.decision, report.note) == ("closed", "acted", f"warn {given.number}")
    again = give(mona, f"account={account}&report={number}", kind="warn")
    assert again.status_code == 303, "closed already, it stays closed"
    assert give(mona, f"account={account}&report=999999", kind="warn").status_code == 404


async def hosted(page_door: PageDoor, session: LiveSessionId, *steps: str) -> None:
    """Takes steps in a live session that is in the programme."""
    host = Actor(None, VisitId("visit-host"), "Host", Role.MODERATOR, "en")
    for step in steps:
        act = Step(step)  # type: ignore[arg-type]
        await page_door.opened.services.live.act(host, RequestId(uuid4().bytes), session, act)


def test_who_has_gone_is_not_sent_out(page_door: PageDoor, mona: httpx.Client) -> None:
    _, account = newcomer(page_door, "Yan")
    answer = give(mona, f"account={account}", kind="remove")
    assert (answer.status_code, "Yan is not in the exhibition now." in answer.text) == (404, True)
    assert history(page_door, Known(account)) == ()


def test_a_sanction_for_a_live_session_that_ends_meanwhile_is_none_for_the_whole_show(
    page_door: PageDoor, mona: httpx.Client
) -> None:
    visit, session = came(page_door, "Wim"), LiveSessionId(f"ends-{uuid4().hex[:8]}")
    live.at(page_door.database_url, live.Planned(session, "hainaut", f"stage-{session}"))
    page_door.do(hosted(page_door, session, "open-doors", "start"))
    html = mona.get(f"{PAGE}?visit={visit}").text
    form = {name: field_of(html, name) for name in ("form", "request")}
    form |= {"visit": visit, "kind": "ban", "scope": f"live:{session}", "minutes": "240", "reason": "noise"}
    assert mona.post(PAGE, data=form | {"do": "give"}).status_code == 303
    page_door.do(hosted(page_door, session, "close", "end"))
    assert mona.post(PAGE, data=form | {"do": "give"}).status_code == 303, "a repeat gets the first answer"
    for do in ("look", "give"):
        answer = mona.post(PAGE, data=form | {"do": do, "request": uuid4().hex})
        assert (answer.status_code, "This live session is over." in answer.text) == (409, True), do
    html = mona.get(f"{PAGE}?visit={visit}&live={session}").text
    assert re.search(r'value="(hall:lille|live:[^"]+)" selected', html), "where they are, and not everywhere"
    assert give(mona, f"visit={visit}", scope="hall:nowhere").status_code == 403
    assert [one.scope for one in history(page_door, Known(visit=visit))] == [f"live:{session}"]
