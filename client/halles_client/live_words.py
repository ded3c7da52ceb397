"""The words of live sessions that screens and HUD share: phases, modes, steps, and how a clock is written."""

from halles.world.live import Mode, Phase
from halles.world.live_acts import StepName
from halles_client.language import Tongue


def phase_name(_: Tongue, phase: Phase) -> str:
    """Names a phase."""
    return {
        "scheduled": _("Planned"),
        "doors": _("Doors open"),
        "live": _("Live"),
        "paused": _("Paused"),
        "closing": _("Closing"),
        "ended": _("Over"),
        "published": _("Published"),
    }[phase]


def mode_name(_: Tongue, mode: Mode) -> str:
    """Names how people take part."""
    return {
        "open": _("open talk"),
        "hands": _("raised hands"),
        "stage-only": _("stage only"),
        "fishbowl": _("fishbowl"),
        "screening": _("screening"),
    }[mode]


def step_name(_: Tongue, step: StepName) -> str:
    """Names what leads to the next phase."""
    return {
        "open-doors": _("Open the doors"),
        "start": _("Start"),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "close": _("Begin to close"),
        "end": _("End it"),
        "publish": _("Publish"),
    }[step]


def clock(left_ms: int) -> str:
    """Writes a time in hours, minutes and seconds, as a clock shows it: 2:05."""
    seconds = max(0, -(-left_ms // 1000))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
