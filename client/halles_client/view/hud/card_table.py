"""All cards of the HUD in their order, each with what it reads: when that changes, it is drawn anew."""

from collections.abc import Callable
from typing import Final

from halles_client.view.hud.cards import (
    announce,
    bar,
    bell,
    booth,
    chat,
    decision,
    door,
    draft,
    help_sheet,
    host,
    live,
    middle,
    people,
    plan,
    programme,
    replay,
    report,
    sanction,
    satchel,
    top,
    voice,
)
from halles_client.view.hud.cards.frame import View
from halles_client.view.hud.pen import Pen
from halles_client.view.hud.replay_state import ReplayShown

Reads = Callable[[View], object]


def _steady(shown: ReplayShown | None) -> object:
    """What the sheet of a recording reads: not its clock, which changes each second."""
    told = shown and (shown.poll, shown.reactions)
    return shown and (shown.chapters, shown.current, shown.playing, shown.speed, shown.speeds, told)


def _asked(view: View) -> object:
    ui = view.ui
    return ui.reporting, ui.reason, ui.report, ui.scrolled("report"), view.state.chat, view.state.sheet


def _moderated(view: View) -> object:
    ui = view.ui
    typed = ui.sanctioning, ui.kind, ui.scope, ui.why, ui.announcement
    return typed, ui.scrolled(ui.sheet), view.state.moderating


CARDS: Final[tuple[tuple[str, Callable[[Pen, View], None], Reads], ...]] = (
    ("plan", plan.plan, lambda v: (v.state.map, v.state.place and v.state.place.name)),
    ("place", top.place, lambda v: (v.state.place,)),
    ("live session", live.card, lambda v: v.state.live and (live.on_card(v.state.live), v.state.connection.state)),
    ("recording", replay.card, lambda v: (v.state.replay,)),
    ("captions", live.captions, lambda v: (live.captions_of(v), v.state.voice)),
    ("bar", bar.bar, lambda v: (v.state.near is None, v.state.recording and v.state.recording.state)),
    ("sign", voice.sign, lambda v: (v.state.voice,)),
    ("prompt", bar.prompt, lambda v: (v.state.near, v.state.sheet and v.state.sheet.booth)),
    (
        "chat",
        chat.chat,
        lambda v: (
            v.state.chat,
            v.state.chat_refusal,
            v.ui.channel,
            v.ui.scrolled("chat"),
            v.ui.muted,
            v.state.talk,
        ),
    ),
    ("say", chat.say, lambda v: (v.ui.chat, v.ui.channel, v.state.talk)),
    ("sheet", booth.sheet, lambda v: (v.state.sheet, v.ui.scrolled("sheet"), v.state.talk)),
    (
        "people",
        people.people,
        lambda v: v.ui.sheet == "people" and (v.state.people, v.ui.chosen, v.state.moderating),
    ),
    ("satchel", satchel.satchel, lambda v: v.ui.sheet == "satchel" and (v.state.satchel, v.ui.scrolled("satchel"))),
    (
        "live",
        live.taking_part,
        lambda v: v.ui.sheet == "live" and (v.state.live, v.ui.question, v.ui.backstage, v.ui.scrolled("live")),
    ),
    ("replay", replay.sheet, lambda v: v.ui.sheet == "replay" and (_steady(v.state.replay), v.ui.scrolled("replay"))),
    (
        "conduct",
        live.conducting,
        lambda v: v.ui.sheet == "conduct" and (v.state.live, v.ui.backstage, v.ui.scrolled("conduct")),
    ),
    (
        "programme",
        programme.programme,
        lambda v: v.ui.sheet == "programme" and (v.state.programme, v.state.watchable, v.ui.scrolled("programme")),
    ),
    ("voice", voice.sheet, lambda v: v.ui.sheet == "voice" and (v.state.voice,)),
    ("sanction", sanction.sanction, lambda v: v.ui.sheet == "sanction" and _moderated(v)),
    ("announce", announce.announce, lambda v: v.ui.sheet == "announce" and _moderated(v)),
    ("report", report.report, lambda v: v.ui.sheet == "report" and _asked(v)),
    ("gestures", bar.gestures, lambda v: ()),
    ("search", top.search, lambda v: (v.ui.search, v.ui.typing == "search" and (v.state.found, v.ui.chosen))),
    ("notice", top.notice, lambda v: (v.state.notices, v.ui.dismissed)),
    (
        "bell",
        bell.bell,
        lambda v: (
            v.state.caller,
            v.state.own_ring,
            v.state.connection.state,
            v.state.own_ring and v.ui.words,
            v.ui.typing == "back" and (v.ui.back, v.state.talk),
            v.state.draft and (v.state.draft, v.state.notices, v.ui.dismissed),
        ),
    ),
    (
        "draft",
        draft.draft,
        lambda v: v.state.draft and (v.state.draft, v.state.connection.state, v.state.notices, v.ui.dismissed),
    ),
    (
        "host",
        host.host,
        lambda v: (
            v.state.host,
            v.state.recording,
            v.state.caller,
            v.state.own_ring,
            v.state.connection.state,
            v.state.draft,
            v.state.notices,
            v.ui.dismissed,
        ),
    ),
    (
        "decision",
        decision.decision,
        lambda v: (
            v.state.decision
            and (
                v.state.decision,
                v.state.caller,
                v.state.own_ring,
                v.state.draft,
                v.state.sheet is None,
                v.state.connection.state,
                v.state.notices,
                v.ui.dismissed,
                v.ui.typing,
            )
        ),
    ),
    ("strip", top.strip, lambda v: (v.state.connection,)),
    ("help", help_sheet.help_sheet, lambda v: v.ui.sheet == "help" and (v.ui.scrolled("help"), help_sheet.keys(v))),
    ("progress", middle.progress, lambda v: (v.state.progress, v.state.connection)),
    (
        "door",
        door.door,
        lambda v: (
            v.state.door and (v.state.door, v.ui.name, v.ui.nameless, v.ui.renamed, v.ui.look, v.state.connection)
        ),
    ),
    ("closed", middle.closed, lambda v: (v.state.connection,)),
)
"""Name, drawing and what it reads beside what all read (``hud._common``), in painting order."""
