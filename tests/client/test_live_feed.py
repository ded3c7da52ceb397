"""What the HUD is shown of a live session, and what somebody's wishes there become."""

from concurrent.futures import Future

from halles.errors import Rejection, RejectionCode
from halles.protocol.backstage_messages import BackstageLine, BackstageSaid
from halles.protocol.live_messages import ActLive, LivePartTold
from halles.protocol.messages import Message, Move
from halles.protocol.public_messages import OwnVotesTold, PollTold, QuestionsTold, React, VotePoll, VoteQuestion
from halles.world.live import Behind, Film, Floor, Slide
from halles.world.live_acts import LowerHand, RaiseHand
from halles.world.polls import Poll, PollCard
from halles.world.questions import Question
from halles.world.text import Text
from halles_client import talk_feed
from halles_client.language import speak
from halles_client.live_feed import live_shown, take_part
from halles_client.net.status import Phase, Status
from halles_client.view.hud.live_choices import Choice, choices
from halles_client.view.hud.live_state import LiveShown, PollShown, ReactWith, Shown, Speaking, VoteFor, VoteIn
from halles_client.visit import Visit
from tests.support.live_hall import EVA, JAN, ME, NOON_MS, SESSION, chair, hand, here, opened, told
from tests.support.plans import PLANS


class Wire:
    """A server that says what a test wants and remembers what it is asked."""

    def __init__(self) -> None:
        self.status = Status(Phase.ONLINE)
        self.said: list[Message] = []
        self.heard: list[Message] = []

    def drain(self) -> list[Message]:
        said, self.said = self.said, []
        return said

    def ask(self, message: Message) -> "Future[Message]":
        self.heard.append(message)
        return Future()

    def send(self, message: Move) -> None:
        """Hears it."""

    def tell(self, message: Message) -> None:
        self.heard.append(message)


def visit(*messages: Message, host: bool = False) -> tuple[Visit, Wire]:
    wire = Wire()
    made = Visit(wire, PLANS, None)  # type: ignore[arg-type]
    wire.said = [*here(), opened(), LivePartTold(SESSION, ME.key, host), *messages]
    made.hear(0.0)
    return made, wire


def shown(*messages: Message, host: bool = False, now: float = 0.0) -> LiveShown:
    found = live_shown(visit(*messages, host=host)[0], "fr", now)
    assert found is not None
    return found


def test_what_is_said_backstage_is_shown_to_who_belongs_there_and_no_longer() -> None:
    said = [BackstageSaid(SESSION, BackstageLine(n, "Régie", f"Ligne {n}", 1)) for n in (1, 2, 3, 4, 4)]
    found = shown(told(), *said, host=True)
    assert found.backstage == (("Régie", "Ligne 2"), ("Régie", "Ligne 3"), ("Régie", "Ligne 4"))
    assert choices(speak("nl"), found, "conduct")[-3:][0] == Choice("Régie: Ligne 2", None, head="Achter de schermen")
    behind = (Behind(ME.key, ME.name, 0),)
    assert shown(told(backstage=behind), *said).backstage
    assert not shown(told(backstage=behind), *said, told(2)).backstage


def test_ones_own_question_is_shown_while_it_waits_and_when_it_is_refused() -> None:
    asked = tuple(Question(n, f"Q{n}", "nl", ME.key, "", 1, state) for n, state in ((2, "waiting"), (1, "refused")))  # type: ignore[arg-type]
    found = shown(told(), OwnVotesTold(SESSION, (), (), False, asked))
    first, second = [row for row in choices(speak("nl"), found, "live") if row.label in ("Q1", "Q2")]
    assert first == Choice("Q2", None, "wacht op een host", head="Uw vragen", quiet=True)
    assert (second.label, second.act, second.detail) == ("Q1", None, "de hosts namen ze niet op")
    assert shown(told(), OwnVotesTold(SESSION, (), (), False)).own == ()


def test_a_line_that_a_frozen_chat_refuses_says_so() -> None:
    someone, _ = visit(told(frozen=True))
    someone.news.chat_refused(Rejection(RejectionCode.NOT_NOW, "frozen"))
    refusal = talk_feed.chat_refusal(someone, "nl")
    assert refusal is not None
    assert refusal.said.startswith("De hosts hebben de chat bevroren.")


def test_who_waits_who_speaks_and_how_long_is_told() -> None:
    floor = (Floor(JAN, 0, NOON_MS + 65_000),)
    found = shown(told(hands=(hand(EVA), hand(ME)), floor=floor, since_ms=NOON_MS - 60_000), now=5.0)
    assert found.speaking == (Speaking("jan", "Jan", "1:00"),)
    assert ([row.name for row in found.hands], found.rank, found.clock) == (["Eva", "Zoé"], 2, "1:05")


def test_a_fishbowl_has_a_free_chair_and_those_who_sit_there_speak() -> None:
    found = shown(told(mode="fishbowl", chairs=(chair(0, ME), chair(1, EVA))))
    assert (found.chair, found.free, found.floor) == (0, 2, True)
    assert [row.name for row in found.speaking] == ["Zoé", "Eva"]


def test_hosts_may_show_something_unless_somebody_else_presents() -> None:
    slides = shown(told(screen="slides", slide=Slide(0, 2)), host=True).shown
    assert slides == Shown("slides", 0, 2, 3, titles=(("Diapositives", 3), ("Film", 0)), mine=True)
    assert not shown(told(presenter="eva"), host=True).shown.mine
    assert shown(told(presenter="me")).shown.mine
    film = Film(1, playing=True, position_ms=1_000, at_ms=NOON_MS)
    running = shown(told(screen="film", film=film), host=True, now=2.0).shown
    assert (running.playing, running.position_ms) == (True, 3_000)


def test_questions_and_the_poll_are_read_in_ones_own_language() -> None:
    poll = Poll("single", "open", Text("D’abord ?", "Eerst?", "First?"), (Text("Oui"), Text("Non")))
    asked = Question(4, "Welke talen?", "nl", "k", "Jan", 0, "approved", 3)
    found = shown(
        told(),
        QuestionsTold(SESSION, 1, "free", (asked,)),
        PollTold(SESSION, PollCard(1, poll, "open", 0), (2, 1), 3),
    )
    assert [(row.text, row.votes, row.mine) for row in found.questions] == [("Welke talen?", 3, False)]
    assert found.poll == PollShown(1, "D’abord ?", ("Oui", "Non"), (2, 1), (), 3, open=True, multiple=False)
    assert found.asking == "free"


def test_wishes_become_requests() -> None:
    made, wire = visit(told())
    for what in (RaiseHand(), LowerHand(), VoteFor(4, on=True), VoteIn(1, (0,)), ReactWith("applaud")):
        take_part(made, what)
    assert [type(message) for message in wire.heard] == [ActLive, ActLive, VoteQuestion, VotePoll, React]


def test_nothing_is_shown_where_no_live_session_is_open() -> None:
    assert live_shown(visit()[0], "fr", 0.0) is None
