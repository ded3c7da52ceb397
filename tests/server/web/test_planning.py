"""Writing the programme on pages: forms that work without script, refusals by the field, nothing typed is lost."""

from datetime import timedelta
from uuid import uuid4

import httpx

from halles.ids import MediaId
from halles.world.live_acts import Step
from halles.world.roles import Role
from halles_server.ports.programme import Entry
from halles_server.ports.standing import live_scope
from tests.support.booth_people import browsing, field_of, logged_in, newcomer, request_id, send
from tests.support.files import pdf
from tests.support.page_door import LOGIN, PageDoor
from tests.support.planning import planned, planner

NEW = "/fr/programme/new"


def filled(door: PageDoor, days: int, **more: str) -> dict[str, str]:
    """A form as an organiser fills it in."""
    day = door.opened.services.clock.wall().astimezone(door.opened.config.zone) + timedelta(days=days)
    fields = {"day": f"{day:%Y-%m-%d}", "start": "10:00", "minutes": "60", "place": "valenciennes/stage"}
    fields |= {"language": "nl", "capacity": "300", "access": "public", "mode": "fishbowl", "title-nl": "Het debat"}
    return fields | more


def entry_at(door: PageDoor, client: httpx.Client, answer: httpx.Response) -> Entry:
    assert answer.status_code == 303, answer.text
    session = answer.headers["location"].split("/programme/")[1].split("/")[0]
    account, role = None, "organiser"
    return door.do(door.opened.services.programme.read(account, role, session))  # type: ignore[arg-type]


def test_an_organiser_writes_changes_and_cancels_an_entry(page_door: PageDoor) -> None:
    login, account = newcomer(page_door, "Speaker")
    with browsing(page_door, LOGIN) as client:
        people = {"speaker-0-name": "Intervenante 1", "speaker-1-login": login, "hosts": LOGIN, "invited": login}
        entry = entry_at(page_door, client, send(client, NEW, NEW, **filled(page_door, 200, **people)))
        assert (entry.title.nl, entry.mode, entry.capacity, entry.hall) == (
            "Het debat",
            "fishbowl",
            300,
            "valenciennes",
        )
        assert [one.name for one in entry.speakers] == ["Intervenante 1", "Speaker"]
        assert entry.invited == {account}
        edit = f"/fr/programme/{entry.session}/edit"
        page = client.get(edit).text
        assert 'value="10:00"' in page
        assert f'value="{login}"' in page
        change = filled(page_door, 200, start="11:30", revision="1")
        changed = entry_at(page_door, client, send(client, edit, edit, **change))
        assert (changed.revision, changed.speakers) == (2, ())
        stale = send(client, edit, edit, **(change | {"title-nl": "Verloren?", "revision": "1"}))
        assert stale.status_code == 409
        assert "Verloren?" in stale.text
        grant = (Role.MODERATOR, live_scope(entry.hall, entry.session), None)
        html = client.get(edit).text
        assert field_of(html, "hosts-read") == ""
        grants = page_door.opened.services.grants
        page_door.do(grants.give(planner(page_door), request_id(), account, grant))
        words = filled(page_door, 200, start="11:30", revision="2", hosts="", request=field_of(html, "request"))
        words |= {"form": field_of(html, "form"), "hosts-read": ""}
        kept = entry_at(page_door, client, client.post(edit, data=words))
        assert [host.account for host in kept.hosts] == [account], "granted since the form was read"
        gone = send(client, edit, f"/fr/programme/{entry.session}/cancel", revision="3")
        assert gone.status_code == 303
        assert "Annulée" in client.get(f"/fr/programme/{entry.session}").text


def test_a_clash_is_said_by_the_field_with_what_is_in_the_way(page_door: PageDoor) -> None:
    with browsing(page_door, LOGIN) as client:
        first = filled(page_door, 201, **{"title-fr": "La première"})
        assert send(client, NEW, NEW, **first).status_code == 303
        second = filled(page_door, 201, **{"start": "10:30", "title-fr": "La seconde"})
        refused = send(client, NEW, NEW, **second)
        assert refused.status_code == 409
        assert "La première" in refused.text.split('id="time-problem"')[1].split("</p>")[0]
        assert 'value="La seconde"' in refused.text


def test_what_cannot_be_is_refused_with_what_was_typed(page_door: PageDoor) -> None:
    with browsing(page_door, LOGIN) as client:
        for wrong, said in (
            ({"title-nl": ""}, 'id="text-problem"'),
            ({"day": "2020-01-01"}, 'id="time-problem"'),
            ({"day": "soon"}, 'id="time-problem"'),
            ({"minutes": "9999999999999999999999"}, 'id="time-problem"'),
            ({"place": "lille/roof"}, 'id="time-problem"'),
            ({"hosts": "zz-nobody"}, "zz-nobody"),
            ({"material-0-media": MediaId(f"{'0' * 64}.pdf")}, 'role="alert"'),
        ):
            refused = send(client, NEW, NEW, **filled(page_door, 202, **{"summary-en": "Kept words", **wrong}))
            assert refused.status_code == 422
            assert said in refused.text
            assert "Kept words" in refused.text


