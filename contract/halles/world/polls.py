"""Polls of a live session: what one is, which choices count, and when its counts may be seen.

Pure. A ballot is secret: nothing here, nor anything told, names who chose what.
"""

from collections.abc import Collection
from typing import Annotated, Final, Literal

import msgspec

from halles.errors import Rejection, RejectionCode
from halles.world.booth import clean_text
from halles.world.live import Millis
from halles.world.questions import Number
from halles.world.text import LANGUAGES, Text

PollKind = Literal["single", "multiple"]
Results = Literal["open", "hidden"]
"""Whether counts are seen while people vote, or by nobody, hosts included, until they are shown."""
PollState = Literal["open", "closed", "shown", "withdrawn"]
PollDecision = Literal["close", "show", "withdraw"]

OPTIONS_LEAST: Final = 2
OPTIONS_CAP: Final = 8
POLL_TITLE_CAP: Final = 160
OPTION_CAP: Final = 80
"""Characters, in each language."""

POLLS_CAP: Final = 50
"""Polls of one live session."""

POLLS_TOLD: Final = 8
"""How many a newcomer is told of, the newest."""

POLL_DECISIONS: Final[dict[PollDecision, tuple[frozenset[PollState], PollState]]] = {
    "close": (frozenset({"open"}), "closed"),
    "show": (frozenset({"closed"}), "shown"),
    "withdraw": (frozenset({"open", "closed", "shown"}), "withdrawn"),
}
"""Each decision, of which polls it is taken, and what they are then."""

Option = Annotated[int, msgspec.Meta(ge=0, lt=OPTIONS_CAP)]
Choices = Annotated[tuple[Option, ...], msgspec.Meta(max_length=OPTIONS_CAP)]
Counts = Annotated[tuple[Number, ...], msgspec.Meta(max_length=OPTIONS_CAP)]
"""Votes for each option, in their order."""


class Poll(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is asked: once open, it is never changed."""

    kind: PollKind
    results: Results
    title: Text
    options: Annotated[tuple[Text, ...], msgspec.Meta(min_length=OPTIONS_LEAST, max_length=OPTIONS_CAP)]


class PollCard(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A poll as it stands in a live session."""

    number: Number
    poll: Poll
    state: PollState
    opened_ms: Millis
    closed_ms: Millis = 0
    """0 while it is open."""


def checked(poll: Poll) -> Poll:
    """Returns a poll as it is stored.

    Raises:
        Rejection: INVALID_TEXT where the title or an option is empty or too long; DUPLICATE for two equal options.
    """
    title = _cleaned(poll.title, POLL_TITLE_CAP)
    options = tuple(_cleaned(option, OPTION_CAP) for option in poll.options)
    if len(set(options)) < len(options):
        raise Rejection(RejectionCode.DUPLICATE, "two options are the same")
    return msgspec.structs.replace(poll, title=title, options=options)


def chosen(card: PollCard, choices: Collection[int]) -> tuple[int, ...]:
    """Returns choices as they are stored: each once, in order; () takes one's vote back.

    Raises:
        Rejection: NOT_NOW where the poll is not open; BAD_FIELD for an option that it has not, or too many.
    """
    if card.state != "open":
        raise Rejection(RejectionCode.NOT_NOW, f"the poll is {card.state}")
    once = tuple(sorted(set(choices)))
    if any(not 0 <= choice < len(card.poll.options) for choice in once):
        raise Rejection(RejectionCode.BAD_FIELD, f"the poll has {len(card.poll.options)} options")
    if card.poll.kind == "single" and len(once) > 1:
        raise Rejection(RejectionCode.BAD_FIELD, "one option is chosen")
    return once


def decided(card: PollCard, decision: PollDecision, now_ms: int) -> PollCard:
    """Returns a poll after a host's decision; the same where that was decided already.

    Raises:
        Rejection: NOT_NOW where its state does not allow it.
    """
    sources, state = POLL_DECISIONS[decision]
    if card.state == state:
        return card
    if card.state not in sources:
        raise Rejection(RejectionCode.NOT_NOW, f"no {decision} of a poll that is {card.state}")
    return msgspec.structs.replace(card, state=state, closed_ms=card.closed_ms or now_ms)


def counts_seen(card: PollCard) -> bool:
    """Tells whether its counts may be told now."""
    if card.poll.results == "open":
        return card.state != "withdrawn"
    return card.state == "shown"


def _cleaned(text: Text, cap: int) -> Text:
    words = {language: clean_text(text.within(language), cap, lines=False) for language in LANGUAGES}
    if not any(words.values()):
        raise Rejection(RejectionCode.INVALID_TEXT, "a title or an option is empty")
    return Text(**words)
