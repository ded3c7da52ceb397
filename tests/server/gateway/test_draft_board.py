"""Drafts in the hall on a real server: seen by who may work on the booth and asked for it, and by nobody else."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from halles.errors import RejectionCode
from halles.ids import AccountId, BoothId, RequestId
from halles.protocol.draft_messages import DraftHidden, DraftShown, ShowDraft
from halles.protocol.messages import BoothEdited, BoothRead, Done, Hello, ReadBooth, Rejected
from halles.world.booth import BoothEdit, Change
from halles.world.roles import Role
from halles_server.bootstrap import Server
from halles_server.gateway import draft_board
from halles_server.services.actor import Actor
from halles_server.services.studio import Wish
from halles_server.storage import pool
from halles_server.storage.accounts import Accounts
from tests.server.gateway.conftest import Serving
from tests.support.serving import RunningServer
from tests.support.wire import Peer, guest, request_id

PASSWORD = "une longue phrase"
OTHER = "studio-01"
TOLD_S = 1.5
"""Within this a newer save is seen: half a second between two looks, and the machine's own haste."""


@dataclass(frozen=True)
class Show:
    """A server with the demonstration, a booth of a test's own, and people who log in."""

    server: RunningServer
    booth: BoothId

    def hire(self, name: str, role: str = "editor", booth: str = "") -> tuple[Actor, Hello]:
        """Adds somebody to a booth's staff; returns who they are and their hello."""
        login = f"{name}-{self.booth}"

        async def act(server: Server) -> AccountId:
            account = await server.services.admission.create_account(
                login, login.title(), Role.EXHIBITOR, PASSWORD, "fr"
            )
            return account.account

        account = self.server.do(act)
        self.place(account, role, booth or self.booth)
        actor = Actor(account, None, login.title(), Role.EXHIBITOR, "fr")
        return actor, guest(login, way="account", secret=PASSWORD)

    def place(self, account: AccountId, role: str, booth: str) -> None:
        """Gives somebody a place on a booth's staff."""

        async def act() -> None:
            async with pool.opened(self.server.server.config.database_url.reveal()) as database:
                await Accounts(database).set_staff(account, BoothId(booth), role, "test")

        asyncio.run(act())

    def save(self, actor: Actor, name: str, revision: int) -> int:
        """Saves another name in the draft; returns its revision."""

        async def act(server: Server) -> int:
            wish = Wish(RequestId(uuid.uuid4().bytes), self.booth, revision)
            return await server.services.studio.edit(actor, wish, BoothEdit((Change("name", name),)))

        return self.server.do(act)

    def publish(self, actor: Actor, revision: int) -> int:
        """Publishes the draft."""

        async def act(server: Server) -> int:
            return await server.services.studio.publish(
                actor, Wish(RequestId(uuid.uuid4().bytes), self.booth, revision)
            )

        return self.server.do(act)


@pytest.fixture(scope="module")
def running(serving: Serving) -> Iterator[RunningServer]:
    with serving(demo=True, sweep_s=1.0) as server:
        yield server


_NUMBERS = count(7)


@pytest.fixture
def show(running: RunningServer) -> Show:
    return Show(running, BoothId(f"studio-{next(_NUMBERS):02}"))


def ask(peer: Peer, booth: str) -> None:
    peer.send(ShowDraft(request_id(), booth))


def test_a_draft_is_seen_by_the_one_visit_that_asked_until_it_ends_that(show: Show) -> None:
    editor, hello = show.hire("eva")
    first = show.save(editor, "Brouillon un", 0)
    with Peer(show.server.port) as own, Peer(show.server.port) as other:
        own.welcome(hello)
        own.enter("lille", f"booth:{show.booth}")
        other.welcome(guest("Ada"))
        other.enter("lille", f"booth:{show.booth}")
        ask(own, show.booth)
        shown = own.expect(DraftShown)
        assert (shown.booth, shown.hall, shown.revision, shown.content.name) == (
            show.booth,
            "lille",
            first,
            "Brouillon un",
        )
        assert own.expect(Done).number == first
        own.send(ReadBooth(request_id(), show.booth))
        assert own.expect(BoothRead).content.name != "Brouillon un"

        began = time.monotonic()
        second = show.save(editor, "Brouillon deux", first)
        newer = own.expect(DraftShown)
        assert (newer.revision, newer.content.name) == (second, "Brouillon deux")
        assert time.monotonic() - began < TOLD_S

        ask(own, "")
        assert own.expect(DraftHidden).booth == show.booth
        assert own.expect(Done).number == 0
        show.save(editor, "Brouillon trois", second)
        told = [*own.messages(1.2), *other.messages(0.2)]
        assert not [message for message in told if isinstance(message, DraftShown | DraftHidden | BoothEdited)]


def test_who_may_not_work_on_the_booth_is_refused_and_who_may_no_longer_sees_it_hidden(show: Show) -> None:
    editor, hello = show.hire("eva")
    show.save(editor, "Brouillon", 0)
    _, strange = show.hire("bob", booth=OTHER)
    _, welcoming = show.hire("zoe", "staff")
    for who in (strange, welcoming, guest("Ada")):
        with Peer(show.server.port) as peer:
            peer.welcome(who)
            ask(peer, show.booth)
            assert peer.expect(Rejected).code == RejectionCode.FORBIDDEN
    with Peer(show.server.port) as own:
        own.welcome(hello)
        ask(own, show.booth)
        own.expect(Done)
        show.place(editor.account or AccountId(""), "staff", show.booth)
        assert own.expect(DraftHidden).booth == show.booth


def test_publishing_tells_everybody_what_is_published_and_the_draft_stays_shown(show: Show) -> None:
    editor, hello = show.hire("eva")
    revision = show.save(editor, "Nouveau nom", 0)
    with Peer(show.server.port) as own, Peer(show.server.port) as other:
        for peer, who in ((own, hello), (other, guest("Ada"))):
            peer.welcome(who)
            peer.enter("lille", f"booth:{show.booth}")
        ask(own, show.booth)
        own.expect(Done)
        show.publish(editor, revision)
        assert other.expect(BoothEdited).card.name == "Nouveau nom"
        assert own.expect(DraftShown).content.name == "Nouveau nom"


def see_at_last(peer: Peer, booth: BoothId) -> None:
    """Asks for a draft until it is shown."""
    until = time.monotonic() + 5
    while True:
        ask(peer, booth)
        answer = next(m for m in peer.messages() if isinstance(m, Rejected | DraftShown))
        if isinstance(answer, DraftShown):
            return
        assert time.monotonic() < until
        time.sleep(0.2)


def test_only_so_many_see_drafts_at_once_and_a_lost_connection_makes_room(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_board, "SHOWN_CAP", 1)
    _, first = show.hire("eva")
    _, second = show.hire("bob")
    with Peer(show.server.port) as waiting:
        waiting.welcome(second)
        with Peer(show.server.port) as own:
            own.welcome(first)
            see_at_last(own, show.booth)  # once the visits of the test before are forgotten
            ask(waiting, show.booth)
            assert waiting.expect(Rejected).code == RejectionCode.TRY_LATER
        see_at_last(waiting, show.booth)
