"""A whole debate on two nodes with a hundred bots: a troll, a killed node in its middle, and its recording afterwards.

One moderator conducts from the console in a real browser, the other as a peer; the steps are told in their order.
"""

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from halles.protocol.chat_messages import Said
from halles.protocol.live_messages import CaptionSaid, LiveTold, SayCaption
from halles.protocol.messages import Say
from halles.protocol.public_messages import (
    AskQuestion,
    DecidePoll,
    DecideQuestion,
    OpenPoll,
    PollTold,
    QuestionTold,
    React,
    ReactionsTold,
    VotePoll,
    VoteQuestion,
    VotesTold,
)
from halles.protocol.standing_messages import Sanction, SanctionTold
from halles.world.live_acts import (
    GiveFloor,
    LowerHand,
    MakePresenter,
    RaiseHand,
    RunFilm,
    Seat,
    SetMode,
    ShowPage,
    Step,
    TakeChair,
    YieldFloor,
)
from halles.world.sanctions import SanctionKind
from halles_server.cluster.nats_server import NatsServer
from tests.support import debate
from tests.support.browser import browser, opened
from tests.support.debate import HALL, PASSWORD, SESSION, Bots, Nodes, Person, until
from tests.support.live_pages import is_here
from tests.support.nats import nats
from tests.support.postgres import database_url, postgres
from tests.support.public import AGREED
from tests.support.wire import Peer, guest, request_id

__all__ = ["browser", "database_url", "nats", "postgres"]

ON_ONE, ON_TWO = 60, 40
"""Bots on each node: ``one``, which is killed, has most."""
QUESTION, CAPTION, LINE, NOISE = "Who pays for the subtitles?", "We produce together", "Good evening", "BUY MY FILM"


@dataclass
class Debate:
    """Who takes part, and where."""

    nodes: Nodes
    database: str
    console: Page
    mo: Person
    speakers: list[Person]
    troll: Person
    watcher: Person
    bots: Bots


@pytest.fixture
def held(tmp_path: Path, database_url: str, nats: NatsServer, browser: Browser) -> Iterator[Debate]:
    """Everybody is there; nothing has begun."""
    debate.prepare(database_url, tmp_path)
    with ExitStack() as stack:
        nodes = stack.enter_context(debate.two_nodes(tmp_path, database_url, nats.url))
        one, two = nodes.port("one"), nodes.port("two")
        bots = stack.enter_context(Bots([one] * ON_ONE + [two] * ON_TWO))
        speakers = [Person(login).come(one if place < 3 else two) for place, login in enumerate(debate.SPEAKERS)]
        mo, watcher = Person("mo").come(one), Person("Wim", guest("Wim")).come(two)
        troll = Person("Troll", guest("Troll", device="a-troll-s-device")).come(two)
        for person in (*speakers, mo, watcher, troll):
            stack.callback(person.go)
        console = stack.enter_context(opened(browser, f"{nodes.running['two'].url}/en/login"))
        yield Debate(nodes, database_url, console, mo, speakers, troll, watcher, bots)


def test_a_debate_of_a_hundred_on_two_nodes_outlives_a_troll_and_a_killed_node_and_is_watched_again(
    held: Debate,
) -> None:
    the_console_opens_the_doors_and_starts(held)
    who_has_not_spoken_goes_before_who_has(held)
    only_the_presenter_turns_slides_and_seeks_the_film(held)
    captions_questions_poll_and_reactions_reach_the_other_node(held)
    a_modified_client_gains_nothing(held)
    a_killed_node_costs_nobody_place_hand_chair_or_slide(held)
    the_fishbowl_keeps_a_chair_empty(held)
    it_ends_and_is_published(held)
    the_recording_is_what_was_seen(held)
    the_minutes_and_the_audit_tell_of_it(held)


def the_console_opens_the_doors_and_starts(held: Debate) -> None:
    page = held.console
    page.get_by_label("Login name").fill("mia")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".me .initial")
    page.goto(f"{held.nodes.running['two'].url}/en/console/{SESSION}")
    is_here(page)
    for label in ("Open the doors", "Start"):
        page.get_by_role("button", name=label, exact=True).click()
        expect(page.get_by_role("button", name=label, exact=True)).to_be_hidden()
    for person in (*held.speakers, held.mo, held.watcher, held.troll):
        person.sees(lambda state: state.phase == "live")
    held.watcher.does(Say(request_id(), "hall", LINE))
    held.mo.wait(Said, lambda said: said.line.text == LINE)


