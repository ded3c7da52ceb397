"""A booth's recorded host on pages: what everybody reads, and who deletes it or gives it a voice."""

import httpx

from halles.ids import AccountId, BoothId, MediaId
from halles.world.host_replay import HostLine
from halles.world.roles import Role, StaffRole
from halles_server.services.actor import Actor
from tests.server.web.test_entering import token_of
from tests.server.web.test_invitations import log_in
from tests.server.web.test_staff import hire
from tests.support.booth_people import request_id
from tests.support.hosts import box, recording
from tests.support.page_door import PageDoor

BOOTH = "studio-45"
PAGE, BOOTHS_PAGE = f"/en/studio/{BOOTH}/host", f"/en/booths/{BOOTH}"
VOICE = MediaId("9" * 64 + ".mp3")


def account_named(page_door: PageDoor, login: str) -> AccountId:
    async def read() -> AccountId:
        async with page_door.opened.database.connection() as connection:
            return AccountId(str(await connection.fetchval("SELECT id FROM accounts WHERE login = $1", login)))

    return page_door.do(read())


def record(page_door: PageDoor, login: str) -> int:
    """Somebody of the staff records themselves; returns the recording's number."""
    actor = Actor(account_named(page_door, login), None, login.title(), Role.EXHIBITOR, "en")
    found = page_door.do(page_door.opened.services.booths.read(BoothId(BOOTH)))
    lines = (HostLine(500, "en", "Welcome, <b>all</b>"), HostLine(2500, "nl", "Kom gerust binnen"))
    replay = recording(box(found.hall, found.slot), lines=lines)
    hosts = page_door.opened.services.host_replays
    return page_door.do(hosts.keep(actor, request_id(), BoothId(BOOTH), replay, consent=True))


def posted(client: httpx.Client, page: str, to: str, **fields: str) -> httpx.Response:
    return client.post(to, data={"form": token_of(client.get(page).text), **fields})


def removed(client: httpx.Client, number: int, back: str = "booth") -> httpx.Response:
    return posted(client, "/en/me/consents", f"{BOOTHS_PAGE}/host/remove", number=str(number), back=back)


def test_everybody_reads_what_a_recorded_host_says_and_that_it_is_a_recording(page_door: PageDoor) -> None:
    hire(page_door, "rosa", StaffRole.STAFF, BOOTH)
    with page_door.client(origin=page_door.url) as client:
        assert "Recorded host" not in client.get(BOOTHS_PAGE).text
        number = record(page_door, "rosa")
        html = client.get(BOOTHS_PAGE).text
        assert "<b>Recorded</b> · Rosa, on " in html
        assert "Welcome, &lt;b&gt;all&lt;/b&gt;" in html
        assert '<span lang="nl">Kom gerust binnen</span>' in html
        assert '<time datetime="PT4S">0:04</time>' in html
        assert "Delete the recording" not in html
        assert "<audio" not in html
        log_in(client, "rosa")
        assert "Delete the recording" in client.get(BOOTHS_PAGE).text
        assert removed(client, number).headers["location"] == BOOTHS_PAGE
        assert removed(client, number).status_code == 303, "gone already, as was wanted"
        assert "Recorded host</h2>" not in client.get(BOOTHS_PAGE).text
        assert "Nobody is recorded at this booth." in client.get(PAGE).text


def test_another_of_the_staff_sees_it_but_neither_deletes_it_nor_gives_it_a_voice_and_the_lead_deletes_it(
    page_door: PageDoor,
) -> None:
    for login, role in (("sol", StaffRole.STAFF), ("sid", StaffRole.STAFF), ("leadhost", StaffRole.LEAD)):
        hire(page_door, login, role, BOOTH)
    number = record(page_door, "sol")
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "sid")
        html = client.get(PAGE).text
        assert "Kom gerust binnen" in html
        assert "Your voice" not in html
        assert removed(client, number).status_code == 403
        assert posted(client, PAGE, PAGE, act="silence", number=str(number)).status_code == 422
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "leadhost")
        assert removed(client, number, "studio").headers["location"] == PAGE


def test_the_one_recorded_gives_a_voice_finds_the_recording_among_its_data_and_deletes_it_there(
    page_door: PageDoor,
) -> None:
    hire(page_door, "vera", StaffRole.STAFF, BOOTH)
    number = record(page_door, "vera")

    async def keep() -> None:
        async with page_door.opened.database.connection() as connection:
            await connection.execute(
                "INSERT INTO media (id, mime, width, height, size, seconds) VALUES ($1, 'audio/mpeg', 0, 0, 9, 3)"
                " ON CONFLICT DO NOTHING",
                VOICE,
            )
            await connection.execute(
                "INSERT INTO sound_senders (sound, account) SELECT $1, id FROM accounts WHERE login = 'vera'", VOICE
            )

    page_door.do(keep())
    with page_door.client(origin=page_door.url) as client:
        log_in(client, "vera")
        missing = posted(client, PAGE, PAGE, act="sound", number=str(number), sound="0" * 64 + ".mp3")
        assert "This cannot be the voice of this recording." in missing.text
        assert posted(client, PAGE, PAGE, act="sound", number=str(number), sound=VOICE).headers["location"] == PAGE
        assert f'<audio class="sound" src="/media/{VOICE}" controls' in client.get(BOOTHS_PAGE).text
        data = client.get("/en/me/data.json").json()
        assert [one["booth"] for one in data["host_replays"]] == [BOOTH]
        html = client.get("/en/me/consents").text
        assert "Recordings of you" in html
        assert f'<a href="{BOOTHS_PAGE}">Studio 45</a>' in html
        newest = html.split('name="number" value="')[1].partition('"')[0]
        assert int(newest) != number
        have = {"if-none-match": f'"{VOICE}"'}
        assert client.get(f"/media/{VOICE}", headers=have).status_code == 304
        assert removed(client, int(newest), "me").headers["location"] == "/en/me/consents"
        page_door.do(page_door.opened.services.media.forget())
        assert client.get(f"/media/{VOICE}", headers=have).status_code == 404, "it is gone, also for who still has it"
        assert "Recordings of you" not in client.get("/en/me/consents").text


def test_strangers_do_not_open_the_staffs_page_and_a_form_of_another_site_is_refused(page_door: PageDoor) -> None:
    with page_door.client(origin=page_door.url) as client:
        assert client.get(PAGE).status_code == 403
        log_in(client, "organisatrice")
        assert client.get(PAGE).status_code == 200
        assert client.post(f"{BOOTHS_PAGE}/host/remove", data={"number": "1"}).status_code == 403
