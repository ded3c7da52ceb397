"""Questions, polls and attendance on a real server: who is told what, how soon, and what a modified client gets."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from msgspec.structs import replace

from halles.ids import AccountId, LiveSessionId
from halles.protocol.live_messages import LivePartTold
from halles.protocol.messages import Done, Rejected
from halles.protocol.public_messages import (
    AskQuestion,
    Attend,
    AttendanceTold,
    DecidePoll,
    DecideQuestion,
    OpenPoll,
    OwnVotesTold,
    PollTold,
    QuestionQueueTold,
    QuestionsTold,
    QuestionTold,
    SetAsking,
    VotePoll,
    VoteQuestion,
    VotesTold,
)
from halles.protocol.standing_messages import Sanction, SanctionTold
from halles.world.live_acts import RaiseHand, Step
from halles.world.roles import Role
from halles.world.sanctions import SanctionKind
from halles_server.bootstrap import Server
from halles_server.services.actor import Actor
from halles_server.services.attendance import AttendanceList
from tests.server.gateway.conftest import Serving
from tests.server.gateway.test_live_board import Show, answer, end
from tests.support.public import AGREED
from tests.support.wire import Peer, guest, request_id

HEARD_S = 2.0
"""What a told change may take here; the load measures how soon it is."""


@pytest.fixture(scope="module")
def show(serving: Serving) -> Iterator[Show]:
    with serving(sweep_s=1.0, count_s=0.2) as server:
        yield Show(server)


@pytest.fixture
def opened(show: Show) -> Iterator[tuple[LiveSessionId, Peer]]:
    """A live session in Lille whose doors are open, and its host, who stands there."""
    _, host = show.account(f"host-{show.planned}", Role.MODERATOR)
    session = show.plan("lille")
    with Peer(show.port) as moderator:
        moderator.welcome(host)
        moderator.enter("lille")
        assert answer(moderator, session, Step("open-doors")) == ""
        heard(moderator, AttendanceTold)  # so that this node knows it
        yield session, moderator
        end(moderator, session)


def asked(peer: Peer, message: Any) -> Done | Rejected:
    """Asks for something and returns the answer."""
    peer.send(message)
    for told in peer.messages():
        if isinstance(told, Done | Rejected) and told.request_id == message.request_id:
            return told
    raise AssertionError("no answer")


def heard(peer: Peer, kind: type[Any], fits: Callable[[Any], bool] = lambda _: True) -> Any:
    """The next message of a type that fits."""
    for message in peer.messages():
        if isinstance(message, kind) and fits(message):
            return message
    raise AssertionError(f"no {kind.__name__}")


def visitor(show: Show, stack: ExitStack, name: str) -> Peer:
    """Somebody in Lille."""
    peer = stack.enter_context(Peer(show.port))
    peer.welcome(guest(name))
    peer.enter("lille")
    return peer


def test_a_question_reaches_the_host_and_only_once_approved_the_hall(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    with ExitStack() as stack:
        ada, watcher = visitor(show, stack, "Ada"), visitor(show, stack, "Watcher")
        began = time.monotonic()
        done = asked(ada, AskQuestion(request_id(), session, "nl", "  Wat kost dat?  "))
        assert isinstance(done, Done)
        queue = heard(host, QuestionQueueTold, lambda told: told.waiting == 1)
        assert time.monotonic() - began < HEARD_S
        (row,) = queue.rows
        assert (row.number, row.text, row.language, row.name) == (done.number, "Wat kost dat?", "nl", "Ada")
        (own,) = heard(ada, OwnVotesTold, lambda told: told.asked).asked
        assert (own.number, own.text, own.state) == (done.number, "Wat kost dat?", "waiting")
        troll = asked(watcher, DecideQuestion(request_id(), session, row.number, "approve"))
        assert isinstance(troll, Rejected)
        assert troll.code == "FORBIDDEN"
        assert isinstance(asked(host, DecideQuestion(request_id(), session, row.number, "approve")), Done)
        told = heard(watcher, QuestionTold)
        assert (told.row.number, told.row.state, told.row.key[0]) == (row.number, "approved", "v")
        assert heard(host, QuestionQueueTold).waiting == 0
        assert heard(ada, OwnVotesTold).asked == ()
        for voter in (ada, watcher):
            assert isinstance(asked(voter, VoteQuestion(request_id(), session, row.number, True)), Done)
        heard(watcher, VotesTold, lambda votes: votes.votes == ((row.number, 2),))
        newcomer = visitor(show, stack, "Newcomer")
        listed = heard(newcomer, QuestionsTold)
        assert (listed.first, [(one.number, one.votes) for one in listed.rows]) == (True, [(row.number, 2)])
        assert heard(newcomer, OwnVotesTold) == OwnVotesTold(session, (), (), False)
        assert isinstance(asked(host, DecideQuestion(request_id(), session, row.number, "refuse")), Done)
        hidden = heard(newcomer, QuestionTold)
        assert (hidden.row.number, hidden.row.state, hidden.row.text) == (row.number, "refused", "")
        assert [one.state for one in heard(ada, OwnVotesTold).asked] == ["refused"], "its asker is told, and only they"
        assert not [m for m in watcher.messages(0.3) if isinstance(m, OwnVotesTold) and m.asked]


def test_who_comes_back_finds_its_votes_and_nobody_else_is_told_of_them(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    assert isinstance(asked(host, SetAsking(request_id(), session, "free")), Done)
    _, bob = show.account("bob-votes")
    with ExitStack() as stack:
        ada = visitor(show, stack, "Ada")
        number = asked(ada, AskQuestion(request_id(), session, "fr", "Et le prix ?")).number
        heard(ada, QuestionTold)
        heard(ada, OwnVotesTold, lambda own: own.session == session)
        poll = asked(host, OpenPoll(request_id(), session, AGREED)).number
        heard(ada, PollTold)
        with Peer(show.port) as once:
            once.welcome(bob)
            once.enter("lille")
            assert isinstance(asked(once, VoteQuestion(request_id(), session, number, True)), Done)
            assert isinstance(asked(once, VotePoll(request_id(), session, poll, (1,))), Done)
            assert isinstance(asked(once, Attend(request_id(), session, True)), Done)
        with Peer(show.port) as again:
            again.welcome(bob)
            again.enter("lille")
            own = heard(again, OwnVotesTold)
            assert (own.questions, [(one.poll, one.choices) for one in own.polls]) == ((number,), [(poll, (1,))])
            assert own.attends
            assert isinstance(asked(again, VoteQuestion(request_id(), session, number, True)), Done)
        assert show.value(f"SELECT count(*) FROM live_question_votes WHERE question = {number}") == 1
        assert not [m for m in ada.messages(0.3) if isinstance(m, OwnVotesTold)]


def test_hidden_results_are_seen_by_nobody_before_they_are_shown(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    with ExitStack() as stack:
        ada, watcher = visitor(show, stack, "Ada"), visitor(show, stack, "Watcher")
        refused = asked(ada, OpenPoll(request_id(), session, AGREED))
        assert isinstance(refused, Rejected)
        assert refused.code == "FORBIDDEN"
        number = asked(host, OpenPoll(request_id(), session, AGREED)).number
        assert isinstance(asked(ada, VotePoll(request_id(), session, number, (0,))), Done)
        voted = heard(host, PollTold, lambda told: told.voters == 1)
        assert voted.counts == (), "the hosts see no more than others"
        twice = asked(watcher, VotePoll(request_id(), session, number, (0, 1)))
        assert isinstance(twice, Rejected)
        assert twice.code == "BAD_FIELD"
        for decision in ("close", "show"):
            assert isinstance(asked(host, DecidePoll(request_id(), session, number, decision)), Done)
        shown = heard(watcher, PollTold, lambda told: told.card.state == "shown")
        assert (shown.counts, shown.voters) == ((1, 0), 1)
        late = asked(watcher, VotePoll(request_id(), session, number, (1,)))
        assert isinstance(late, Rejected)
        assert late.code == "NOT_NOW"
        assert isinstance(asked(host, DecidePoll(request_id(), session, number, "withdraw")), Done)
        assert heard(watcher, PollTold, lambda told: told.card.state == "withdrawn").counts == ()


def test_open_results_are_told_while_people_vote(show: Show, opened: tuple[LiveSessionId, Peer]) -> None:
    session, host = opened
    several = replace(AGREED, kind="multiple", results="open")
    with ExitStack() as stack:
        ada = visitor(show, stack, "Ada")
        number = asked(host, OpenPoll(request_id(), session, several)).number
        assert isinstance(asked(ada, VotePoll(request_id(), session, number, (0, 1))), Done)
        assert heard(ada, PollTold, lambda told: told.voters == 1).counts == (1, 1)
        newcomer = visitor(show, stack, "Newcomer")
        assert heard(newcomer, PollTold).counts == (1, 1)


def test_ten_thousand_votes_of_a_modified_client_are_refused_unread_and_count_as_one(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    assert isinstance(asked(host, SetAsking(request_id(), session, "free")), Done)
    with ExitStack() as stack:
        troll = visitor(show, stack, "Troll")
        number = asked(troll, AskQuestion(request_id(), session, "fr", "Et moi ?")).number
        heard(host, QuestionTold)
        answers = [asked(troll, VoteQuestion(request_id(), session, number, True)) for _ in range(40)]
        refused = [one for one in answers if isinstance(one, Rejected)]
        assert {one.code for one in refused} == {"RATE_LIMITED"}
        assert len(refused) > 10
        noted = f"SELECT count(*) FROM audit WHERE act = 'live.refused' AND subject = 'live:{session}'"
        assert show.value(noted + " AND detail ->> 'tried' = 'vote'") in range(1, 5), "rows of a flood are few"
        assert show.value(f"SELECT count(*) FROM live_question_votes WHERE question = {number}") == 1
        asker = visitor(show, stack, "Asker")
        for text in ("Et ?", "Et alors ?", "Encore ?"):
            assert isinstance(asked(asker, AskQuestion(request_id(), session, "fr", text)), Done)
        fourth = asked(asker, AskQuestion(request_id(), session, "fr", "Et puis ?"))
        assert isinstance(fourth, Rejected)
        assert (fourth.code, fourth.retry_after_ms > 0) == ("RATE_LIMITED", True)


def test_a_guest_who_comes_in_anew_is_the_same_one_and_votes_asks_and_raises_a_hand_once(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    assert isinstance(asked(host, SetAsking(request_id(), session, "free")), Done)
    poll = asked(host, OpenPoll(request_id(), session, AGREED)).number
    number, keys, asks = 0, set(), []
    for _ in range(3):
        with Peer(show.port) as again:
            again.welcome(guest("Again", device="one browser"))
            again.enter("lille")
            keys.add(heard(again, LivePartTold).key)
            asks += [asked(again, AskQuestion(request_id(), session, "fr", "Et moi ?")) for _ in range(2)]
            number = number or asks[0].number
            for vote in (
                VoteQuestion(request_id(), session, number, True),
                VotePoll(request_id(), session, poll, (0,)),
            ):
                assert isinstance(asked(again, vote), Done)
            assert answer(again, session, RaiseHand()) == ""
    with Peer(show.port) as other:
        other.welcome(guest("Other", device="another browser"))
        other.enter("lille")
        assert heard(other, LivePartTold).key not in keys
    assert (len(keys), [one.code for one in asks if isinstance(one, Rejected)]) == (1, ["RATE_LIMITED"] * 3)
    assert show.value(f"SELECT count(*) FROM live_question_votes WHERE question = {number}") == 1
    assert show.value(f"SELECT count(*) FROM live_poll_votes WHERE poll = {poll}") == 1
    assert show.value(f"SELECT jsonb_array_length(state -> 3) FROM live_states WHERE session = '{session}'") <= 1


def test_a_vote_right_after_the_end_or_when_access_was_narrowed_is_not_counted_by_what_was_known(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    assert isinstance(asked(host, SetAsking(request_id(), session, "free")), Done)
    poll = asked(host, OpenPoll(request_id(), session, AGREED)).number
    with ExitStack() as stack:
        ada, bob = visitor(show, stack, "Ada"), visitor(show, stack, "Bob")
        number = asked(ada, AskQuestion(request_id(), session, "fr", "Et moi ?")).number

        def votes(one: Peer) -> list[str]:
            wanted = VoteQuestion(request_id(), session, number, True), VotePoll(request_id(), session, poll, (0,))
            return [answer.code if isinstance(answer := asked(one, vote), Rejected) else "" for vote in wanted]

        assert votes(ada) == ["", ""]
        narrow = "UPDATE programme SET access = '{}', revision = revision + 1 WHERE id = '{}'"
        show.change(narrow.format("members", session))
        assert votes(bob) == ["FORBIDDEN", "FORBIDDEN"]
        show.change(narrow.format("public", session))
        assert votes(ada) == ["", ""]
        end(host, session)
        assert votes(ada) == ["NOT_NOW", "NOT_NOW"]


def test_bots_neither_ask_nor_vote_and_nobody_does_before_the_doors_are_open(show: Show) -> None:
    session = show.plan("hainaut")
    with Peer(show.port) as bot, Peer(show.port) as early:
        bot.welcome(guest("Bot", kind="bot"))
        early.welcome(guest("Early"))
        key = request_id()
        codes = [
            asked(bot, AskQuestion(key, session, "fr", "Et ?")).code,
            asked(bot, VoteQuestion(request_id(), session, 1, True)).code,
            asked(early, AskQuestion(request_id(), session, "fr", "Et ?")).code,
            asked(early, VoteQuestion(request_id(), session, 1, True)).code,
            asked(early, Attend(request_id(), session, True)).code,
            asked(early, AskQuestion(request_id(), LiveSessionId("no-such"), "fr", "Et ?")).code,
        ]
        assert codes == ["FORBIDDEN", "FORBIDDEN", "NOT_NOW", "NOT_NOW", "FORBIDDEN", "NOT_FOUND"]


def test_who_is_silenced_in_a_live_session_asks_nothing_there_and_still_votes(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    assert isinstance(asked(host, SetAsking(request_id(), session, "free")), Done)
    with ExitStack() as stack:
        troll = visitor(show, stack, "Troll")
        assert troll.welcomed is not None
        number = asked(troll, AskQuestion(request_id(), session, "fr", "Et moi ?")).number
        silence = Sanction(request_id(), troll.welcomed.visit, SanctionKind.SILENCE, 60, "You shout.", "live", session)
        assert isinstance(asked(host, silence), Done)
        heard(troll, SanctionTold, lambda told: bool(told.sanctions))
        refused = asked(troll, AskQuestion(request_id(), session, "fr", "Et moi ?"))
        assert isinstance(refused, Rejected)
        assert refused.code == "FORBIDDEN"
        assert isinstance(asked(troll, VoteQuestion(request_id(), session, number, True)), Done)


def test_hosts_are_told_how_many_are_there_and_names_of_those_alone_who_agreed(
    show: Show, opened: tuple[LiveSessionId, Peer]
) -> None:
    session, host = opened
    _, ada = show.account("ada-attends")
    with ExitStack() as stack:
        watcher = visitor(show, stack, "Watcher")
        member = stack.enter_context(Peer(show.port))
        member.welcome(ada)
        member.enter("lille")
        heard(host, AttendanceTold, lambda told: told.people == 3)
        assert isinstance(asked(member, Attend(request_id(), session, True)), Done)
        assert heard(host, AttendanceTold, lambda told: told.consented == 1).people == 3
        assert not [m for m in watcher.messages(0.3) if isinstance(m, AttendanceTold | QuestionQueueTold)]
        kept = show.server.do(lambda server: taken_away(server, session))
        assert kept == AttendanceList(None, 1, ("Ada-Attends",)), "a count under five does not leave the show"
        assert isinstance(asked(member, Attend(request_id(), session, False)), Done)
        heard(host, AttendanceTold, lambda told: told.consented == 0)


def test_lost_announcements_are_repaired_by_the_sweep(show: Show, opened: tuple[LiveSessionId, Peer]) -> None:
    session, _ = opened
    with ExitStack() as stack:
        watcher = visitor(show, stack, "Watcher")
        heard(watcher, LivePartTold)
        show.change(
            "WITH added AS (INSERT INTO live_questions (session, key, language, text, state, asked_ms)"
            f" VALUES ('{session}', 'vx', 'fr', 'Et ?', 'approved', 1) RETURNING session)"
            " INSERT INTO live_public (session, revision) SELECT session, 9 FROM added"
        )
        told = heard(watcher, QuestionTold)
        assert (told.revision, told.row.text) == (9, "Et ?")


async def taken_away(server: Server, session: LiveSessionId) -> AttendanceList:
    host = Actor(AccountId("host"), None, "Host", Role.ORGANISER, "fr")
    return await server.services.attendance.taken_away(host, session)
