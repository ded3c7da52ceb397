"""What was too much, said to people: the measured value, the limit and what to do, in their language and numbers."""

from math import ceil, floor, sqrt
from typing import Final

from halles.errors import Excess, Measure
from halles_server.web.language import Tongue

_TIMES: Final = "\u00a0×\u00a0"


def _(text: str) -> str:
    """Marks a text for the catalogues, which say it later."""
    return text


_SENTENCES: Final = {
    Measure.BYTES: _(
        "It has %(n)s MB, at most %(cap)s MB are taken. Compress it or leave something out: %(over)s MB are too much."
    ),
    Measure.POINTS: _(
        "It has %(sides)s points, that is %(n)s million; at most %(cap)s million are taken. "
        "Save it at %(fit)s or smaller."
    ),
    Measure.SIDES: _("Its pictures have %(n)s points, at most %(cap)s are taken. Export it in 1080p or smaller."),
    Measure.RATE: _("It shows %(n)s pictures a second, at most %(cap)s are taken. Export it with fewer."),
    Measure.SECONDS: _("It lasts %(n)s, at most %(cap)s are taken. Shorten it by %(over)s."),
    Measure.PAGES: _("It has %(n)s pages, at most %(cap)s are taken. Take out %(over)s, or send it in parts."),
    Measure.HERTZ: _("It has %(n)s Hz, at most %(cap)s Hz are taken. Save it with fewer."),
    Measure.CHANNELS: _("It has %(n)s channels, at most %(cap)s are taken. Save it in stereo."),
    Measure.TRIANGLES: _(
        "It draws %(n)s triangles, at most %(cap)s are taken. Simplify its meshes: %(over)s are too many."
    ),
    Measure.NODES: _("It has %(n)s nodes, at most %(cap)s are taken. Join objects: %(over)s are too many."),
    Measure.DEPTH: _("Its nodes hang %(n)s deep, at most %(cap)s are taken. Flatten the hierarchy."),
    Measure.IMAGES: _("It has %(n)s pictures, at most %(cap)s are taken. Put several onto one: %(over)s are too many."),
    Measure.TEXELS: _(
        "Its pictures have %(n)s points together, at most %(cap)s are taken. "
        "Make them smaller: half as wide and high is a quarter of the points."
    ),
    Measure.DRAWS: _(
        "It draws %(n)s pieces, at most %(cap)s are taken. Join those of one material: %(over)s are too many."
    ),
    Measure.BOOTH_TRIANGLES: _(
        "The booth’s models draw %(n)s triangles together, at most %(cap)s may be. "
        "Take one away or simplify it: %(over)s are too many."
    ),
    Measure.BOOTH_TEXELS: _(
        "The pictures of the booth’s models have %(n)s points together, at most %(cap)s may be. Make them smaller."
    ),
    Measure.BOOTH_BYTES: _(
        "The booth’s files have %(n)s MB together, at most %(cap)s MB may be. Take one away: %(over)s MB are too much."
    ),
    Measure.BOOTH_TEXT: _(
        "The booth’s texts have %(n)s kB together, at most %(cap)s kB may be. Shorten them by %(over)s kB."
    ),
    Measure.CHARACTERS: _("It has %(n)s characters, at most %(cap)s are taken. Shorten it by %(over)s."),
}
_DURATIONS: Final = (_("%(s)s s"), _("%(m)s min"), _("%(m)s min %(s)s s"))

_UNITS: Final = {
    Measure.BYTES: 1_000_000,
    Measure.BOOTH_BYTES: 1_000_000,
    Measure.POINTS: 1_000_000,
    Measure.BOOTH_TEXT: 1_000,
}
"""What one of the sentence's unit is, where it is said with one decimal."""


def told(tongue: Tongue, excess: Excess) -> str:
    """Returns what was measured, the limit and what to do about it."""
    return tongue.catalogue.gettext(_SENTENCES[excess.what]) % _amounts(tongue, excess)


def _amounts(tongue: Tongue, excess: Excess) -> dict[str, str]:
    """Writes the numbers of a sentence; those over a limit never round to it."""
    measured, cap, what = excess.measured, excess.cap, excess.what
    if what is Measure.SIDES:
        return {"n": _sides(tongue, measured), "cap": _sides(tongue, cap)}
    if what is Measure.SECONDS:
        n, most = ceil(measured[0]), int(cap[0])
        return {"n": _lasting(tongue, n), "cap": _lasting(tongue, most), "over": _lasting(tongue, n - most)}
    said: dict[str, str] = {}
    total = measured[0]
    if what is Measure.POINTS:
        total = measured[0] * measured[-1]
        share = sqrt(cap[0] / max(1.0, total))
        fit = tuple(int(side * share) for side in measured)
        said |= {"sides": _sides(tongue, measured), "fit": _sides(tongue, fit)}
    unit = _UNITS.get(what, 0)
    numbers = {"n": total, "cap": cap[0], "over": total - cap[0]}
    return said | {name: tongue.number(_rounded(value, unit, name)) for name, value in numbers.items()}


def _rounded(value: float, unit: int, name: str) -> float:
    if not unit:
        return ceil(value)
    return (floor if name == "cap" else ceil)(value * 10 / unit) / 10


def _sides(tongue: Tongue, sides: tuple[float, ...]) -> str:
    return _TIMES.join(tongue.number(int(side)) for side in sides)


def _lasting(tongue: Tongue, seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    pattern = _DURATIONS[0 if not minutes else 2 if rest else 1]
    return tongue.catalogue.gettext(pattern) % {"m": tongue.number(minutes), "s": tongue.number(rest)}
