"""What the screens of a stage show, read from what is known of a live session."""

from halles.protocol.live_messages import CaptionSaid, PointerMoved
from halles.protocol.public_messages import QuestionsTold
from halles.world.live import Film, Floor, Slide
from halles.world.questions import Question
from halles.world.text import Language
from halles_client.replica.replica import Replica
from halles_client.stage_board import HEAD, Board, FilmNow, PageCard, QuoteCard, TitleCard, board
from tests.support.live_hall import EVA, FILM, JAN, NOON_MS, SESSION, chair, hand, replica, told


def shown(known: Replica, language: Language = "fr", after_s: float = 0.0) -> Board:
    live = known.live.first
    assert live is not None
    return board(live, language, known.live.server_ms(after_s), after_s)


def test_the_title_says_what_it_is_in_the_readers_language_with_the_countdown() -> None:
    found = shown(replica(told(phase="doors", countdown_ms=NOON_MS + 125_000)), "nl", 5.0)
    assert found.main == TitleCard(
        "Deuren open · opgestoken handen", "Coproducties", "Un débat", ("Anne Delcourt · Wallimage",)
    )
    assert found.clock == "2:00"
    assert shown(replica(told(countdown_ms=NOON_MS + 1_000)), after_s=1.0).clock == ""


def test_a_page_is_shown_with_the_next_one_ahead_and_the_pointer_on_it() -> None:
    known = replica(told(screen="slides", slide=Slide(0, 2)), PointerMoved(SESSION, 5_000, 1_000, on=True))
    found = shown(known)
    assert (found.main, found.ahead, found.pointer) == (PageCard("page-2"), "page-3", (0.5, 0.1))
    last = shown(replica(told(screen="slides", slide=Slide(0, 3))))
    assert (last.main, last.ahead) == (PageCard("page-3"), None)


def test_what_is_not_among_the_materials_leaves_the_title() -> None:
    assert isinstance(shown(replica(told(screen="slides", slide=Slide(9, 1)))).main, TitleCard)
    film = Film(0, playing=True, position_ms=0, at_ms=NOON_MS)
    assert shown(replica(told(screen="film", film=film))).film is None, "a document is no film"


def test_a_film_is_where_the_servers_clock_says_and_stays_at_its_end() -> None:
    playing = replica(told(screen="film", film=Film(1, playing=True, position_ms=2_000, at_ms=NOON_MS - 1_000)))
    assert shown(playing, after_s=2.5).film == FilmNow(FILM, 5.5, playing=True)  # type: ignore[arg-type]
    assert shown(playing, after_s=60.0).film == FilmNow(FILM, 8.0, playing=False)  # type: ignore[arg-type]


def test_who_has_the_floor_is_named_and_what_is_said_stands_below() -> None:
    floor = (Floor(EVA, 0, 0), Floor(JAN, 0, 0))
    found = shown(replica(told(floor=floor), CaptionSaid(SESSION, 1, "fr", "Bonjour", 0)))
    assert (found.floor, found.captions) == ("Eva · Jan", ("Bonjour",))
    assert shown(replica(told(phase="paused", floor=floor))).floor == ""
    assert shown(replica(told(mode="fishbowl", chairs=(chair(0, EVA),)))).floor == ""


def test_the_side_screen_has_the_questions_on_top_and_who_waits() -> None:
    asked = Question(4, "Quels budgets ?", "fr", "k", "Eva", 0, "approved", 12)
    known = replica(told(hands=(hand(EVA), hand(JAN))), QuestionsTold(SESSION, 1, "free", (asked,)))
    side = shown(known).side
    assert side is not None
    assert side.rows == (("12", "Quels budgets ?"), (HEAD, "Mains levées"), ("1", "Eva"), ("2", "Jan"))
    only_hands = shown(replica(told(hands=(hand(EVA),)))).side
    assert only_hands is not None
    assert (only_hands.head, only_hands.rows) == ("Mains levées", (("1", "Eva"),))


def test_a_question_on_the_screen_is_shown_with_who_asks() -> None:
    asked = QuestionsTold(SESSION, 1, "free", (Question(4, "Quels budgets ?", "fr", "k", "Eva", 0, "pinned", 2),))
    known = replica(asked, told(2, screen="question", on_screen=4))
    assert shown(known).main == QuoteCard("Question", "Quels budgets ?", "Eva")
