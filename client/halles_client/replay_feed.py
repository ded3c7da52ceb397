"""From what is known of a replay to what the HUD shows of it, and from what somebody wants of it to the visit."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Final, cast, get_args

from halles.ids import HallId
from halles.world.live import Phase
from halles.world.live_replay import SPEEDS, Chapter
from halles.world.reactions import NONE
from halles.world.text import Language
from halles_client.language import Tongue, speak
from halles_client.live_feed import poll_shown
from halles_client.live_words import clock, phase_name
from halles_client.programme import written_at
from halles_client.replays import STEP_MS
from halles_client.view.hud.replay_state import (
    ChapterShown,
    JumpBy,
    JumpTo,
    PlayOrPause,
    ReplayShown,
    ReplayWish,
    SetSpeed,
    StopWatching,
    Watchable,
)
from halles_client.visit import Visit

CHAPTERS_SHOWN: Final = 300

_PHASES: Final[tuple[str, ...]] = get_args(Phase)


def replay_shown(
    visit: Visit, language: Language, now: float, chapters: Callable[[], tuple[ChapterShown, ...]]
) -> ReplayShown | None:
    """Returns what the HUD shows of what is watched; None where nothing is.

    Args:
        visit: Whose.
        language: The reader's.
        now: The clock that captions were heard by.
        chapters: Gives ``chapters_shown``, made once for each replay and language.
    """
    replays, _ = visit.replays, speak(language)
    about = replays.about
    if about is None:
        return None
    rows, outline, live = chapters(), about.outline, replays.live
    return ReplayShown(
        title=about.title.read(language)[0],
        into=clock(int(replays.position_ms) - outline.begun_ms),
        whole=clock(outline.ended_ms - outline.begun_ms),
        playing=replays.playing,
        waiting=replays.waiting or not replays.here,
        speeds=tuple(f"{_.number(speed)} ×" for speed in SPEEDS),
        speed=SPEEDS.index(replays.speed),
        chapters=rows,
        current=bisect_right(rows, int(replays.position_ms), key=lambda row: row.at_ms) - 1,
        captions=live.caption(language, now) if live is not None else (),
        poll=poll_shown(live.public, language) if live is not None else None,
        reactions=live.public.applause(now) if live is not None else NONE,
    )


def chapters_shown(visit: Visit, language: Language) -> tuple[ChapterShown, ...]:
    """Returns where one may jump to, in the reader's words."""
    about, _ = visit.replays.about, speak(language)
    begun = about.outline.begun_ms if about is not None else 0
    rows = sorted(visit.replays.chapters, key=lambda row: row.at_ms)[:CHAPTERS_SHOWN]
    return tuple(
        ChapterShown(row.at_ms, clock(row.at_ms - begun), _title(_, row), row.kind == "question") for row in rows
    )


def watchable(visit: Visit, language: Language, halls: Mapping[HallId, str], now: float) -> tuple[Watchable, ...]:
    """Returns what can be watched, newest first."""
    moment = visit.programme.now_ms(now)
    return tuple(
        Watchable(
            row.session,
            written_at(row.start_ms, row.offset_min, moment, language),
            row.title.read(language)[0],
            halls.get(row.hall, ""),
        )
        for row in visit.replays.listed
    )


def do_replay(visit: Visit, what: ReplayWish) -> None:
    """Has a visit do what somebody wants of what they watch."""
    replays = visit.replays
    match what:
        case PlayOrPause():
            replays.toggle()
        case JumpBy(steps):
            replays.seek(replays.position_ms + steps * STEP_MS)
        case JumpTo(at_ms):
            replays.seek(at_ms)
        case SetSpeed(place):
            replays.run_at(SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])
        case StopWatching():
            replays.end()


def _title(_: Tongue, row: Chapter) -> str:
    if row.kind == "phase" and row.title in _PHASES:
        return phase_name(_, cast("Phase", row.title))
    if row.kind == "speaker" and not row.title:  # recordings name nobody without an account
        return _("Guest {n}", n=row.guest) if row.guest else _("Somebody")
    return row.title