def test_where_the_doors_have_opened_another_stage_is_refused_by_the_field_and_the_rest_may_change(
    page_door: PageDoor,
) -> None:
    session = planned(page_door, "Elle reste")
    live = page_door.opened.services.live
    page_door.do(live.act(planner(page_door), request_id(), session, Step("open-doors")))
    edit = f"/fr/programme/{session}/edit"
    with browsing(page_door, LOGIN) as client:
        away = filled(page_door, 206, **{"revision": "1", "place": "hainaut/stage", "title-fr": "Elle part"})
        refused = send(client, edit, edit, **away)
        assert refused.status_code == 409
        assert "elle reste sur sa scène" in refused.text.split('id="time-problem"')[1].split("</p>")[0]
        assert 'value="Elle part"' in refused.text
        changed = entry_at(page_door, client, send(client, edit, edit, **away | {"place": "lille/stage"}))
        assert (changed.hall, changed.title.fr) == ("lille", "Elle part")
        kept = send(client, edit, f"/fr/programme/{session}/cancel", revision="2")
        assert kept.status_code == 409
        assert f'href="/fr/console/{session}"' in kept.text


def test_a_document_is_sent_for_the_screens_shown_on_the_page_and_taken_out(page_door: PageDoor) -> None:
    session = planned(page_door, "Avec un document")
    page = f"/fr/programme/{session}"
    with browsing(page_door, LOGIN) as client:
        html = client.get(f"{page}/material?kind=document").text
        fields = {"form": field_of(html, "form"), "request": field_of(html, "request")}
        fields |= {"revision": "1", "title": "Le dossier"}
        to = f"{page}/material?kind=document"
        wrong = client.post(to, data=fields, files={"file": ("a.pdf", b"not a document", "application/pdf")})
        assert wrong.status_code == 422
        sent = client.post(to, data=fields, files={"file": ("a.pdf", pdf(2), "application/pdf")})
        assert sent.status_code == 303, sent.text
        assert "Le dossier" in client.get(page).text
        entry = page_door.do(page_door.opened.services.programme.read(None, Role.GUEST, session))
        assert len(page_door.do(page_door.opened.services.media.facts([entry.materials[0].media]))) == 1
        again = client.post(to, data=fields, files={"file": ("a.pdf", pdf(2), "application/pdf")})
        assert again.status_code == 303, "the same form, sent twice, has one effect"
        fields |= {"request": uuid4().hex}
        stale = client.post(to, data=fields, files={"file": ("a.pdf", pdf(1), "application/pdf")})
        assert stale.status_code == 409
        change = filled(page_door, 205, **{"revision": "2", "title-fr": "Sans"})
        change |= {"material-0-media": entry.materials[0].media, "material-0-out": "1"}
        assert send(client, f"{page}/edit", f"{page}/edit", **change).status_code == 303
        assert "Le dossier" not in client.get(page).text
    with logged_in(page_door, "Nosy") as client:
        assert client.get(f"{page}/material?kind=document").status_code == 403


def test_nobody_else_gets_a_form_or_may_send_one(page_door: PageDoor) -> None:
    session = planned(page_door, "À personne d’autre")
    with logged_in(page_door, "Curious") as client:
        page = f"/fr/programme/{session}"  # whose form for who will come has a token too
        assert client.get(NEW).status_code == 403
        assert client.get(f"{page}/edit").status_code == 403
        for path in (NEW, f"{page}/edit", f"{page}/cancel"):
            answer = send(client, page, path, **filled(page_door, 203, revision="1"))
            assert answer.status_code == 403
    with page_door.client() as client:
        assert client.post(NEW, data=filled(page_door, 203)).status_code == 403


def test_an_entry_that_begins_in_the_past_is_asked_back_once_and_a_text_says_its_limit(page_door: PageDoor) -> None:
    with browsing(page_door, LOGIN) as client:
        past = filled(page_door, 0, start="00:00", **{"title-fr": "Trop tard"})
        asked = send(client, NEW, NEW, **past)
        assert (asked.status_code, "Cette heure est passée." in asked.text) == (409, True)
        assert 'value="Trop tard"' in asked.text
        assert send(client, NEW, NEW, **(past | {"past": "yes"})).status_code == 303
        long = send(client, NEW, NEW, **filled(page_door, 202, **{"title-fr": "x" * 81}))
        assert (long.status_code, "80 caractères au plus" in long.text) == (422, True)