def who_has_not_spoken_goes_before_who_has(held: Debate) -> None:
    ann, ben, *_ = held.speakers
    ann.acts(RaiseHand())
    expect(held.console.locator("[data-list=hands] b")).to_have_text("Ann")
    held.mo.acts(GiveFloor(ann.key, 60))
    floor = held.watcher.sees(lambda state: state.floor).floor[0]
    assert floor.until_ms - floor.since_ms == 60_000
    ann.acts(YieldFloor(), RaiseHand())
    ben.acts(RaiseHand())
    hands = held.watcher.sees(lambda state: len(state.hands) == 2).hands
    assert [(hand.person.name, hand.first) for hand in hands] == [("Ben", True), ("Ann", False)]


def only_the_presenter_turns_slides_and_seeks_the_film(held: Debate) -> None:
    cas = held.speakers[2]
    held.mo.acts(MakePresenter(cas.welcomed.visit))
    for other in (held.mo, held.troll, held.speakers[3]):
        assert other.may_not(ShowPage(0, 3)) == "FORBIDDEN"
    cas.acts(RunFilm(1, 0, True), RunFilm(1, 30_000, True))
    film = held.watcher.sees(lambda state: state.film is not None and state.film.position_ms == 30_000).film
    assert film is not None
    assert film.playing
    cas.acts(ShowPage(0, 2))
    expect(held.console.locator("[data-page]")).to_have_text("2 / 3")


def captions_questions_poll_and_reactions_reach_the_other_node(held: Debate) -> None:
    mo, watcher, speakers = held.mo, held.watcher, held.speakers
    mo.does(SayCaption(request_id(), SESSION, "en", CAPTION))
    assert watcher.wait(CaptionSaid).text == CAPTION
    question = speakers[0].does(AskQuestion(request_id(), SESSION, "en", QUESTION))
    held.console.get_by_role("button", name="Approve").click()
    watcher.wait(QuestionTold, lambda told: (told.row.number, told.row.state) == (question, "approved"))
    for person in (*speakers, *[held.troll] * 6):
        person.ask(VoteQuestion(request_id(), SESSION, question, True))
    assert watcher.wait(VotesTold, lambda told: (question, 6) in told.votes)
    mo.does(DecideQuestion(request_id(), SESSION, question, "answer"))
    watcher.wait(QuestionTold, lambda told: (told.row.state, told.row.votes) == ("answered", 6))
    poll = mo.does(OpenPoll(request_id(), SESSION, AGREED))
    for place, person in enumerate([*speakers, *[held.troll] * 3]):
        person.ask(VotePoll(request_id(), SESSION, poll, (0 if place < 4 else 1,)))
    for decision in ("close", "show"):
        mo.does(DecidePoll(request_id(), SESSION, poll, decision))
    shown = watcher.wait(PollTold, lambda told: told.card.state == "shown")
    assert (shown.counts, shown.voters) == ((4, 2), 6)
    speakers[0].peer.send(React(SESSION, "applaud"))
    watcher.wait(ReactionsTold, lambda told: told.counts[0])


def a_modified_client_gains_nothing(held: Debate) -> None:
    mo, troll, watcher = held.mo, held.troll, held.watcher
    for act in (Step("end"), SetMode("open"), GiveFloor(troll.key), Seat(troll.key, 1), MakePresenter(troll.key)):
        assert troll.may_not(act) == "FORBIDDEN", act
    flood = [troll.may_not(RaiseHand()) for _ in range(12)]
    assert "RATE_LIMITED" in flood
    if any(hand.person.key == troll.key for hand in mo.state.hands):
        mo.acts(LowerHand(troll.key))
    visit = troll.welcomed.visit
    mo.does(Sanction(request_id(), visit, SanctionKind.SILENCE, 10, "You shout."))
    troll.wait(SanctionTold, lambda told: told.sanctions)
    assert troll.refused(Say(request_id(), "hall", NOISE)) == "FORBIDDEN"
    # The flood of hands before shares its rate, which is told first.
    until(lambda: troll.refused(AskQuestion(request_id(), SESSION, "en", NOISE)) == "FORBIDDEN", "a silenced question")
    mo.does(Sanction(request_id(), visit, SanctionKind.BAN, 60, "You would not listen."))
    until(lambda: troll.peer.close_code == 4403, "the troll is still here")
    for port in map(held.nodes.port, ("one", "two")):
        assert debate.turned_away(port, guest("", way="resume", secret=troll.welcomed.resume))[0] in {4401, 4403}
        assert debate.turned_away(port, guest("Other", device="a-troll-s-device")) == (4403, "BANNED")
    said = [told.line.text for person in (mo, watcher) for told in person.heard if isinstance(told, Said)]
    assert LINE in said
    assert NOISE not in said


