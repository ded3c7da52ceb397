"""A whole server: starting, staying up while its database is away, and stopping without cutting anybody off."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import httpx
import pytest

from halles import resources
from halles.errors import ConfigError, SceneError
from halles.ids import BoothId
from halles.protocol.messages import (
    BoothEdited,
    BoothsListed,
    ChatRead,
    Done,
    EditBooth,
    EnterHall,
    Goodbye,
    HallEntered,
    Move,
    PoseBatch,
    Rejected,
    Say,
)
from halles.protocol.pose_batch import read
from halles.world.booth import BoothEdit, Change
from halles.world.roles import Role
from halles_server import bootstrap
from halles_server.announcements import BoothChanged
from halles_server.cluster.local import LocalBus
from halles_server.config import ServerConfig
from halles_server.hall.overload import Rung
from halles_server.secret import Secret
from halles_server.services.actor import Actor
from halles_server.services.booths import Booths
from tests.server.web.test_entering import token_of
from tests.support.drills import frozen
from tests.support.serving import RunningServer, real_server
from tests.support.wire import Peer, guest, request_id

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """One server with an embedded Postgres of its own and the demonstration."""
    with real_server(demo=True, count_s=0.3, sweep_s=0.5, requests_burst=500, requests_per_s=500) as running:

        async def add(opened: bootstrap.Server) -> None:
            await opened.services.admission.create_account("olga", "Olga", Role.ORGANISER, PASSWORD, "fr")

        running.do(add)
        yield running


def test_a_bus_that_is_gone_is_told_and_keeps_nobody_out() -> None:
    with (
        real_server(bus_url=Secret("nats://127.0.0.1:1")) as server,
        urlopen(f"{server.private}/readyz", timeout=5) as answer,
    ):
        told = json.load(answer)
    assert (told["ready"], told["reasons"]) == (True, {})
    assert "does not answer" in told["degraded"]["bus"]


def _ready(server: RunningServer) -> dict[str, str]:
    try:
        with urlopen(f"{server.private}/readyz", timeout=5) as answer:
            return dict(json.load(answer)["reasons"])
    except HTTPError as error:
        with error:
            return dict(json.load(error)["reasons"])


def test_a_server_that_refuses_newcomers_is_not_ready(server: RunningServer) -> None:
    async def climb(opened: bootstrap.Server) -> None:
        opened.world.overload.rung = Rung.NEWCOMERS

    async def descend(opened: bootstrap.Server) -> None:
        opened.world.overload.rung = Rung.BEAT

    server.do(climb)
    try:
        assert _ready(server) == {"newcomers": "refused: the server is overloaded"}
    finally:
        server.do(descend)
    assert _ready(server) == {}


def test_every_hall_of_the_demonstration_lists_its_booths(server: RunningServer) -> None:
    with Peer(server.port) as peer:
        listed = {}
        for hall in [card.hall for card in peer.welcome().halls]:
            peer.enter(hall)
            listed[hall] = len(peer.expect(BoothsListed).booths)
    assert sum(listed.values()) >= 110
    assert all(listed[hall] >= 30 for hall in ("lille", "valenciennes", "hainaut"))


def test_an_edit_is_told_to_everybody_in_the_booths_hall(server: RunningServer) -> None:
    with Peer(server.port) as visitor, Peer(server.port) as editor:
        visitor.welcome()
        visitor.enter("lille")
        card = visitor.expect(BoothsListed).booths[0]
        editor.welcome(guest("olga", way="account", secret=PASSWORD))
        editor.send(
            EditBooth(request_id(), card.booth, card.revision, BoothEdit((Change("name", "Seen by everybody"),)))
        )
        assert editor.expect(Done).number == card.revision + 1
        edited = visitor.expect(BoothEdited).card
        assert (edited.booth, edited.name, edited.revision) == (card.booth, "Seen by everybody", card.revision + 1)
        visitor.enter("lille")
        assert visitor.expect(BoothsListed).booths[0].name == "Seen by everybody"


def test_a_lost_announcement_is_repaired_by_the_sweep(server: RunningServer) -> None:
    with Peer(server.port) as visitor:
        visitor.welcome()
        visitor.enter("hainaut")
        card = visitor.expect(BoothsListed).booths[0]

        async def edit_behind_its_back(opened: bootstrap.Server) -> None:
            booths = opened.services.booths
            deaf = Booths(booths._store, LocalBus())
            olga = await opened.services.admission._check_password("olga", PASSWORD, "")
            actor = Actor(olga.account, None, olga.name, olga.role, "fr")
            edit = BoothEdit((Change("name", "Found by the sweep"),))
            await deaf.edit(actor, request_id(), card.booth, card.revision, edit)

        server.do(edit_behind_its_back)
        assert visitor.expect(BoothEdited).card.name == "Found by the sweep"


def test_an_announcement_that_is_not_true_changes_nothing(server: RunningServer) -> None:
    async def lie(opened: bootstrap.Server) -> None:
        await opened.world.board.heard(BoothChanged("lille", BoothId("no-such-booth"), 99))

    server.do(lie)
    assert server.metric("halles_faults_total", place="note") == 0


def test_while_the_database_is_frozen_people_walk_and_go_on_and_requests_say_unavailable(server: RunningServer) -> None:
    with Peer(server.port) as walker, Peer(server.port) as watcher:
        walker.welcome(guest("Walker"))
        watcher.welcome(guest("Watcher"))
        entered = walker.enter("lille")
        watcher.enter("lille")
        late_before = server.metric("halles_ticks_skipped_total")
        with frozen(server.data / "database" / "cluster"):
            time.sleep(0.2)
            asked = Say(request_id(), "hall", "Is anybody there?")
            began = time.monotonic()
            walker.send(asked)
            for sequence in range(1, 20):
                x = entered.x + sequence
                walker.send(Move(sequence, x, entered.y, 0, 0))
                _wait_for_pose(watcher, entered.number, x)
            refused = walker.expect(Rejected)
            assert (refused.code, refused.request_id) == ("UNAVAILABLE", asked.request_id)
            assert time.monotonic() - began < 3.5
            assert "database" in _ready(server)
            hall = EnterHall(request_id(), "hainaut")
            walker.send(hall)
            assert walker.expect(HallEntered, 1.0).hall == "hainaut", "going to another hall needs no database"
            later = list(walker.messages(3.5))
            assert not [one for one in later if isinstance(one, ChatRead)], "nothing is said of what was not read"
            assert not [one for one in later if isinstance(one, Rejected)], "it was answered already"
            with Peer(server.port) as newcomer:
                newcomer.send(guest("Newcomer"))
                assert newcomer.closed(6) == 1013
                assert (newcomer.goodbye.reason, newcomer.goodbye.retry_after_ms > 0) == ("UNAVAILABLE", True)
        _wait_until_healed(server)
        walker.send(asked)
        assert walker.expect(Done).request_id == asked.request_id, "the retry is carried out"
        assert server.metric("halles_ticks_skipped_total") - late_before < 40


def test_while_the_database_is_frozen_edits_and_logins_say_unavailable_and_a_retry_is_carried_out(
    server: RunningServer,
) -> None:
    with Peer(server.port) as editor, httpx.Client(base_url=server.url, headers={"origin": server.url}) as browser:
        editor.welcome(guest("olga", way="account", secret=PASSWORD))
        editor.enter("valenciennes")
        card = editor.expect(BoothsListed).booths[0]
        asked = EditBooth(request_id(), card.booth, card.revision, BoothEdit((Change("name", "After the frost"),)))
        form = {"form": token_of(browser.get("/fr/login").text), "login": "olga", "password": PASSWORD}
        with frozen(server.data / "database" / "cluster"), Peer(server.port) as second:
            began = time.monotonic()
            editor.send(asked)
            second.send(guest("olga", way="account", secret=PASSWORD))
            page = browser.post("/fr/login", data=form, timeout=5)
            assert (page.status_code, int(page.headers["retry-after"]) > 0) == (503, True)
            refused = editor.expect(Rejected)
            assert (refused.code, refused.request_id) == ("UNAVAILABLE", asked.request_id)
            assert second.closed() == 1013
            assert second.goodbye.reason == "UNAVAILABLE"
            assert time.monotonic() - began < 5
        _wait_until_healed(server)
        editor.send(asked)
        assert editor.expect(Done).number == card.revision + 1
        assert browser.post("/fr/login", data=form).status_code == 303, "what never was looked at was no failure"


def test_the_wait_for_the_database_is_measured(server: RunningServer) -> None:
    before = server.metric("halles_pool_wait_seconds_count")
    httpx.get(f"{server.url}/fr/")
    assert server.metric("halles_pool_wait_seconds_count") > before
    assert 1 <= server.metric("halles_pool_connections") <= 10


def test_what_only_the_operator_may_read_is_not_on_the_public_port(server: RunningServer) -> None:
    for path in ("/metrics", "/readyz", "/livez"):
        with urlopen(f"{server.private}{path}", timeout=5) as answer:
            assert answer.status == 200
        public = httpx.get(f"{server.url}{path}")
        assert public.status_code == 404
        assert "halles_" not in public.text


def _wait_until_healed(server: RunningServer) -> None:
    until = time.monotonic() + 10
    while _ready(server):
        assert time.monotonic() < until, "not healed within 10 s"
        time.sleep(0.1)


def _wait_for_pose(watcher: Peer, number: int, x: int) -> None:
    until = time.monotonic() + 1.0
    while True:
        rows = read(watcher.expect(PoseBatch).near)
        seen = rows[rows["number"] == number]
        if seen.size and abs(int(seen[0]["x"]) - x) <= 1:
            return
        assert time.monotonic() < until


def test_a_stopping_server_answers_what_is_under_way_then_sends_everybody_home() -> None:
    told: list[Goodbye] = []
    with real_server(drain_s=5.0) as server:
        peers = [Peer(server.port) for _ in range(20)]
        for i, peer in enumerate(peers):
            peer.welcome(guest(f"Visitor {i}"))
            peer.enter("lille")
        asked = Say(request_id(), "hall", "One last word")
        peers[0].send(asked)

        def listen(peer: Peer) -> None:
            assert peer.closed(10) == 1012
            assert peer.goodbye is not None
            told.append(peer.goodbye)

        threads = [threading.Thread(target=listen, args=(peer,)) for peer in peers[1:]]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        stopping = threading.Thread(target=lambda: server.do(_stop))
        stopping.start()
        assert peers[0].expect(Done).request_id == asked.request_id
        assert peers[0].closed(10) == 1012
        stopping.join()
        assert _ready(server)["server"] == "stopping"
        with pytest.raises((AssertionError, ConnectionError)):
            Peer(server.port)
    assert time.monotonic() - began < 10
    for thread in threads:
        thread.join()
    for peer in peers:
        peer.socket.close()
    delays = {goodbye.retry_after_ms for goodbye in told}
    assert len(told) == 19
    assert len(delays) > 10, "everybody comes back at another moment"
    assert all(0 <= delay <= 5000 for delay in delays)


async def _stop(server: bootstrap.Server) -> None:
    server.listener.stop_accepting()
    await server.world.drain()


def test_a_visit_survives_the_servers_restart(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with real_server(data=data) as first, Peer(first.port) as peer:
        welcomed = peer.welcome(guest("Returner"))
        entered = peer.enter("valenciennes")
    with real_server(data=data) as second, Peer(second.port) as peer:
        returned = peer.welcome(guest("", way="resume", secret=welcomed.resume))
        assert (returned.visit, returned.last_hall) == (welcomed.visit, "valenciennes")
        place = peer.enter("valenciennes")
        assert abs(place.x - entered.x) + abs(place.y - entered.y) <= 100


def test_a_broken_plan_is_named_with_file_line_and_reason(tmp_path: Path) -> None:
    for plan in resources.scenes().glob("*.toml"):
        (tmp_path / plan.name).write_bytes(plan.read_bytes())
    broken = tmp_path / "lille.toml"
    broken.write_text(broken.read_text(encoding="utf-8").replace('style = "', 'style = "no-'), encoding="utf-8")
    with pytest.raises(SceneError, match=r"lille\.toml:\d+: "):
        bootstrap.read_scenes(tmp_path)
    with pytest.raises(SceneError, match=rf"{tmp_path}/nothing is no folder; HALLES_SCENES"):
        bootstrap.read_scenes(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SceneError, match=rf"{tmp_path}/empty holds no plan .*HALLES_SCENES"):
        bootstrap.read_scenes(tmp_path / "empty")


def test_the_key_for_forms_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    config = ServerConfig(data=tmp_path / "var")
    first = bootstrap.with_secret(config).secret
    assert bootstrap.with_secret(config).secret == first
    assert len(first.reveal()) >= 43
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigError, match="data folder"):
        bootstrap.with_secret(ServerConfig(data=file / "var"))


def test_a_second_server_on_the_same_data_is_refused(server: RunningServer) -> None:
    async def open_again() -> None:
        async with bootstrap.opened(ServerConfig(port=0, metrics_port=0, data=server.data)):
            pytest.fail("two servers on one data folder")

    with pytest.raises(ConfigError, match="in use by another server"):
        asyncio.run(open_again())
