"""People without a name in a recording: told one from the other by a number, and by nothing else; pure.

Guests and those who have withdrawn are numbered alike: that somebody has withdrawn is told of nobody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import msgspec

from halles.world.live import LivePerson, LiveState
from halles.world.live_replay import Moment, RecordedLine
from halles_server.ports.recordings import RecordedPerson


def guests_of(
    people: Mapping[str, RecordedPerson],
    person: Callable[[str], LivePerson],
    moments: Sequence[Moment],
    lines: Sequence[RecordedLine],
) -> Mapping[str, int]:
    """Numbers the guests in the order in which they are first seen on the stage or read, from 1; by recorded keys."""
    guests = {person(key).key for key, one in people.items() if not one.named}
    staged = ((moment.at_ms, key) for moment in moments for key in _on_stage(moment.state))
    seen = sorted(chain(staged, ((line.at_ms, line.key) for line in lines)), key=lambda row: row[0])
    first = dict.fromkeys(key for _, key in seen if key in guests)
    return {key: number for number, key in enumerate(first, 1)}


def numbered(lines: Iterable[RecordedLine], guests: Mapping[str, int]) -> tuple[RecordedLine, ...]:
    """Returns lines that say which guest's they are."""
    return tuple(
        msgspec.structs.replace(line, guest=guests[line.key]) if line.key in guests else line for line in lines
    )


def _on_stage(state: LiveState) -> list[str]:
    return [*(one.person.key for one in state.floor), *(one.person.key for one in state.chairs)]
