"""What people read when something is refused or closed, and the names of roles and kinds. Words only, no drawing."""

from typing import Final

from halles.errors import RejectionCode
from halles.protocol.close_codes import CloseCode
from halles.world.booth import OrganisationKind
from halles.world.movement import Gesture
from halles.world.roles import Role
from halles.world.satchel import ItemState
from halles.world.staffing import StaffedState
from halles.world.text import Language
from halles_client.language import Tongue
from halles_client.net.failures import Failure

_TICKET_SPENT: Final = frozenset({CloseCode.NOT_ADMITTED, CloseCode.REPLACED})
"""After these one comes back with a new ticket, or without any."""


def refusal(_: Tongue, code: str, retry_s: int = 0) -> str:
    """Says why a request was refused, and what to do about it."""
    if code == RejectionCode.RATE_LIMITED and retry_s > 0:
        return _("That was quick. Go on in {wait}.", wait=_.seconds(retry_s))
    known = {
        RejectionCode.UNAVAILABLE: _("The show cannot do this just now. Try again in a moment."),
        RejectionCode.RATE_LIMITED: _("That was quick. Wait a moment."),
        RejectionCode.FORBIDDEN: _("You may not do this here."),
        RejectionCode.NOT_FOUND: _("That is no longer there."),
        RejectionCode.HALL_FULL: _("This hall is full. Try again when somebody leaves."),
        RejectionCode.INVALID_TEXT: _("Some of these characters cannot be used, or the text is too long."),
        RejectionCode.NAME_TAKEN: _("This name looks like one of the exhibition’s own. Choose another."),
        RejectionCode.BAD_FIELD: _("This entry is not valid."),
        RejectionCode.OVER_BUDGET: _("There is no room for more."),
        RejectionCode.STALE_REVISION: _("Somebody changed this before you. Look at the new version."),
        RejectionCode.DRAFT_OPEN: _("The studio holds changes that are not published. Publish them there first."),
        RejectionCode.STORAGE_FULL: _("The show has no room left to store this."),
        RejectionCode.TRY_LATER: _("The show is busy. Try again in a moment."),
        RejectionCode.TOO_LARGE: _("This file is larger than the show takes."),
        RejectionCode.UNREADABLE: _("This file cannot be read."),
        RejectionCode.TIME_TAKEN: _("There is something else at that time. Choose another."),
        RejectionCode.NOT_NOW: _("Not now: the live session does not allow that yet, or any more."),
        RejectionCode.SEAT_TAKEN: _("Somebody sits on that chair."),
        RejectionCode.DUPLICATE: _("Two of these are the same: they have to differ."),
        RejectionCode.SATCHEL_FULL: _("Your satchel is full. Take something out first."),
    }
    return next((text for name, text in known.items() if name == code), _("This was refused."))


def closed(_: Tongue, code: int) -> tuple[str, str]:
    """Says why a visit ended, and what one can do now."""
    broken = (
        _("The program and the show did not understand each other"),
        _("Connect again. If this comes back, install the latest version."),
    )
    known = {
        CloseCode.BAD_MESSAGE: broken,
        CloseCode.PROTOCOL_ERROR: broken,
        CloseCode.TEXT_REFUSED: broken,
        CloseCode.TOO_BIG: broken,
        CloseCode.NOT_ADMITTED: (
            _("The show did not let you in"),  # at the door a name is refused there: this is a ticket
            _("A ticket works only once, and within a minute. Take a new one on the pages of the show."),
        ),
        CloseCode.REMOVED: (
            _("A moderator ended your visit"),
            _("The organiser tells you why, for how long, and how to appeal."),
        ),
        CloseCode.WRONG_VERSION: (
            _("This program and the show have different versions"),
            _("Install the version that the organiser offers, then come back."),
        ),
        CloseCode.INTERNAL: (_("The show had a fault"), _("It is known there. Try again in a moment.")),
        CloseCode.TOO_SLOW: (
            _("Your connection could not keep up"),
            _("Try again, if you can with a better network."),
        ),
        CloseCode.REPLACED: (
            _("You came in from somewhere else"),
            _("The visit goes on there. To bring it back here, take a new ticket on the pages of the show."),
        ),
        CloseCode.TOO_FAST: (
            _("Too many messages came from here"),
            _("Wait a minute, then try again."),
        ),
        CloseCode.RESTART: (_("The show is being restarted"), _("It comes back shortly. Try again in a minute.")),
        CloseCode.TRY_LATER: (  # full or overloaded: the next try's time is said beside it
            _("The show cannot let anybody else in just now"),
            _("Wait a little, then try again."),
        ),
    }
    lost = (_("The show cannot be reached"), _("Check your network, then try again."))
    return next((text for number, text in known.items() if number == code), lost)


