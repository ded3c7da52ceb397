"""Who has had the floor in a live session, and for how long, by speaker and by language: pure, and part of the state.

Belongs here: counting it as acts change who has the floor, and reading it off. Time counts while the live session is
live, of each who can be heard by the whole hall; of two at once for both.
"""

from msgspec.structs import replace

from halles.world.live import SPOKEN_CAP, TALKED_CAP, LiveState, Talked, speakers
from halles.world.text import Language

_Rows = dict[tuple[str, Language], Talked]


def counted(before: LiveState, after: LiveState, now_ms: int) -> LiveState:
    """Returns a state after an act: where it changes who has the floor, with the time of those who had it counted.

    Whoever has it now has spoken from then on, however they came to it.
    """
    spoke, speak = speakers(before), speakers(after)
    if spoke.keys() == speak.keys():
        return after
    spoken = (*after.spoken, *(key for key in speak if key not in after.spoken))[-SPOKEN_CAP:]
    return replace(after, talked=_until(before, now_ms), counted_ms=now_ms, spoken=spoken)


def nameless(state: LiveState) -> LiveState:
    """Returns a state that tells languages only, as when it is over: who spoke is in the recording, if in anything."""
    rows: _Rows = {}
    for row in state.talked:
        _add(rows, "", "", row.language, row.ms)
    return replace(state, talked=tuple(rows.values()))


def by_speaker(state: LiveState, now_ms: int) -> tuple[Talked, ...]:
    """Returns who has had the floor for how long by now, the longest first; without those who are not named."""
    return tuple(sorted((row for row in _until(state, now_ms) if row.key), key=lambda row: -row.ms))


def by_language(state: LiveState, now_ms: int) -> dict[Language, int]:
    """Returns for how long the floor was had in the language of each speaker, milliseconds."""
    sums: dict[Language, int] = {}
    for row in _until(state, now_ms):
        sums[row.language] = sums.get(row.language, 0) + row.ms
    return sums


def _until(state: LiveState, now_ms: int) -> tuple[Talked, ...]:
    rows: _Rows = {(row.key, row.language): row for row in state.talked}
    more = max(0, now_ms - state.counted_ms)
    for person in speakers(state).values():
        _add(rows, person.key, person.name, person.language, more)
    while sum(bool(key) for key, _ in rows) > TALKED_CAP:
        least = min((row for row in rows.values() if row.key), key=lambda row: row.ms)
        del rows[least.key, least.language]
        _add(rows, "", "", least.language, least.ms)
    return tuple(rows.values())


def _add(rows: _Rows, key: str, name: str, language: Language, ms: int) -> None:
    known = rows.get((key, language))
    rows[key, language] = Talked(key, name, language, ms + (known.ms if known is not None else 0))
