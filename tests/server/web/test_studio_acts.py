"""What the studio's forms do, over HTTP: saving, merging, refusing, publishing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from halles.ids import BoothId
from halles.world.booth import BoothContent
from halles_server.web.studio_acts import hour_of
from tests.support.page_door import PageDoor
from tests.support.studio import add_editor, forms, fresh_booth, put_on_staff, working


@dataclass
class Desk:
    """Somebody's browser at one booth's studio."""

    client: httpx.Client
    booth: str

    def open(self, slot: str) -> dict[str, str]:
        html = self.client.get(f"/en/studio/{self.booth}/slots/{slot}").text
        return forms(html)[f"/en/studio/{self.booth}/slots/{slot}"]

    def save(self, slot: str, form: dict[str, str], **headers: str) -> httpx.Response:
        return self.client.post(f"/en/studio/{self.booth}/slots/{slot}", data=form, headers=headers)

    def act(self, name: str, **more: str) -> str:
        html = self.client.get(f"/en/studio/{self.booth}").text
        form = forms(html)[f"/en/studio/{self.booth}/acts/{name}"]
        answer = self.client.post(f"/en/studio/{self.booth}/acts/{name}", data={**form, **more})
        assert answer.status_code == 303
        return answer.headers["location"].partition("done=")[2]


@contextmanager
def at_work(door: PageDoor, *names: str) -> Iterator[tuple[Desk, ...]]:
    booth = fresh_booth()
    with working(door, add_editor(door, booth, names[0])) as first:
        if len(names) == 1:
            yield (Desk(first, booth),)
            return
        with working(door, add_editor(door, booth, names[1])) as second:
            yield Desk(first, booth), Desk(second, booth)


def draft_of(door: PageDoor, booth: str) -> BoothContent:
    return door.do(door.opened.services.studio._drafts.read(BoothId(booth))).content


def shown(door: PageDoor, booth: str) -> BoothContent:
    return door.do(door.opened.services.booths.read(BoothId(booth))).content


def test_a_saved_form_changes_the_draft_and_leads_back_with_a_word(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        answer = desk.save("pitch", desk.open("pitch") | {"pitch.en": "Hello\r\n\r\nAll"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/en/studio/{desk.booth}/slots/pitch?done=saved",
        )
        assert "Saved in the draft." in desk.client.get(answer.headers["location"]).text
        assert draft_of(page_door, desk.booth).pitch.en == "Hello\n\nAll"
        assert shown(page_door, desk.booth).pitch.en != "Hello\n\nAll"
        assert desk.save("pitch", desk.open("pitch")).headers["location"].endswith("done=same")


def test_a_form_sent_twice_has_one_effect(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        form = desk.open("team") | {"team:0:name": "Ana", "team:0:line.en": "directs"}
        assert [desk.save("team", form).status_code for _ in range(2)] == [303, 303]
        assert [member.name for member in draft_of(page_door, desk.booth).team] == ["Ana"]


def test_rows_are_added_moved_and_removed_with_what_was_typed(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        for n, name in enumerate(("Ana", "Bob", "Eve")):
            desk.save("team", desk.open("team") | {f"team:{n}:name": name})
        desk.save("team", desk.open("team") | {"team:2:line.en": "sound", "act": "team:2:up"})
        desk.save("team", desk.open("team") | {"act": "team:0:remove"})
        team = draft_of(page_door, desk.booth).team
        assert [(member.name, member.line.en) for member in team] == [("Eve", "sound"), ("Bob", "")]


def test_a_poster_is_added_moved_and_removed(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        taken = [panel.slot for panel in draft_of(page_door, desk.booth).panels if panel.slot != "screen"]
        new = f"poster-{len(taken) + 1}"
        desk.save(new, desk.open(new) | {f"panel:{new}:title.en": "New"})
        desk.save("posters", desk.open("posters") | {"act": f"panel:{new}:up"})
        panels = draft_of(page_door, desk.booth).panels
        assert [panel.slot for panel in panels if panel.title.en == "New"] == [taken[-1]]
        gone = desk.save(taken[-1], desk.open(taken[-1]) | {"act": f"panel:{taken[-1]}:remove"})
        assert "/slots/posters?" in gone.headers["location"]
        assert not [panel for panel in draft_of(page_door, desk.booth).panels if panel.title.en == "New"]


def test_a_refused_form_names_every_field_and_keeps_every_word(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        typed = {"link:0:url": "http://insecure.example", "link:0:label.en": "x" * 83, "link:0:label.fr": "Bien"}
        answer = desk.save("links", desk.open("links") | typed)
        assert answer.status_code == 422
        assert "Nothing was saved; your words are still here." in answer.text
        assert "3 characters too many." in answer.text
        assert "An address begins with https://" in answer.text
        form = forms(answer.text)[f"/en/studio/{desk.booth}/slots/links"]
        assert typed.items() <= form.items()
        better = {"link:0:url": "https://secure.example", "link:0:label.en": "Fine"}
        assert desk.save("links", form | better).status_code == 303
        assert draft_of(page_door, desk.booth).links[0].label.fr == "Bien"


def test_two_who_change_different_fields_are_merged_and_told_so(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        mine, theirs = ana.open("pitch"), bob.open("pitch")
        ana.save("pitch", mine | {"pitch.en": "Of Ana"})
        answer = bob.save("pitch", theirs | {"pitch.nl": "Van Bob"})
        assert answer.headers["location"].endswith("done=merged")
        assert "both are in the draft" in bob.client.get(answer.headers["location"]).text
        pitch = draft_of(page_door, ana.booth).pitch
        assert (pitch.en, pitch.nl) == ("Of Ana", "Van Bob")


def conflict(ana: Desk, bob: Desk) -> httpx.Response:
    """Bob saves what Ana has changed a moment before; beside it he has typed something else."""
    mine, theirs = ana.open("pitch"), bob.open("pitch")
    ana.save("pitch", mine | {"pitch.en": "A studio that shows a series"})
    return bob.save("pitch", theirs | {"pitch.en": "A studio that shows three films", "pitch.nl": "Ernaast"})


@pytest.mark.parametrize(
    ("keep", "pitch"),
    [
        ("both", "A studio that shows a series\n\nA studio that shows three films"),
        ("mine", "A studio that shows three films"),
        ("theirs", "A studio that shows a series"),
    ],
)
def test_who_is_slower_is_shown_both_texts_and_chooses(page_door: PageDoor, keep: str, pitch: str) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        answer = conflict(ana, bob)
        assert answer.status_code == 409
        assert "Ana changed the same while you were writing" in answer.text
        assert "three films" in answer.text
        assert "<ins>" in answer.text
        form = forms(answer.text)[f"/en/studio/{bob.booth}/slots/pitch"]
        assert bob.save("pitch", form | {"keep": keep}).status_code == 303
        now = draft_of(page_door, ana.booth).pitch
        assert (now.en, now.nl) == (pitch, "Ernaast")
        studio = page_door.opened.services.studio
        history = page_door.do(studio._drafts.history(BoothId(ana.booth), 50))
        said = {page_door.do(studio._drafts.content_at(BoothId(ana.booth), one.revision)).pitch.en for one in history}
        assert {"A studio that shows a series"} <= said
        if keep != "both":
            assert "A studio that shows three films" in said, "the loser stays among the revisions"


def test_a_third_who_was_quicker_still_is_asked_about(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        form = forms(conflict(ana, bob).text)[f"/en/studio/{bob.booth}/slots/pitch"]
        ana.save("pitch", ana.open("pitch") | {"pitch.en": "Newer still"})
        again = bob.save("pitch", form | {"keep": "mine"})
        assert again.status_code == 409
        assert "Newer still" in again.text.replace("<ins>", "").replace("</ins>", "")
        assert draft_of(page_door, ana.booth).pitch.en == "Newer still"


def test_a_refused_form_does_not_write_over_what_others_wrote_meanwhile(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        form = bob.open("pitch")
        ana.save("pitch", ana.open("pitch") | {"pitch.en": "Of Ana"})
        refused = bob.save("pitch", form | {"pitch.en": "x" * 4001})
        assert refused.status_code == 422
        shorter = forms(refused.text)[f"/en/studio/{bob.booth}/slots/pitch"] | {"pitch.en": "Of Bob"}
        assert bob.save("pitch", shorter).status_code == 409
        assert draft_of(page_door, ana.booth).pitch.en == "Of Ana"


def test_rows_that_somebody_else_has_moved_are_not_removed_by_number(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        for n, name in enumerate(("One", "Two")):
            ana.save("team", ana.open("team") | {f"team:{n}:name": name})
        form = bob.open("team")
        ana.save("team", ana.open("team") | {"act": "team:0:down"})
        answer = bob.save("team", form | {"act": "team:0:remove"})
        assert answer.headers["location"].endswith("done=rows")
        assert [member.name for member in draft_of(page_door, ana.booth).team] == ["Two", "One"]


def test_undo_redo_and_restore_walk_through_the_revisions(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        for said in ("one", "two"):
            desk.save("pitch", desk.open("pitch") | {"pitch.en": said})
        assert desk.act("undo") == "undo"
        assert draft_of(page_door, desk.booth).pitch.en == "one"
        assert desk.act("redo") == "redo"
        html = desk.client.get(f"/en/studio/{desk.booth}/revisions?from=1").text
        form = forms(html)[f"/en/studio/{desk.booth}/acts/restore"]
        answer = desk.client.post(f"/en/studio/{desk.booth}/acts/restore", data=form)
        assert answer.headers["location"] == f"/en/studio/{desk.booth}/revisions?done=restored"
        assert draft_of(page_door, desk.booth).pitch.en == "one"


def test_undoing_and_redoing_say_what_and_whose_change(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        ana.save("team", ana.open("team") | {"team:0:name": "Ana"})
        bob.save("pitch", bob.open("pitch") | {"pitch.en": "Of Bob"})
        for act, said in (
            ("undo", "Undone: the change by Bob (Pitch)."),
            ("undo", "Undone: the change by Ana (Team)."),
            ("redo", "Redone: the change by Ana (Team)."),
        ):
            assert ana.act(act) == act
            assert said in ana.client.get(f"/en/studio/{ana.booth}?done={act}").text
        assert "Undone." in ana.client.get(f"/en/studio/{ana.booth}?done=undo").text, "that was not the last step"


def test_whose_right_is_taken_away_while_they_write_gets_their_words_back(page_door: PageDoor) -> None:
    booth = fresh_booth()
    login = add_editor(page_door, booth, "Eve")
    with working(page_door, login) as client:
        desk = Desk(client, booth)
        form = desk.open("links") | {"link:0:url": "https://a.example", "link:0:label.nl": "<b>Lang gezocht</b>"}
        put_on_staff(page_door, login, booth, "staff")
        assert desk.save("links", form, accept="application/json").status_code == 403
        answer = desk.save("links", form)
        assert answer.status_code == 403
        assert "copy them before you leave" in answer.text
        assert "https://a.example</textarea>" in answer.text
        assert "&lt;b&gt;Lang gezocht&lt;/b&gt;</textarea>" in answer.text
        assert desk.save("links", form | {"form": ""}).status_code == 403
        assert "copy them" not in desk.save("links", form | {"form": ""}).text
    assert not draft_of(page_door, booth).links


def test_an_act_on_a_draft_that_somebody_else_has_changed_is_not_done(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        ana.save("pitch", ana.open("pitch") | {"pitch.en": "one"})
        form = forms(bob.client.get(f"/en/studio/{bob.booth}").text)
        ana.save("pitch", ana.open("pitch") | {"pitch.en": "two"})
        for act in ("undo", "publish"):
            address = f"/en/studio/{bob.booth}/acts/{act}"
            assert bob.client.post(address, data=form[address]).headers["location"].endswith("done=stale")
        assert shown(page_door, ana.booth).pitch.en not in {"one", "two"}


def test_publishing_shows_the_draft_and_then_there_is_nothing_to_publish(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        desk.save("pitch", desk.open("pitch") | {"pitch.en": "published"})
        assert desk.act("publish", due="") == "published"
        assert shown(page_door, desk.booth).pitch.en == "published"
        assert desk.act("publish", due="") == "published-already"


def test_an_hour_is_read_in_the_shows_time_zone_and_must_come(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        desk.save("pitch", desk.open("pitch") | {"pitch.en": "tomorrow"})
        assert desk.act("publish", due="never") == "hour"
        assert desk.act("publish", due="2020-01-01T10:00") == "past"
        tomorrow = (datetime.now(ZoneInfo("Europe/Brussels")) + timedelta(days=1)).replace(second=0, microsecond=0)
        assert desk.act("publish", due=f"{tomorrow:%Y-%m-%dT%H:%M}") == "submitted"
        pending = page_door.do(page_door.opened.services.studio._drafts.read(BoothId(desk.booth))).pending
        assert pending is not None
        assert pending.due == tomorrow.astimezone(UTC)
        html = desk.client.get(f"/en/studio/{desk.booth}").text
        assert f"{tomorrow:%H:%M}" in html
        assert desk.act("withdraw") == "withdrawn"


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-07-01T10:00", datetime(2026, 7, 1, 8, 0, tzinfo=UTC)),
        ("2026-12-01T10:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        ("2026-12-01T10:00+05:00", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_an_hour_means_a_moment_in_a_time_zone(said: str, moment: datetime | None) -> None:
    assert hour_of(said, ZoneInfo("Europe/Brussels")) == moment


def test_a_script_that_saves_behind_ones_back_is_answered_in_a_word(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        theirs = bob.open("pitch")
        saved = ana.save("pitch", ana.open("pitch") | {"pitch.en": "Of Ana"}, accept="application/json")
        assert saved.json() == {"done": "saved", "revision": 1}
        refused = ana.save("pitch", ana.open("pitch") | {"pitch.en": "x" * 4001}, accept="application/json")
        assert (refused.status_code, refused.json()) == (422, {"done": "refused"})
        stale = bob.save("pitch", theirs | {"pitch.en": "Of Bob"}, accept="application/json")
        assert (stale.status_code, stale.json()) == (409, {"done": "conflict"})


def test_a_link_into_a_private_network_is_refused_and_the_draft_stays(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        before = draft_of(page_door, desk.booth)
        typed = {"link:0:url": "https://169.254.169.254/latest/", "link:0:label.en": "Ours"}
        answer = desk.save("links", desk.open("links") | typed)
        assert answer.status_code == 422
        assert "This address leads into a private network. Give one that everybody can open." in answer.text
        assert typed.items() <= forms(answer.text)[f"/en/studio/{desk.booth}/slots/links"].items()
        assert draft_of(page_door, desk.booth) == before


def test_a_hundred_edits_a_second_of_one_account_are_slowed_down_and_no_word_is_lost(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana", "Bob") as (ana, bob):
        form = ana.open("pitch")

        async def flood() -> list[httpx.Response]:
            headers = {"origin": page_door.url}
            async with httpx.AsyncClient(base_url=page_door.url, headers=headers, cookies=ana.client.cookies) as client:
                address = f"/en/studio/{ana.booth}/slots/pitch"
                sent = [{**form, "pitch.en": f"Number {n}", "keep": "mine"} for n in range(100)]
                return await asyncio.gather(*(client.post(address, data=one, timeout=60) for one in sent))

        answers = asyncio.run(flood())
        refused = [(n, answer) for n, answer in enumerate(answers) if answer.status_code == 429]
        assert refused
        for n, answer in refused:
            assert "Too many changes came from your account just now." in answer.text
            assert forms(answer.text)[f"/en/studio/{ana.booth}/slots/pitch"]["pitch.en"] == f"Number {n}"
        saved = {f"Number {n}" for n, answer in enumerate(answers) if answer.status_code == 303}
        assert draft_of(page_door, ana.booth).pitch.en in saved
        assert bob.save("team", bob.open("team") | {"team:0:name": "Bob"}).status_code == 303, "nobody else is"


def test_what_is_no_form_of_ours_is_refused(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        form = desk.open("pitch")
        assert desk.save("pitch", form | {"form": ""}).status_code == 403
        assert desk.save("pitch", form | {"revision": "x"}).status_code == 404
        assert desk.save("roof", form).status_code == 404
        address = f"/en/studio/{desk.booth}/acts/burn"
        assert desk.client.post(address, data=form).status_code == 404


def test_too_much_text_in_all_is_refused_with_how_much_there_is_and_may_be(page_door: PageDoor) -> None:
    with at_work(page_door, "Ana") as (desk,):
        for number in range(1, 7):
            long = {f"panel:poster-{number}:text.{code}": "é" * 4000 for code in ("fr", "nl", "en")}
            answer = desk.save(f"poster-{number}", desk.open(f"poster-{number}") | long)
        assert answer.status_code == 422
        said = answer.text.partition('id="problems"')[2].partition("</div>")[0]
        assert "The booth’s texts have 14" in said
        assert "kB together, at most 131\u00a0kB may be." in said