def removed(_: Tongue, said: str, until: tuple[int, int, int, int] | None) -> tuple[str, str]:
    """Says why somebody was removed, in the moderator's words, and when they may come back."""
    if until is None:
        return _("A moderator ended your visit"), _("“{reason}” You may come back.", reason=said)
    day, month, hour, minute = until
    at = _("Until {day}, {time}", day=f"{day}/{month}", time=_.time(hour, minute))
    where = _("“{reason}” With an account you can appeal on the pages of the show.", reason=said)
    return _("You may not come in"), f"{at}. {where}"


def onward(_: Tongue, code: int) -> str:
    """Says what the button on the card of a closed show does, which leads to the door: a ticket is not good again."""
    return _("Enter as a guest") if code in _TICKET_SPENT else _("Try again")


def next_try(_: Tongue, retry_in_s: int) -> str:
    """Says when the link tries again; 0 for a try that is under way."""
    return _("Next try in {wait}.", wait=_.seconds(retry_in_s)) if retry_in_s else _("Trying now.")


def waiting(_: Tongue, code: int, retry_in_s: int, failure: Failure | None = None) -> str:
    """Says why somebody is not yet let in, and when it is tried again."""
    why = unreached(_, failure) if failure is not None else f"{closed(_, code)[0]}."
    return f"{why} {next_try(_, retry_in_s)}"


def unreached(_: Tongue, failure: Failure) -> str:
    """Says which address did not let anybody connect, and why."""
    address = failure.address
    return {
        "refused": _("{address} refuses the connection: no show is open there now.", address=address),
        "no host": _("No computer has the name in {address}. Check how it is spelled.", address=address),
        "silent": _("{address} gave no answer in {wait}.", address=address, wait=_.seconds(failure.waited_s)),
        "busy": _("{address} is busy or being restarted.", address=address),
        "another server": _("Something other than a show answers at {address}. Check the address.", address=address),
        "untrusted": _("{address} cannot prove who it is: its certificate is not valid.", address=address),
        "unreachable": _("{address} cannot be reached from here. Check your network.", address=address),
    }[failure.cause]


def role(_: Tongue, value: Role) -> str:
    """Names a role."""
    return {
        Role.GUEST: _("guest"),
        Role.VISITOR: _("visitor"),
        Role.MEMBER: _("member"),
        Role.EXHIBITOR: _("exhibitor"),
        Role.MODERATOR: _("moderator"),
        Role.ORGANISER: _("organiser"),
        Role.OPERATOR: _("operator"),
    }[value]


def kind(_: Tongue, value: OrganisationKind) -> str:
    """Names a sort of organisation."""
    return {
        "company": _("company"),
        "school": _("school"),
        "laboratory": _("laboratory"),
        "body": _("body"),
    }[value]


def gesture(_: Tongue, value: Gesture) -> str:
    """Names a gesture; ``NONE`` ends one."""
    return {
        Gesture.NONE: _("Stop"),
        Gesture.WAVE: _("Wave"),
        Gesture.APPLAUD: _("Applaud"),
        Gesture.TALK: _("Explain"),
        Gesture.SIT: _("Sit"),
        Gesture.RAISE_HAND: _("Raise hand"),
    }[value]


def only_in(_: Tongue, language: Language) -> str:
    """Marks a text that nobody has written in the reader's language."""
    return {"fr": _("In French only"), "nl": _("In Dutch only"), "en": _("In English only")}[language]


def became(_: Tongue, state: ItemState) -> str:
    """Says what has become of something taken along, where the booth does not offer it any more as it was."""
    return {
        "offered": "",
        "replaced": _("there is a newer one"),
        "withdrawn": _("no longer offered"),
        "left": _("the booth has left"),
        "lost": _("the file is gone"),
    }[state]


def staffed(_: Tongue, state: StaffedState, back_at: tuple[int, int], names: tuple[str, ...] = ()) -> str:
    """Says how a booth is staffed; by name where those who stand there are seen."""
    if names and state in ("here", "away"):  # seen before the server has said so
        return _.many("{names} welcomes you", "{names} welcome you", len(names), names=", ".join(names[:3]))
    return {
        "here": _("Somebody is at the booth"),
        "elsewhere": _("In the show: ring, and somebody hears it"),
        "back": _("Back at {time}", time=_.time(*back_at)),
        "away": _("Nobody is here now"),
    }[state]
