"""What a visit gives the HUD to show, over a real link to a peer that says what the test needs."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from halles.ids import AvatarNumber, BoothId, VisitId
from halles.protocol.announcement_messages import Announced
from halles.protocol.booth_messages import (
    BellTold,
    BoothsStaffed,
    BoothStaffed,
    RingBell,
    RingCard,
    RingTold,
    StaffedBooth,
)
from halles.protocol.close_codes import CloseCode
from halles.protocol.messages import (
    AvatarCard,
    AvatarsEntered,
    AvatarsLeft,
    BoothCard,
    BoothsListed,
    Done,
    EnterHall,
    Hello,
    Message,
)
from halles.protocol.report_messages import Report, ReportLooked, ReportsWaiting
from halles.world.look import Look
from halles.world.roles import Role
from halles.world.text import Text
from halles_client.goals import subject_of
from halles_client.hud_feed import PEOPLE_EVERY_S, PEOPLE_MOST, HudFeed, connection
from halles_client.moments import minutes_until
from halles_client.net.link import Link
from halles_client.net.media import Media
from halles_client.net.status import Phase, Status
from halles_client.news import Missing, Trouble
from halles_client.view.hud.booth_state import Caller, OwnRing
from halles_client.visit import Visit
from tests.support.peer import LILLE, Beside, Peer, cards, play, until
from tests.support.plans import PLANS

SLOT = PLANS.scenes[LILLE].slots[0]


def person(number: int, name: str, role: Role, x: float, y: float) -> AvatarCard:
    at = VisitId(f"v{number}")
    return AvatarCard(AvatarNumber(number), at, name, role, "fr", Look(), False, round(x * 100), round(y * 100), 0)


async def enter(link: Link, folder: Path) -> tuple[Visit, HudFeed]:
    visit = Visit(Beside(link), PLANS, Media("ws://127.0.0.1:9/world", folder), (LILLE, ""))

    def here() -> bool:
        visit.hear(1.0)
        return visit.replica.own is not None

    await until(here)
    return visit, HudFeed(visit, "fr", "localhost")


async def hear(visit: Visit, people: int) -> None:
    def heard() -> bool:
        visit.hear(2.0)
        return len(visit.replica.people) == people

    await until(heard)


def test_an_open_booth_names_only_those_who_welcome_there_now(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        await peer.say(BoothsListed(LILLE, (BoothCard(BoothId("b"), SLOT.id, 1, "Studio", "company", 1, ()),)))
        await peer.say(AvatarsEntered((person(5, "Eva", Role.EXHIBITOR, SLOT.x, SLOT.y),)))
        await hear(visit, 1)
        visit.booths.open(BoothId("b"))
        sheet = feed.state(10.0).sheet
        assert sheet is not None
        assert sheet.staff == ("Eva",)
        await peer.say(AvatarsLeft((AvatarNumber(5),)))
        await hear(visit, 0)
        sheet = feed.state(10.0 + PEOPLE_EVERY_S).sheet
        assert sheet is not None
        assert sheet.staff == ()

    play(scenario, Peer(halls=cards(*PLANS.scenes)))


def test_people_are_listed_only_while_somebody_reads_the_list_and_the_nearest_first(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        crowd = [person(n, f"P{n}", Role.GUEST, 0.0, n * 0.05) for n in range(2, PEOPLE_MOST + 102)]
        for start in range(0, len(crowd), 100):
            await peer.say(AvatarsEntered(tuple(crowd[start : start + 100])))
        await hear(visit, len(crowd))
        assert feed.state(10.0).people == ()
        listed = feed.state(10.01, listing=True).people
        assert len(listed) == PEOPLE_MOST
        assert listed[0].me
        assert [row.name for row in listed[1:4]] == ["P2", "P3", "P4"]
        assert [row.distance_m for row in listed] == sorted(row.distance_m for row in listed)
        assert listed[-1].name == f"P{PEOPLE_MOST}"
        assert feed.state(10.02).people == ()

    play(scenario, Peer(halls=cards(*PLANS.scenes)))


def test_who_never_was_let_in_reads_why_and_when_it_is_tried_again() -> None:
    shown = connection(Status(Phase.RECONNECTING, retry_at=107.0, code=CloseCode.TRY_LATER), 100.0, "localhost", 60)
    assert (shown.state, shown.close_code, shown.retry_in_s) == ("connecting", CloseCode.TRY_LATER, 7)


def test_after_a_break_the_place_is_kept_as_long_as_the_server_said(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        _, feed = await enter(link, tmp_path)
        peer.cut()
        await until(lambda: link.status.phase is Phase.RECONNECTING)
        shown = feed.state(link.status.lost_at + 30.0).connection
        assert (shown.state, shown.kept_s) == ("reconnecting", 60)
        assert feed.state(link.status.lost_at + 95.0).connection.kept_s == 0

    def greet(peer: Peer, hello: Hello) -> list[Message]:
        return [msgspec.structs.replace(peer.welcome(), resume_s=90)]

    play(scenario, Peer(halls=cards(*PLANS.scenes), greet=greet))


def test_a_link_that_led_to_nothing_is_named_with_the_hall_instead(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        visit.trouble.append(Trouble(7, "NOT_FOUND", missing=Missing("booth", "digiprt", LILLE)))
        (notice,) = feed.state(1.0).notices
        assert (notice.serial, notice.refusal) == (7, "")
        assert "digiprt" in notice.text
        assert feed._hall_name(LILLE) in notice.text

    play(scenario, Peer(halls=cards(*PLANS.scenes)))


def test_the_sheet_says_how_the_booth_is_staffed_and_the_bell_who_rings(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        await peer.say(BoothsListed(LILLE, (BoothCard(BoothId("b"), SLOT.id, 1, "Studio", "company", 1, ()),)))
        back = datetime(2026, 11, 26, 15, 5).astimezone()
        staffed = StaffedBooth(BoothId("b"), "back", int(back.timestamp() * 1000))
        await peer.say(BoothsStaffed(LILLE, (staffed,)))
        ring = RingCard(7, VisitId("w"), "Ada", Role.GUEST, "fr", "waiting", 1_000)
        missed = RingCard(6, VisitId("x"), "Bo", Role.GUEST, "fr", "missed", 900)
        await peer.say(BellTold(BoothId("b"), "Studio", LILLE, (ring, missed)))

        def heard() -> bool:
            visit.hear(2.0)
            return bool(visit.bells.queues)

        await until(heard)
        visit.booths.open(BoothId("b"))
        shown = feed.state(10.0)
        assert shown.sheet is not None
        assert (shown.sheet.staffed, shown.sheet.back_at) == ("back", (15, 5))
        assert shown.caller == Caller(7, "Ada", "Studio", 1, 1)
        await peer.say(BoothStaffed(BoothId("b"), "here"))
        await until(lambda: (visit.hear(3.0), visit.replica.staffed[BoothId("b")].state == "here")[1])
        sheet = feed.state(11.0).sheet
        assert sheet is not None
        assert sheet.staffed == "here"

    play(scenario)


def test_a_report_is_sent_and_what_becomes_of_it_is_a_notice(tmp_path: Path) -> None:
    asked: list[Message] = []

    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            return [peer.let_in(message)]
        asked.append(message)
        return [Done(message.request_id, 9), ReportsWaiting(1), ReportLooked(9)] if isinstance(message, Report) else []

    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        visit.report("line", subject_of(f"{LILLE}|visit:v-bo"), "hate", "Vile.", 7_000)
        visit.report("host", subject_of("b"), "rights")
        await until(lambda: (visit.hear(2.0), len(visit.trouble) == 5)[1])
        texts = [notice.text for notice in feed.state(3.0).notices]
        assert any(text.startswith("Le signalement 9 est chez les modérateurs.") for text in texts)
        assert "Votre signalement 9 a été examiné." in texts
        assert sum(text.startswith("1 signalement attend") for text in texts) == 1, (
            "moderators hear of more, not of as many"
        )
        assert [
            (row.about, row.subject, row.reason, row.text, row.line_ms) for row in asked if isinstance(row, Report)
        ] == [
            ("line", "v-bo", "hate", "Vile.", 7_000),
            ("host", "b", "rights", "", 0),
        ]

    play(scenario, Peer(halls=cards(*PLANS.scenes), answer=answer))


def test_a_ring_becomes_the_line_of_the_bell_and_what_the_server_says_of_it(tmp_path: Path) -> None:
    def answer(peer: Peer, message: Message) -> list[Message]:
        if isinstance(message, EnterHall):
            return [peer.let_in(message)]
        if isinstance(message, RingBell):
            return [Done(message.request_id, 9), RingTold(9, BoothId("b"), "answered", "Eva")]
        return []

    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        await peer.say(BoothsListed(LILLE, (BoothCard(BoothId("b"), SLOT.id, 1, "Studio", "company", 1, ()),)))
        await until(lambda: (visit.hear(2.0), visit.replica.booths)[1])
        visit.ring(BoothId("nowhere"))
        assert feed.state(9.0).own_ring is None
        visit.ring(BoothId("b"))
        assert feed.state(10.0).own_ring == OwnRing("Studio")

        def answered() -> bool:
            visit.hear(3.0)
            return visit.bells.own is not None and visit.bells.own.state == "answered"

        await until(answered)
        assert feed.state(11.0).own_ring == OwnRing("Studio", "answered", "Eva")

    play(scenario, Peer(answer=answer))


@pytest.mark.parametrize(("at", "minutes"), [((15, 0), 30), ((14, 31), 1), ((14, 30), 24 * 60), ((2, 0), 690)])
def test_an_hour_is_the_next_one_that_the_clock_shows(at: tuple[int, int], minutes: int) -> None:
    assert minutes_until(at, datetime(2026, 11, 26, 14, 30, tzinfo=UTC)) == minutes


def test_an_announcement_is_shown_once_in_the_readers_language_and_listed_in_the_chat(tmp_path: Path) -> None:
    async def scenario(peer: Peer, link: Link) -> None:
        visit, feed = await enter(link, tmp_path)
        told = Announced(7, "hall", LILLE, Text(nl="We beginnen."), "Mia", 1_000)
        for _ in range(2):
            await peer.say(told)
        await peer.say(Announced(8, "show", "", Text(fr="Fin.", en="The end."), "Mia", 2_000))

        def heard() -> bool:
            visit.hear(2.0)
            return len(visit.replica.announced) == 2

        await until(heard)
        first, last = feed.state(3.0).notices
        assert "We beginnen. (" in first.text
        assert last.text.endswith("Fin."), "in French, without a mark"
        assert last.stays_s == 20.0
        assert [(line.channel, line.coat) for line in feed.state(3.0).chat] == [("hall", None)] * 2
        assert "Mia" in feed.state(3.0).chat[0].sender

    play(scenario, Peer(halls=cards(*PLANS.scenes)))
