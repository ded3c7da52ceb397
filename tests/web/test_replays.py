"""A replay in a real browser: played, jumped in by chapter and slider, at another speed, each within a second."""

import re
import time

import asyncpg
import numpy as np
from playwright.sync_api import Browser, expect

from halles.ids import LiveSessionId
from halles.world import live_voice
from halles.world.live_motion import MotionChunk, Sample, pack
from halles.world.live_voice import Spoken, VoicePortion
from halles.world.roles import Role
from tests.client.sound.test_codec import packets
from tests.support import live
from tests.support.browser import opened
from tests.support.live import Planned
from tests.support.page_door import PASSWORD, PageDoor

SESSION = LiveSessionId("watched-again")
SEEK_S = 1.0


def happen(door: PageDoor) -> None:
    """Lets a live session happen that seems to have taken three minutes, in which somebody walks one metre a second."""

    async def act() -> None:
        services = door.opened.services
        accounts = services.admission.create_account
        host = await accounts("watched-host", "Host", Role.MODERATOR, PASSWORD, "en")
        ada = await accounts("watched-ada", "Ada", Role.VISITOR, PASSWORD, "en")
        async with door.opened.database.connection() as connection:
            document = await live.store_document(connection, pages=2)
            planned = Planned(
                SESSION,
                "lille",
                "spare-2",
                hosts=(host.account,),
                speakers=(ada.account,),
                materials=((document, "Slides"),),
            )
            await live.record(services, connection, planned)
        owner = await asyncpg.connect(door.database_url)
        try:
            begun = await owner.fetchval("SELECT max(at_ms) FROM live_events WHERE session = $1", SESSION)
            await owner.execute(
                "UPDATE live_events e SET at_ms = $2 + n.place * 25000 FROM (SELECT id, row_number() OVER (ORDER BY id)"
                " - 2 AS place FROM live_events WHERE session = $1) n WHERE e.id = n.id AND n.place >= 0",
                SESSION,
                begun,
            )
            await owner.execute("DELETE FROM live_motion WHERE session = $1", SESSION)
        finally:
            await owner.close()
        for start in range(0, 170, 10):
            samples = [walker(start + n) for n in range(10)]
            await services.recordings.keep(SESSION, MotionChunk(begun + start * 1000, 10, pack(samples)))
        (key,) = [key for key, one in (await services.recordings._store.people(SESSION)).items() if one.name == "Ada"]
        tone = live_voice.pack(Spoken(place, packet) for place, packet in enumerate(packets(50)))
        await services.recordings.keep_voice(SESSION, VoicePortion(begun + 500, key, tone))

    door.do(act())


def walker(second: int) -> Sample:
    still = np.zeros(1, dtype=np.uint8)
    north = np.array([-2500 + 100 * (second % 50)], dtype=np.int16)
    return Sample(np.array([7], dtype=np.uint16), np.array([0], dtype=np.int16), north, still, still)


def test_a_replay_is_watched_with_its_people_pages_and_speakers_and_jumps_in_a_second(
    browser: Browser, page_door: PageDoor
) -> None:
    happen(page_door)
    with opened(browser, f"{page_door.url}/en/live/{SESSION}/replay") as page:
        dots, clock = page.locator("svg .people").first, page.locator("#clock")
        expect(dots).to_have_attribute("d", re.compile(r"^M[\d.]+ [\d.]+h\.01$"))
        at_first = dots.get_attribute("d")
        page.locator("#speed").select_option("8.0")
        page.get_by_role("button", name="Play").click()
        expect(clock).not_to_have_text("0:00")
        page.get_by_role("button", name="Pause").click()
        assert dots.get_attribute("d") != at_first
        voice = page.locator("#voices audio")
        assert voice.evaluate("one => [one.error, one.duration, one.paused]") == [None, 60, True]
        assert abs(voice.evaluate("one => one.currentTime") - float(page.locator("#at").input_value())) < 3
        page.get_by_label("Voices").uncheck()
        expect(voice).to_have_count(0)
        began = time.monotonic()
        page.locator(".chapters li", has_text="Ada").get_by_role("button").click()
        expect(page.locator("#now")).to_have_text("On the floor: Ada")
        assert time.monotonic() - began < SEEK_S
        began = time.monotonic()
        page.locator(".chapters li", has_text="Page 1").get_by_role("button").click()
        expect(page.locator("#slide")).to_be_visible()
        assert time.monotonic() - began < SEEK_S
        page.locator("#at").focus()
        page.keyboard.press("End")
        expect(page.locator(".chapters [aria-current]")).to_contain_text("End")
        expect(page.locator("#now")).to_have_text("")
    with opened(browser, f"{page_door.url}/en/live/{SESSION}/replay", width=360, height=740) as page:
        page.locator("#at").fill("45")  # somebody is at the far end of the hall then
        expect(page.locator("svg .people").first).to_have_attribute("d", re.compile("^M"))
        pan = page.locator(".pan").evaluate("one => [one.getBoundingClientRect(), one.scrollLeft]")
        dot = page.locator("svg .people").first.evaluate("one => one.getBoundingClientRect()")
        assert pan[1] > 0
        assert pan[0]["left"] <= dot["x"] <= pan[0]["right"], "whoever is there is in sight without moving the plan"
