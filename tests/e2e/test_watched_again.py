"""A recorded live session, watched by a client with a real link at a real server: every state as it was, at once."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import asyncpg

from halles.ids import LiveSessionId, VisitId
from halles.world.roles import Role
from halles_client import config
from halles_client.app import App, Setting
from halles_client.net.link import Credentials
from halles_client.replica.ghosts import GHOST_NUMBER
from halles_client.view.hud import acts
from halles_client.view.hud.replay_state import JumpTo
from halles_client.view.window import Window
from halles_server.bootstrap import Server
from halles_server.services.actor import Actor
from halles_server.services.recordings import Recording
from tests.client.test_app import Driver
from tests.support import live
from tests.support.headless import Client, joined, until
from tests.support.live import Planned
from tests.support.plans import PLANS
from tests.support.postgres import database_url, postgres
from tests.support.serving import RunningServer, real_server
from tests.support.view_window import window

__all__ = ["database_url", "postgres", "window"]

SESSION, HELD_BACK, INVITED = (LiveSessionId(name) for name in ("watched-again", "held-back", "by-invitation"))
SEEK_S = 1.0


def happen(server: RunningServer) -> Recording:
    """Three live sessions, one published for everybody and spread over six minutes; returns how that one is stored."""

    async def act(running: Server) -> Recording:
        services = running.services
        host = await services.admission.create_account("again-host", "Host", Role.MODERATOR, "une longue phrase", "en")
        ada = await services.admission.create_account("again-ada", "Ada", Role.VISITOR, "une longue phrase", "en")
        owner = await asyncpg.connect(running.config.database_url.reveal())
        try:
            document = await live.store_document(owner, pages=2)
            told = {"hosts": (host.account,), "speakers": (ada.account,), "materials": ((document, "Slides"),)}
            await live.record(services, owner, Planned(SESSION, **told))  # type: ignore[arg-type]
            await live.record(
                services, owner, Planned(HELD_BACK, stage="spare-2", **told, in_minutes=90), publish=False
            )  # type: ignore[arg-type]
            closed = Planned(INVITED, stage="spare-3", access="invited", **told, in_minutes=180)  # type: ignore[arg-type]
            await live.record(services, owner, closed)
            begun = await owner.fetchval("SELECT max(at_ms) FROM live_events WHERE session = $1", SESSION)
            await owner.execute(
                "UPDATE live_events e SET at_ms = $2 + n.place * 40000 FROM (SELECT id, row_number() OVER (ORDER BY id)"
                " - 2 AS place FROM live_events WHERE session = $1) n WHERE e.id = n.id AND n.place >= 0",
                SESSION,
                begun,
            )
            await owner.execute("UPDATE live_motion SET begun_ms = $2 WHERE session = $1", SESSION, begun)
        finally:
            await owner.close()
        async with asyncio.timeout(10):
            while running.world.live.records():  # noqa: ASYNC110 - until the door knows, too, that they are over
                await asyncio.sleep(0.02)
        return await services.recordings.watch(Actor(None, VisitId("v" * 22), "Zoé", Role.VISITOR, "fr"), SESSION)

    return server.do(act)


def jump(client: Client, at_ms: int) -> float:
    """Goes to a moment; returns the seconds until it is shown."""
    replays = client.visit.replays
    began = time.monotonic()
    replays.seek(at_ms)
    client.beat()
    until(lambda: replays.live is not None, client)
    return time.monotonic() - began


def test_every_moment_is_shown_as_it_was_among_ghosts_and_a_jump_takes_less_than_a_second(
    database_url: str, tmp_path: Path
) -> None:
    with real_server(database_url=database_url) as server:
        recording = happen(server)
        moments = [moment for moment in recording.moments if moment.state.recorded]
        assert len(moments) >= 7
        assert recording.outline.parts >= 5
        with joined(server, tmp_path, "Zoé", ("lille", "stage:stage")) as client:
            replays = client.visit.replays
            replays.list()
            until(lambda: replays.listed, client)
            assert [row.session for row in replays.listed] == [SESSION]
            for refused in (HELD_BACK, INVITED):
                before = len(client.visit.trouble)
                replays.open(refused)
                until(lambda told=before: len(client.visit.trouble) > told, client)  # type: ignore[misc]
            assert [row.code for row in client.visit.trouble] == ["NOT_NOW", "FORBIDDEN"]
            replays.open(SESSION)
            until(lambda: replays.live is not None, client)
            replays.toggle()
            took = []
            for moment in (*moments[::-1], *moments):
                took.append(jump(client, moment.at_ms))
                assert replays.live is not None
                assert replays.live.state == moment.state
            assert max(took) < SEEK_S
            jump(client, recording.outline.begun_ms + 500)
            crowd = replays.crowd()
            assert crowd.number.tolist() == [GHOST_NUMBER + 1, GHOST_NUMBER + 2]
            assert abs(float(crowd.x[0]) - 0.7) < 0.01, "half of its step"
            assert replays.names() == {GHOST_NUMBER + 2: "Ada"}
            assert not {"Ada"} & {card.name for card in client.visit.replica.people.values()}
            replays.run_at(8.0)
            replays.toggle()
            until(lambda: replays.position_ms > recording.outline.begun_ms + 4_000, client)


def test_from_another_hall_or_by_an_address_one_is_led_there_and_escape_ends_it(
    database_url: str, window: Window, tmp_path: Path
) -> None:
    with real_server(database_url=database_url) as server:
        recording = happen(server)
        address = config.address(f"{server.world}#hainaut")
        setting = Setting(address, PLANS, config.Settings(reduced_motion=True), None, tmp_path)
        driver = Driver(App(window, setting, Credentials("Zoé", "en")))
        try:
            driver.until(driver.in_hall)
            driver.app.hud.key("o")
            driver.until(lambda: any(isinstance(stop.act, acts.Watch) for stop in driver.app.hud._stops("programme")))
            while not isinstance(driver.app.hud._ui.ring, acts.Watch):
                driver.app.hud.key("tab")
            driver.app.hud.key("enter")
            replays = driver.visit.replays
            driver.until(lambda: replays.live is not None and driver.in_hall())
            assert driver.visit.replica.hall == "lille"
            driver.until(lambda: len(replays.crowd().number) == 2)
            driver.app.hud.key("i")
            chapter = next(row for row in recording.outline.chapters if row.kind == "speaker")
            while driver.app.hud._ui.ring != acts.Replay(JumpTo(chapter.at_ms)):
                driver.app.hud.key("tab")
            began = time.monotonic()
            driver.app.hud.key("enter")
            driver.until(lambda: replays.speaking() or (replays.live is not None and replays.live.state.floor))
            assert time.monotonic() - began < SEEK_S
            driver.app.hud.key("escape")
            driver.app.hud.key("escape")
            driver.until(lambda: replays.about is None)
        finally:
            driver.app.close()
        linked = replace(setting, address=config.address(f"{server.world}#replay:{SESSION}"))
        there = Driver(App(window, linked, Credentials("Ida", "en")))
        try:
            there.until(lambda: there.visit.replays.live is not None and there.in_hall())
            assert there.visit.replica.hall == "lille"
        finally:
            there.app.close()
