"""A recorded live session on pages: who reads it, its minutes, what the script plays, and who leaves it."""

import base64
from uuid import uuid4

import httpx
import msgspec
import numpy as np
import pytest

from halles.ids import HallId, LiveSessionId
from halles.world import live_voice
from halles.world.live_acts import ShowOnScreen, ShowPage, Step
from halles.world.live_replay import ReplayPart
from halles.world.live_voice import Spoken, VoicePortion
from halles.world.roles import Role
from halles_server.ports.standing import live_scope
from halles_server.services.recordings import Minute
from halles_server.web import replays
from tests.server.services.test_recordings import START, Stage
from tests.server.web.test_entering import token_of
from tests.support import live
from tests.support.audit import about
from tests.support.booth_people import browsing, newcomer, request_id, send
from tests.support.live import Planned
from tests.support.page_door import LOGIN, PASSWORD, PageDoor
from tests.support.planning import planner

SESSION = LiveSessionId("recorded-debate")
PAGE = f"/en/live/{SESSION}/replay"


@pytest.fixture(scope="module")
def ada(page_door: PageDoor) -> str:
    """A recorded live session in which somebody spoke; returns their login."""

    async def happen() -> None:
        admission = page_door.opened.services.admission
        host = await admission.create_account("replay-host", "Host", Role.MODERATOR, PASSWORD, "fr")
        speaker = await admission.create_account("replay-ada", "Ada", Role.VISITOR, PASSWORD, "en")
        async with page_door.opened.database.connection() as connection:
            document = await live.store_document(connection, pages=2)
            planned = Planned(
                SESSION,
                stage="spare",
                hosts=(host.account,),
                speakers=(speaker.account,),
                materials=((document, "Slides"),),
            )
            await live.record(page_door.opened.services, connection, planned, publish=False)

    page_door.do(happen())
    return "replay-ada"


def agree_to_be_named(page_door: PageDoor, name: str) -> None:
    async def agree() -> None:
        create = page_door.opened.services.admission.create_account
        made = await create("replay-named", "N", Role.VISITOR, PASSWORD, "fr")
        async with page_door.opened.database.connection() as connection:
            await connection.execute("UPDATE accounts SET name = $2 WHERE id = $1", made.account, name)
            await connection.execute(
                "INSERT INTO live_attendance (session, account, key, until)"
                " VALUES ($1, $2, 'named', now() + interval '1 day')",
                SESSION,
                made.account,
            )

    page_door.do(agree())


def log_in(client: httpx.Client, login: str) -> None:
    answer = client.post(
        "/en/login", data={"login": login, "password": PASSWORD, "form": token_of(client.get("/en/login").text)}
    )
    assert answer.status_code == 303


def test_before_it_is_published_only_its_hosts_read_it_and_draft_the_minutes(page_door: PageDoor, ada: str) -> None:
    with page_door.client(origin=page_door.url) as client:
        assert client.get(PAGE).status_code == 409
        log_in(client, LOGIN)
        html = client.get(PAGE).text
        assert "Nous coproduisons à trois" in html
        assert "Page 1" in html
        minutes = client.get(f"/live/{SESSION}/minutes.en.md")
        assert minutes.headers["content-type"] == "text/markdown; charset=utf-8"
        assert minutes.text.startswith("# Co-productions\n")
        assert "## Who had the floor\n\n- " in minutes.text
        assert " Ada (0:0" in minutes.text
        assert "Nous coproduisons à trois" in minutes.text
        assert "## Questions" not in minutes.text, "nothing is claimed that nobody did"
        french = client.get(f"/live/{SESSION}/minutes.fr.md").text
        assert french.startswith("# Les coproductions\n")
        assert client.get("/en/live/no-such/replay").status_code == 404
        agree_to_be_named(page_door, "=Ada()")
        assert f'href="/live/{SESSION}/attendance.en.csv"' in html
        names = client.get(f"/live/{SESSION}/attendance.fr.csv")
        assert names.headers["content-type"] == "text/csv; charset=utf-8"
        assert names.content.decode("utf-8-sig") == '"Nom"\r\n"\'=Ada()"\r\n'
        assert client.get(f"/live/{SESSION}/attendance.de.csv").status_code == 404
    publish(page_door)
    with page_door.client(origin=page_door.url) as client:
        assert client.get(PAGE).status_code == 200
        for of_hosts in ("minutes.en.md", "attendance.en.csv"):
            assert client.get(f"/live/{SESSION}/{of_hosts}").status_code == 403
        log_in(client, "replay-ada")
        answer = client.get(PAGE)
        assert answer.status_code == 200
        assert "attendance.en.csv" not in answer.text
        assert client.get(f"/live/{SESSION}/attendance.en.csv").status_code == 403


