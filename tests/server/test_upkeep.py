"""What goes on beside the visitors, and what follows when a part of it fails."""

import asyncio
import logging
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import structlog

from halles.errors import Unavailable
from halles.ids import BoothId, RequestId
from halles.world.booth import BoothEdit, Change
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.announcements import BoothChanged
from halles_server.config import ServerConfig
from halles_server.gateway.connection import Connection
from halles_server.services.actor import Actor
from halles_server.services.studio import Wish
from halles_server.storage import embedded, pool
from halles_server.storage.pool import Database
from halles_server.upkeep import again, kept_up


def test_a_part_that_fails_is_counted_logged_and_raises_the_alarm(tmp_path: Path) -> None:
    settings = ServerConfig(port=0, metrics_port=0, data=tmp_path / "var")

    async def fail() -> float | None:
        alarm = asyncio.Event()
        async with bootstrap.opened(settings, alarm=alarm.set) as server:
            assert not alarm.is_set()
            # Something that is no connection, as a bug of ours would leave it.
            broken = cast("Connection", None)
            server.listener.connections.add(broken)
            await asyncio.wait_for(alarm.wait(), 5)
            server.listener.connections.discard(broken)
            return server.metrics.registry.get_sample_value("halles_faults_total", {"place": "watch"})

    configuration = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        with structlog.testing.capture_logs() as logged:
            assert asyncio.run(fail()) == 1.0
    finally:
        structlog.configure(**configuration)
    assert [(entry["event"], entry["act"]) for entry in logged] == [("fault", "watch")]


@pytest.mark.parametrize("error", [ValueError("of the body"), ExceptionGroup("of the body", [ValueError()])])
def test_what_the_body_raises_comes_out_as_it_is_and_no_part_goes_on(tmp_path: Path, error: Exception) -> None:
    settings = ServerConfig(port=0, metrics_port=0, data=tmp_path / "var")

    async def fail(server: bootstrap.Server, database: Database) -> None:
        before = asyncio.all_tasks()
        async with kept_up(server.listener, database, 60.0, lambda: None):
            assert len(asyncio.all_tasks() - before) == 4
            raise error

    async def play() -> None:
        async with bootstrap.opened(settings) as server:
            kept = embedded.kept_by_another(settings.data / "database")
            assert kept is not None
            async with pool.opened(kept.url) as database:
                before = asyncio.all_tasks()
                with pytest.raises(type(error)) as raised:
                    await fail(server, database)
                assert raised.value is error
                assert not asyncio.all_tasks() - before

    asyncio.run(play())


def test_work_is_done_again_and_again_and_what_does_not_answer_is_asked_the_next_time() -> None:
    asked: list[int] = []

    async def work() -> int:
        asked.append(len(asked))
        if len(asked) == 1:
            raise Unavailable("the store")
        if len(asked) == 3:
            raise ValueError("a bug")
        return 1

    async def play() -> None:
        with pytest.raises(ValueError, match="a bug"):
            await again("a test", work, 0.001, at_once=True)()

    configuration = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    try:
        with structlog.testing.capture_logs() as logged:
            asyncio.run(play())
    finally:
        structlog.configure(**configuration)
    assert asked == [0, 1, 2]
    assert [entry["event"] for entry in logged] == ["not done", "done"]


def test_what_is_due_is_published_while_the_server_runs(tmp_path: Path) -> None:
    settings = ServerConfig(port=0, metrics_port=0, data=tmp_path / "var", publish_s=0.05)
    booth = BoothId("studio-01")

    async def play() -> BoothChanged:
        async with bootstrap.opened(settings, demo=True) as server:
            studio, published = server.services.studio, asyncio.get_running_loop().create_future()
            studio._bus.listen(published.set_result)
            account = await server.services.admission.create_account(
                "olga", "Olga", Role.ORGANISER, "une longue phrase", "fr"
            )
            olga = Actor(account.account, None, account.name, account.role, "fr")
            edit = BoothEdit((Change("pitch", "À son heure", "fr"),))
            await studio.edit(olga, Wish(RequestId(uuid.uuid4().bytes), booth, 0), edit)
            due = datetime.now(UTC) + timedelta(seconds=1)
            await studio.publish(olga, Wish(RequestId(uuid.uuid4().bytes), booth, 1), due)
            heard: BoothChanged = await asyncio.wait_for(published, 10)
            assert (await server.services.booths.read(booth)).content.pitch.fr == "À son heure"
            return heard

    assert asyncio.run(play()).booth == booth
