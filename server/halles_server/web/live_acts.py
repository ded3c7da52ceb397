"""What forms ask for in a live session: a button has an act's name and its fields, as ``give-floor a1 60``.

Acts are those of ``world.live_acts``; what concerns questions, polls and consent is named after its message. The
scripts send the same words over the wire, where the server's rules are the same.
"""

import re
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException

from halles.protocol.public_messages import Attend, DecidePoll, DecideQuestion, SetAsking, VotePoll, VoteQuestion
from halles.world.live import LiveState, chairs_of, film_position_ms
from halles.world.live_acts import LiveAct

ACT_FIELD: Final = "do"

_WORDS_CAP: Final = 200
_NOW: Final = re.compile(r"now([+-]\d{1,8})?")
_CHAIRS: Final = ("take-chair", "seat")
"""Acts in which ``free`` is a chair; it is also how questions are taken."""
_MORE: Final = re.compile(r"\+(\d{1,5})")

Public = VoteQuestion | DecideQuestion | SetAsking | VotePoll | DecidePoll | Attend

_PUBLIC: Final[dict[str, type[Public]]] = {
    "vote-question": VoteQuestion,
    "decide-question": DecideQuestion,
    "set-asking": SetAsking,
    "vote-poll": VotePoll,
    "decide-poll": DecidePoll,
    "attend": Attend,
}


def act_of(words: str, state: LiveState, now_ms: int) -> LiveAct:
    """Reads an act; ``HTTPException`` 400 for what none of our forms asks for.

    ``now`` is where the film is, ``now+10000`` ten seconds further; ``+60`` a minute more than somebody has;
    ``free`` the first free chair.

    Args:
        words: Its name and its fields, parted by single spaces.
        state: Of the live session.
        now_ms: When it was asked for.
    """
    parts = words[:_WORDS_CAP].split(" ")
    return _read([_meant(part, parts, state, now_ms) for part in parts], LiveAct)  # type: ignore[no-any-return]


def public_of(words: str, request_id: bytes, session: str) -> Public | None:
    """Reads what concerns questions, polls or consent; None for an act; ``HTTPException`` 400."""
    name, *fields = words[:_WORDS_CAP].split(" ")
    kind = _PUBLIC.get(name)
    if kind is None:
        return None
    choices = [
        [part for part in one.split(",") if part] if kind is VotePoll and i else one for i, one in enumerate(fields)
    ]
    return _read([request_id, session, *choices], kind)  # type: ignore[no-any-return]


def _meant(part: str, parts: list[str], state: LiveState, now_ms: int) -> str:
    if match := _NOW.fullmatch(part):
        position = film_position_ms(state.film, now_ms) if state.film is not None else 0
        return str(max(0, position + int(match[1] or 0)))
    if match := _MORE.fullmatch(part):
        until = next((one.until_ms for one in state.floor if one.person.key in parts[1:2]), 0)
        return str(max(0, until - now_ms) // 1000 + int(match[1]))
    if part == "free" and parts[0] in _CHAIRS:
        taken = {chair.number for chair in state.chairs}
        return str(next((number for number in range(chairs_of(state.mode)) if number not in taken), 0))
    return part


def _read(parts: list[Any], kind: Any) -> Any:
    try:
        # Told not to be strict, msgspec takes numbers and truths that are written out.
        return msgspec.convert(parts, kind, strict=False, builtin_types=(bytes,))
    except msgspec.ValidationError:
        raise HTTPException(400) from None