def test_the_script_plays_a_minute_of_states_and_places_in_decimetres(page_door: PageDoor, ada: str) -> None:
    publish(page_door)
    with page_door.client() as client:
        told = client.get(f"/live/{SESSION}/replay/0.json").json()
        assert [moment["phase"] for moment in told["moments"]][:2] == ["doors", "live"]
        assert any(moment["floor"] == ["Ada"] for moment in told["moments"])
        assert any(moment["page"].endswith(".webp") for moment in told["moments"])
        chunk = told["motion"][0]
        places = np.frombuffer(base64.b64decode(chunk["places"]), dtype="<i2").reshape(2, 2, 2)
        assert places.tolist() == [[[0, 50], [0, 270]], [[14, 50], [0, 270]]]
        assert list(chunk["keys"]) == ["2"]
        for wrong in ("7", "-1", "x"):
            assert client.get(f"/live/{SESSION}/replay/{wrong}.json").status_code == 404


def test_what_was_said_from_the_stage_is_a_file_for_each_speaker_of_which_browsers_ask_parts(
    page_door: PageDoor, ada: str
) -> None:
    publish(page_door)

    async def speak() -> str:
        recordings = page_door.opened.services.recordings
        (key,) = [key for key, one in (await recordings._store.people(SESSION)).items() if one.name == "Ada"]
        async with page_door.opened.database.connection() as connection:
            begun = await connection.fetchval(
                "SELECT min(at_ms) FROM live_events WHERE session = $1 AND at_ms > 0", SESSION
            )
        said = live_voice.pack([Spoken(0, b"\xf8\xff\xfe")])
        await recordings.keep_voice(SESSION, VoicePortion(begun + 100, key, said))
        return key

    key = page_door.do(speak())
    with page_door.client(origin=page_door.url) as client:
        assert client.get(f"/live/{SESSION}/replay/0.json").json()["voices"] == [key]
        file = f"/live/{SESSION}/replay/0/{key}.webm"
        whole = client.get(file)
        assert whole.headers["content-type"] == "audio/webm"
        for other in ("0/nobody", f"7/{key}"):
            assert client.get(f"/live/{SESSION}/replay/{other}.webm").status_code == 404
        part = client.get(file, headers={"range": "bytes=4-9"})
        assert (part.status_code, part.content) == (206, whole.content[4:10])
        assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"
        assert client.get(file, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416
        for wrong in (f"0/{key}x", f"9/{key}", f"x/{key}"):
            assert client.get(f"/live/{SESSION}/replay/{wrong}.webm").status_code == 404


def test_the_question_on_the_screen_is_told_with_its_moments_and_no_other() -> None:
    stage = Stage()
    stage.act(START, "host", Step("open-doors"))
    for number, words in ((7, "Avec qui ?"), (8, "Et après ?")):
        asked = msgspec.json.encode((number, "fr", words, "approved")).decode()
        stage.note(START + number * 1000, "ada", "question-asked", asked)
    stage.act(START + 20_000, "host", ShowOnScreen("question", 7))
    stage.act(START + 30_000, "host", ShowPage(0, 2))
    recording = stage.recorded()
    part = ReplayPart(0, START, recording.moments, (), recording.public.part(START, {7}))
    told = replays._told(Minute(part, ()), recording)["moments"]
    assert [(moment["question"], moment["page"]) for moment in told] == [("", ""), ("Avec qui ?", ""), ("", "2.webp")]


def test_what_was_shown_stays_shown_when_the_programme_has_it_no_longer(page_door: PageDoor, ada: str) -> None:
    publish(page_door)

    async def take_out() -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute("DELETE FROM programme_materials WHERE session = $1", SESSION)
            await connection.execute("UPDATE programme SET revision = revision + 1 WHERE id = $1", SESSION)

    with page_door.client() as client:
        before = client.get(f"/live/{SESSION}/replay/0.json").json()["moments"]
        page_door.do(take_out())
        assert client.get(f"/live/{SESSION}/replay/0.json").json()["moments"] == before
        assert any(moment["page"] for moment in before)


def test_its_page_leads_into_the_client_at_the_replay_and_only_whom_it_is_for(page_door: PageDoor, ada: str) -> None:
    publish(page_door)
    place = f"replay:{SESSION}"
    with page_door.client(origin=page_door.url) as client:
        assert f'&amp;place=replay%3A{SESSION}"' in client.get(PAGE).text
        html = client.get("/en/enter", params={"place": place}).text
        assert "Watching again: Co-productions" in html
        form = {"form": token_of(html), "name": "Zoé", "place": place}
        assert f"halles join {page_door.url}#{place} --ticket-stdin" in client.post("/en/enter", data=form).text
        assert client.get("/en/enter", params={"place": "replay:no-such"}).status_code == 404


def test_whoever_is_named_in_it_leaves_it_and_is_nobody_there_from_then_on(page_door: PageDoor, ada: str) -> None:
    publish(page_door)
    with page_door.client(origin=page_door.url) as client:
        log_in(client, ada)
        html = client.get("/en/me/consents").text
        assert "Co-productions" in html
        leave = f"/en/me/recordings/{SESSION}/withdraw"
        assert client.post(leave, data={"form": "x"}).status_code == 403, "a form of ours only"
        assert client.post(leave, data={"form": token_of(html)}).status_code == 303
        assert "Co-productions" not in client.get("/en/me/consents").text
        page = client.get(PAGE).text
        assert "Ada" not in page.partition("<main")[2]
        assert "<b>Guest 1</b>" in page
        told = client.get(f"/live/{SESSION}/replay/0.json").text
        assert "Ada" not in told
        assert '"keys":{}' in told
        assert '"voices":[]' in told, "what they said is gone"
        again = client.post(leave, data={"form": token_of(html)})
        assert again.status_code == 303, "it is as they asked"
        unknown = leave.replace(SESSION, "no-such")
        assert client.post(unknown, data={"form": token_of(html)}).status_code == 404


def publish(page_door: PageDoor) -> None:
    async def act() -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute(
                "UPDATE live_states SET phase = 'published', state = jsonb_set(state, '{0}', '\"published\"')"
                " WHERE session = $1",
                SESSION,
            )

    page_door.do(act())


def test_what_was_published_is_taken_back_says_so_and_comes_back_as_it_was(page_door: PageDoor, ada: str) -> None:
    publish(page_door)
    minute, (login, account) = f"/live/{SESSION}/replay/0.json", newcomer(page_door, "Host")
    grant = (Role.MODERATOR, live_scope(HallId("lille"), SESSION), None)
    page_door.do(page_door.opened.services.grants.give(planner(page_door), request_id(), account, grant))
    with (
        browsing(page_door, LOGIN) as organiser,
        browsing(page_door, login) as host,
        browsing(page_door, ada) as speaker,
    ):
        before = speaker.get(PAGE).text
        assert "Take this replay back" not in before
        assert send(speaker, PAGE, PAGE, act="take", reason="I regret it", request=uuid4().hex).status_code == 403
        assert send(organiser, PAGE, PAGE, act="take", reason=" ").status_code == 422
        assert send(organiser, PAGE, PAGE, act="take", reason="A <name> was said.").status_code == 303
        told = speaker.get(PAGE)
        assert (told.status_code, "This replay was taken back" in told.text) == (410, True)
        assert "Nous coproduisons" not in told.text
        assert speaker.get(minute).status_code == 409
        listed = page_door.opened.services.recordings.published(planner(page_door))
        assert SESSION not in {entry.session for entry in page_door.do(listed)}
        html = host.get(PAGE).text
        assert "A &lt;name&gt; was said." in html, "its hosts read why"
        assert 'value="restore"' not in html
        assert send(host, PAGE, PAGE, act="restore", request=uuid4().hex).status_code == 403, "not what is above them"
        assert send(organiser, PAGE, PAGE, act="restore").status_code == 303
        assert speaker.get(PAGE).text.count("<li") == before.count("<li")
        assert speaker.get(minute).status_code == 200
        assert send(host, PAGE, PAGE, act="take", reason="By its host.").status_code == 303
        assert speaker.get(PAGE).status_code == 410
        assert send(host, PAGE, PAGE, act="restore").status_code == 303
    acts = [row.act for row in page_door.do(about(page_door.opened.database, f"live:{SESSION}"))]
    assert [act for act in acts if act.startswith("replay.")] == ["replay.restore", "replay.take-back"] * 2