def a_killed_node_costs_nobody_place_hand_chair_or_slide(held: Debate) -> None:
    mo, watcher, (ann, ben, cas, *_) = held.mo, held.watcher, held.speakers
    mo.acts(Seat(cas.welcomed.visit, 3))
    before = watcher.sees(lambda state: state.chairs)
    for _ in range(5):
        ann.step(10, 0)
    held.console.wait_for_timeout(2500)  # so that places are kept, as they are each second here
    keys = [person.key for person in (ann, ben, cas)]
    held.nodes.running["one"].kill()
    for person in (ann, ben, cas, mo):
        stood = person.place
        person.go()
        person.come(held.nodes.port("two"))
        if person in (ann, ben, mo):
            assert math.dist(person.place, stood) <= 100, "more than a metre off"
    until(lambda: all(entries >= 2 for entries in held.bots.entries[:ON_ONE]), "not every bot came back")
    for returned, stood in list(zip(held.bots.returned, held.bots.stood, strict=True))[:ON_ONE]:
        assert math.dist(returned, stood) <= 100, "a bot is more than a metre off"
    assert [person.key for person in (ann, ben, cas)] == keys
    held.nodes.start("one")
    with Peer(held.nodes.port("one")) as newcomer:
        newcomer.welcome(guest("Nora"))
        newcomer.enter(HALL)
        told = newcomer.expect(LiveTold).state
    for after in (watcher.state, ann.sees(lambda state: state.chairs), told):
        assert debate.without_visits(after) == debate.without_visits(before)


def the_fishbowl_keeps_a_chair_empty(held: Debate) -> None:
    held.mo.acts(SetMode("fishbowl"))
    for chair, person in enumerate(held.speakers):
        person.acts(TakeChair(chair))
    seated = held.watcher.sees(lambda state: any(chair.person.name == "Eve" for chair in state.chairs)).chairs
    assert len(seated) == 4, "the fifth stays empty: whoever sat longest got up"
    held.mo.acts(SetMode("hands"))


def it_ends_and_is_published(held: Debate) -> None:
    for step in ("close", "end"):
        held.mo.acts(Step(step))
    held.watcher.sees(lambda state: state.phase == "ended")
    assert held.speakers[0].may_not(RaiseHand()) == "NOT_NOW"
    held.mo.acts(Step("publish"))
    while debate.rows(held.database, "SELECT session FROM live_states WHERE talk_after IS NOT NULL"):
        time.sleep(0.1)  # a node keeps the chat a moment after the end


def the_recording_is_what_was_seen(held: Debate) -> None:
    with Peer(held.nodes.port("one")) as reader:
        reader.welcome(guest("Reader"))
        _, parts = debate.replay(reader)
    moments = [debate.without_visits(moment.state) for part in parts for moment in part.moments]
    told = held.watcher.states
    until_published = [state for revision, state in sorted(told.items()) if revision and state.phase != "published"]
    seen = [debate.without_visits(state) for state in until_published]
    rest = iter(moments)
    assert [state for state in seen if state not in rest] == [], "told but not recorded, or in another order"
    unseen = [moment for moment in moments if moment not in seen and moment[0] != "published"]
    passed_over = len(range(min(filter(None, told)), max(told) + 1)) - len(list(filter(None, told)))
    assert len(unseen) <= passed_over, "recorded and never told, but where a newer state was told in its place"
    lines = [(line.kind, line.text) for part in parts for line in part.lines]
    assert ("said", LINE) in lines
    assert ("caption", CAPTION) in lines
    assert any(kind == "question" and QUESTION in text for kind, text in lines)
    assert any(kind == "poll" for kind, _ in lines)
    assert not any(NOISE in text for _, text in lines)


def the_minutes_and_the_audit_tell_of_it(held: Debate) -> None:
    written = debate.minutes(held.nodes.running["two"].url, "mia")
    for what in ("Ann", QUESTION, CAPTION, "Agreed? yes: 4, no: 2", ", Chair "):
        assert what in written, written
    verified = held.nodes.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
    given = (
        "SELECT detail->>'kind', subject FROM audit WHERE act = 'sanction.give'"
        " AND actor = (SELECT id::text FROM accounts WHERE login = 'mo') ORDER BY id"
    )
    whose = f"visit:{held.troll.welcomed.visit}"
    assert debate.rows(held.database, given) == [("silence", whose), ("ban", whose)]
