"""What one can do in a live session now, in the order of its sheet; the first nine have a digit. Pure, words included.

The server decides what is allowed (``world.live_rules``); here stands only what makes sense to offer.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from halles.world.live import FLOOR_CAP, Mode
from halles.world.live_acts import (
    FreezeChat,
    GiveFloor,
    LeaveChair,
    LockDoor,
    LowerHand,
    RaiseHand,
    RunFilm,
    SetMode,
    ShowPage,
    Step,
    StepName,
    TakeChair,
    TakeFloor,
    YieldFloor,
)
from halles.world.reactions import REACTIONS, Reaction, ReactionCounts
from halles_client.language import Tongue
from halles_client.live_words import mode_name, step_name
from halles_client.view.hud import acts
from halles_client.view.hud.acts import Act
from halles_client.view.hud.live_state import LiveShown, ReactWith, VoteFor, VoteIn

MODES: Final[tuple[Mode, ...]] = ("open", "hands", "stage-only", "fishbowl", "screening")


_ONWARD: Final[frozenset[StepName]] = frozenset({"open-doors", "start", "resume"})
"""Steps after which something begins."""


class Choice(NamedTuple):
    """One thing to do.

    Attributes:
        label: What it does.
        act: What a press means; None for what is only told.
        detail: What stands at its end, as votes.
        chip: Drawn beside others of its sort, not on a line of its own.
        on: It is so already.
        primary: The one that is most likely wanted.
        head: What stands above it, where a new group begins.
        quiet: It has no digit: what is asked now stands further down.
    """

    label: str
    act: Act | None
    detail: str = ""
    chip: bool = False
    on: bool = False
    primary: bool = False
    head: str = ""
    quiet: bool = False


def by_digit(offered: Iterable[Choice], digit: int) -> Act | None:
    """Returns what a digit does, None for nothing."""
    loud = [choice.act for choice in offered if not choice.quiet]
    return loud[digit - 1] if digit <= len(loud) else None


def choices(_: Tongue, live: LiveShown, sheet: str) -> tuple[Choice, ...]:
    """Returns what one of the two sheets offers: taking part (``live``) or conducting (``conduct``)."""
    if sheet == "conduct":
        conduct = (*_floor(_, live), *_show(_, live), *_conduct(_, live), *_modes(_, live), *_hands(_, live))
        return (*conduct, *_backstage(_, live))
    shows = _show(_, live) if live.shown.mine and not live.host else iter(())
    public = (*_reactions(_, live), *_poll(_, live), *_own(_, live), *_questions(_, live))
    return (*_taking_part(_, live), *shows, *public, *_backstage(_, live))


def reaction_name(_: Tongue, reaction: Reaction) -> str:
    """Names a reaction."""
    return {
        "applaud": _("Applause"),
        "laugh": _("Laughter"),
        "agree": _("I agree"),
        "heart": _("Heart"),
        "surprise": _("Surprise"),
    }[reaction]


def clapped(_: Tongue, counts: ReactionCounts) -> str:
    """Writes how many reactions of each kind there were; "" for none."""
    some = [(name, count) for name, count in zip(REACTIONS, counts, strict=True) if count]
    return " · ".join(f"{reaction_name(_, name)} {_.number(count)}" for name, count in some)


def _taking_part(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    if live.far:
        yield Choice(_("Go to the stage"), acts.GoToStage(), primary=True)
    if live.phase not in ("doors", "live", "paused"):
        return
    if live.floor and live.mode != "fishbowl":
        yield Choice(_("Give the floor back"), acts.Part(YieldFloor()), primary=True)
    elif live.mode in ("open", "hands"):
        yield from _hand(_, live)
    if live.chair is not None:
        yield Choice(_("Get up from my chair"), acts.Part(LeaveChair()))
    elif live.free is not None:
        yield Choice(_("Sit down on a free chair"), acts.Part(TakeChair(live.free)), primary=not live.far)


def _hand(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    if live.mode == "open" and live.phase == "live" and len(live.speaking) < FLOOR_CAP:
        yield Choice(_("Take the floor"), acts.Part(TakeFloor()), primary=not live.far)
    if live.rank:
        detail = _("number {rank} of {count}", rank=live.rank, count=len(live.hands))
        yield Choice(_("Lower my hand"), acts.Part(LowerHand()), detail, on=True)
    else:
        waiting = _.many("{count} waits", "{count} wait", len(live.hands)) if live.hands else ""
        yield Choice(_("Raise my hand"), acts.Part(RaiseHand()), waiting, primary=live.mode == "hands" and not live.far)


def _reactions(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    if live.phase in ("live", "closing"):
        for reaction in REACTIONS:
            head = _("React") if reaction == REACTIONS[0] else ""
            yield Choice(reaction_name(_, reaction), acts.Part(ReactWith(reaction)), chip=True, head=head)


def _poll(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    poll = live.poll
    if poll is None:
        return
    for number, option in enumerate(poll.options):
        chosen = number in poll.chosen
        wanted: tuple[int, ...] = () if chosen else (number,)
        if poll.multiple:
            wanted = tuple(sorted(set(poll.chosen) ^ {number}))
        detail = _.number(poll.counts[number]) if number < len(poll.counts) else ""
        act = acts.Part(VoteIn(poll.number, wanted)) if poll.open else None
        yield Choice(option, act, detail, on=chosen, head=poll.title if number == 0 else "")


def _questions(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    for place, row in enumerate(live.questions):
        act = acts.Part(VoteFor(row.number, not row.mine)) if row.state != "answered" else None
        votes = _("answered") if row.state == "answered" else _.many("{count} vote", "{count} votes", row.votes)
        yield Choice(row.text, act, votes, on=row.mine, head=_("Vote for a question") if place == 0 else "")


def _own(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    for place, row in enumerate(live.own):
        stands = _("waits for a host") if row.state == "waiting" else _("the hosts did not take it")
        yield Choice(row.text, None, stands, head=_("Your questions") if place == 0 else "", quiet=True)


def _backstage(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    for place, (name, text) in enumerate(live.backstage):
        yield Choice(f"{name}: {text}", None, head=_("Backstage") if place == 0 else "")


def _floor(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    if live.phase == "live" and live.mode not in ("fishbowl", "screening") and live.hands:
        first = live.hands[0]
        yield Choice(_("Give the floor to {name}", name=first.name), acts.Part(GiveFloor(first.key)), primary=True)
    for row in live.speaking if live.mode != "fishbowl" else ():
        yield Choice(_("End the turn of {name}", name=row.name), acts.Part(YieldFloor(row.key)), row.left)


def _conduct(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    head = _("The live session")
    for place, step in enumerate(live.steps):
        first = head if place == 0 else ""
        yield Choice(step_name(_, step), acts.Part(Step(step)), primary=step in _ONWARD, head=first)
        head = ""
    frozen, locked = live.frozen, live.locked
    freeze = _("Let everybody write") if frozen else _("Freeze the chat")
    yield Choice(freeze, acts.Part(FreezeChat(not frozen)), on=frozen, head=head)
    lock = _("Unlock the door") if locked else _("Lock the door")
    yield Choice(lock, acts.Part(LockDoor(not locked)), on=locked)


def _show(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    shown = live.shown
    if not shown.mine:
        return
    head = _("On the screen")
    if shown.material is not None and shown.page:
        at = f"{shown.page}/{shown.pages}"
        if shown.page < shown.pages:
            yield Choice(_("Next page"), acts.Part(ShowPage(shown.material, shown.page + 1)), at, head=head)
            head = ""
        if shown.page > 1:
            yield Choice(_("Previous page"), acts.Part(ShowPage(shown.material, shown.page - 1)), at, head=head)
            head = ""
    if shown.material is not None and shown.screen == "film":
        run = RunFilm(shown.material, shown.position_ms, not shown.playing)
        yield Choice(_("Stop the film") if shown.playing else _("Run the film"), acts.Part(run), head=head)
        head = ""
    for number, (title, pages) in enumerate(shown.titles):
        if number != shown.material:
            act = ShowPage(number, 1) if pages else RunFilm(number, 0, playing=False)
            yield Choice(_("Show “{title}”", title=title), acts.Part(act), head=head)
            head = ""


def _modes(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    for mode in MODES:
        head = _("How people take part") if mode == MODES[0] else ""
        yield Choice(mode_name(_, mode), acts.Part(SetMode(mode)), chip=True, on=mode == live.mode, head=head)


def _hands(_: Tongue, live: LiveShown) -> Iterator[Choice]:
    give = live.phase == "live" and live.mode not in ("fishbowl", "screening")
    for place, hand in enumerate(live.hands):
        detail = _("speaks for the first time") if hand.first else ""
        act = acts.Part(GiveFloor(hand.key)) if give else None
        yield Choice(f"{place + 1}. {hand.name}", act, detail, head=_("Raised hands") if place == 0 else "")
