"""Announcements on a real server: who is told, when, and who is not while a film is shown."""

from collections.abc import Iterator

import pytest

from halles.protocol.announcement_messages import Announce, Announced
from halles.protocol.live_messages import LiveTold
from halles.protocol.messages import Done, Rejected
from halles.world.live_acts import Step
from halles.world.roles import Role
from halles.world.text import Text
from halles_server.services import announcing
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, end, told
from tests.support.wire import Peer, guest, request_id


@pytest.fixture
def show(serving: Serving, request: pytest.FixtureRequest) -> Iterator[Show]:
    """A server, with the demonstration's booths where a test asks for them."""
    with serving(sweep_s=1.0, demo=getattr(request, "param", False)) as server:
        yield Show(server)


def announce(peer: Peer, scope: str, place: str, words: str) -> str:
    """Announces something; returns "" once it is done, else the code of the refusal."""
    key = request_id()
    peer.send(Announce(key, scope, place, Text(fr=words)))  # type: ignore[arg-type]
    for message in peer.messages():
        if isinstance(message, Done | Rejected) and message.request_id == key:
            return message.code if isinstance(message, Rejected) else ""
    raise AssertionError("no answer")


def heard(peer: Peer) -> str:
    return peer.expect(Announced).text.fr


@pytest.mark.parametrize("show", [True], indirect=True)
def test_the_hall_the_show_and_a_booth_are_told_and_newcomers_of_what_is_news(show: Show) -> None:
    _, house = show.account("house", Role.ORGANISER)
    with Peer(show.port) as host, Peer(show.port) as here, Peer(show.port) as away:
        host.welcome(house)
        host.enter("crossroads")
        here.welcome(guest("Here"))
        here.enter("lille", "booth:studio-07")
        away.welcome(guest("Away"))
        away.enter("hainaut")
        assert announce(here, "hall", "lille", "Non") == "FORBIDDEN"
        assert announce(host, "hall", "lille", "À Lille") == ""
        assert announce(host, "booth", "studio-07", "Au stand") == ""
        assert announce(host, "show", "", "Partout") == ""
        told = here.expect(Announced)
        assert (told.scope, told.place, told.name, told.text.fr) == ("hall", "lille", "House", "À Lille")
        assert heard(here) == "Au stand"
        assert heard(here) == "Partout"
        assert heard(away) == "Partout", "and nothing of Lille before it"
        away.enter("lille")
        assert [heard(away), heard(away)] == ["À Lille", "Partout"], "who comes in later is told what is news there"


def test_nothing_is_called_out_over_a_film_and_all_of_it_is_told_when_the_film_is_over(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, house = show.account("house", Role.ORGANISER)
    session = show.plan("lille", mode="screening")
    with Peer(show.port) as host, Peer(show.port) as viewer:
        host.welcome(house)
        host.enter("crossroads")
        viewer.welcome(guest("Viewer"))
        viewer.enter("lille")
        assert answer(host, session, Step("open-doors")) == ""
        assert answer(host, session, Step("start")) == ""
        told(viewer, session, until="live")
        assert announce(host, "show", "", "Le film commence") == ""
        assert heard(host) == "Le film commence"
        monkeypatch.setattr(announcing, "NEWS_S", 0.0)  # a long film
        assert answer(host, session, Step("pause")) == ""
        phases = []
        for message in viewer.messages():
            if isinstance(message, LiveTold):
                phases.append(message.state.phase)
            elif isinstance(message, Announced):
                break
        assert phases[-1] == "paused", "nothing before"
        assert message.text.fr == "Le film commence"


def test_what_was_announced_in_a_closed_live_session_is_no_news_to_others_who_come_in_after_it(show: Show) -> None:
    _, house = show.account("house", Role.ORGANISER)
    _, member = show.account("member", Role.MEMBER)
    session = show.plan("lille", access="members")
    with Peer(show.port) as host, Peer(show.port) as joins, Peer(show.port) as passes:
        host.welcome(house)
        host.enter("lille")
        assert answer(host, session, Step("open-doors")) == ""
        told(host, session, until="doors")
        assert announce(host, "live", session, "Entre nous") == ""
        assert heard(host) == "Entre nous"
        end(host, session)
        told(host, session, until="ended")
        assert announce(host, "hall", "lille", "Pour tous") == ""
        assert heard(host) == "Pour tous"
        passes.welcome(guest("Passes"))
        passes.enter("lille")
        assert heard(passes) == "Pour tous"
        joins.welcome(member)
        joins.enter("lille")
        assert [heard(joins), heard(joins)] == ["Entre nous", "Pour tous"]
