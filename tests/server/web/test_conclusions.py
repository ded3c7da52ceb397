"""What a debate came to: who writes it, when, where it stands, and two who write at once."""

import pytest

from halles.ids import LiveSessionId
from halles.world.roles import Role
from tests.support import live
from tests.support.booth_people import browsing, send
from tests.support.live import Planned
from tests.support.page_door import PASSWORD, PageDoor

SESSION, AHEAD = LiveSessionId("concluded"), LiveSessionId("not-begun")
ENTRY = f"/en/programme/{SESSION}"
FORM = f"{ENTRY}/conclusion"


@pytest.fixture(scope="module")
def host(page_door: PageDoor) -> str:
    """The login of who led a debate that is over, and leads one that has not begun."""

    async def happen() -> None:
        admission = page_door.opened.services.admission
        led = await admission.create_account("conclusion-host", "Host", Role.VISITOR, PASSWORD, "fr")
        speaker = await admission.create_account("conclusion-speaker", "Ada", Role.VISITOR, PASSWORD, "fr")
        await admission.create_account("conclusion-reader", "Reader", Role.MEMBER, PASSWORD, "fr")
        async with page_door.opened.database.connection() as connection:
            over = Planned(SESSION, stage="kept", hosts=(led.account,), speakers=(speaker.account,))
            await live.record(page_door.opened.services, connection, over)
            await live.plan(connection, Planned(AHEAD, stage="ahead", hosts=(led.account,), in_minutes=90))

    page_door.do(happen())
    return "conclusion-host"


def test_its_host_writes_it_and_readers_find_it_on_the_entry_with_the_replay_and_in_the_minutes(
    page_door: PageDoor, host: str
) -> None:
    with browsing(page_door, host) as client:
        assert "Nobody has written yet" in client.get(ENTRY).text
        words = {"words-fr": "Trois régions, un guichet.", "words-en": "Three regions, one desk.\n\n<b>Soon</b>"}
        assert send(client, FORM, FORM, **words, revision="0").status_code == 303
        minutes = client.get(f"/live/{SESSION}/minutes.en.md").text
        assert minutes.endswith("## Conclusion\n\nThree regions, one desk.\n\n\\<b\\>Soon\\</b\\>\n")
    with page_door.client() as client:
        for path in (ENTRY, f"/en/live/{SESSION}/replay"):
            page = client.get(path).text
            assert "Three regions, one desk." in page, path
            assert "&lt;b&gt;Soon&lt;/b&gt;" in page, path
            assert "Change the conclusion" not in page, path
        dutch = client.get(f"/nl/programme/{SESSION}").text
        assert "Trois régions, un guichet." in dutch
        assert "Alleen in het Frans" in dutch


def test_who_comes_too_late_sees_both_texts_and_loses_none(page_door: PageDoor, host: str) -> None:
    with browsing(page_door, host) as client:
        revision = client.get(FORM).text.partition('name="revision" value="')[2].partition('"')[0]
        assert send(client, FORM, FORM, **{"words-en": "Written first"}, revision=revision).status_code == 303
        late = send(client, FORM, FORM, **{"words-en": "Written late"}, revision=revision)
        assert late.status_code == 409
        assert "Written first" in late.text
        assert "Written late" in late.text
        newer = late.text.partition('name="revision" value="')[2].partition('"')[0]
        assert send(client, FORM, FORM, **{"words-en": "Written by both"}, revision=newer).status_code == 303
        assert "Written by both" in client.get(ENTRY).text


def test_what_cannot_stand_is_said_with_what_was_typed(page_door: PageDoor, host: str) -> None:
    with browsing(page_door, host) as client:
        refused = send(client, FORM, FORM, **{"words-fr": "trop " * 1000, "words-en": "Kept words"}, revision="0")
        assert refused.status_code == 422
        assert "Kept words" in refused.text


def test_others_do_not_write_it_nor_its_host_before_it_is_over(page_door: PageDoor, host: str) -> None:
    with browsing(page_door, "conclusion-reader") as client:
        assert client.get(FORM).status_code == 403
        assert send(client, f"/en/programme/{AHEAD}", FORM, **{"words-fr": "À moi"}, revision="0").status_code == 403
        assert "Write the conclusion" not in client.get(ENTRY).text
    with browsing(page_door, host) as client:
        assert client.get(f"/en/programme/{AHEAD}/conclusion").status_code == 409
        assert "Write the conclusion" not in client.get(f"/en/programme/{AHEAD}").text


def test_every_change_has_its_audit_row(page_door: PageDoor, host: str) -> None:
    async def rows() -> int:
        async with page_door.opened.database.connection() as connection:
            return int(
                await connection.fetchval(
                    "SELECT count(*) FROM audit WHERE act = 'conclusion.write' AND subject = $1", f"live:{SESSION}"
                )
            )

    with browsing(page_door, host) as client:
        before = page_door.do(rows())
        revision = client.get(FORM).text.partition('name="revision" value="')[2].partition('"')[0]
        assert send(client, FORM, FORM, **{"words-en": "Once more"}, revision=revision).status_code == 303
    assert page_door.do(rows()) == before + 1
