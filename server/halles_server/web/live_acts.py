"""Acts in a live session as forms ask for them: a button's value is the act's name and its fields, as ``give-floor a1 60``.

The scripts send the same words as a message of the wire, where the server's rules are the same.
"""

from typing import Final

import msgspec
from starlette.exceptions import HTTPException

from halles.world.live import LiveState, film_position_ms
from halles.world.live_acts import LiveAct

ACT_FIELD: Final = "do"
NOW: Final = "now"
"""In the place of a film's position: where it is when the form arrives."""

_WORDS_CAP: Final = 200


def act_of(words: str, state: LiveState, now_ms: int) -> LiveAct:
    """Reads an act; ``HTTPException`` 400 for what none of our forms asks for.

    Args:
        words: Its name and its fields, parted by single spaces.
        state: Of the live session, for where its film is.
        now_ms: When it was asked for.
    """
    position = film_position_ms(state.film, now_ms) if state.film is not None else 0
    parts = [str(position) if part == NOW else part for part in words[:_WORDS_CAP].split(" ")]
    try:
        # Told not to be strict, msgspec takes numbers and truths that are written out.
        return msgspec.convert(parts, LiveAct, strict=False)  # type: ignore[no-any-return,call-overload]
    except msgspec.ValidationError:
        raise HTTPException(400) from None
