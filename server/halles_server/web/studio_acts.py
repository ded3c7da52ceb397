"""What the studio's forms do: saving a slot, merging two people's words, undo and redo, and publishing.

A form is sent once: its request's key is made of the form's own number and of what it asks for, so that a second click
has no second effect and a changed form is another request.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId
from halles.world.booth import BoothContent, BoothEdit, Change, MediaKind, media_kind
from halles.world.booth_difference import rebased, value_at
from halles.world.booth_edit import LONG, MOVES, faults
from halles.world.text import LANGUAGES
from halles_server.services.studio import Wish
from halles_server.web.studio import Opened, frame, number, opened, slot_page
from halles_server.web.studio_marks import Piece, marked
from halles_server.web.studio_slots import (
    POSTERS,
    SLOTS,
    Problem,
    Sent,
    changes_of,
    name_of,
    problem_of,
    slot_of,
)
from halles_server.web.studio_words import words_back

_TRIES: Final = 3
"""How often an edit is carried over anew when others are quicker each time."""

_THEIRS: Final = "theirs."
"""Before the name of a field in the form that asks whose words stay: what the other has written."""

_OF_THE_WHOLE: Final = {RejectionCode.OVER_BUDGET: "budget", RejectionCode.RATE_LIMITED: "often"}
"""What is wrong with a form as a whole."""

_REFUSED_FIELDS: Final = frozenset({RejectionCode.INVALID_TEXT, RejectionCode.BAD_FIELD, RejectionCode.OVER_BUDGET})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people have changed, each text with its own changes marked."""

    change: Change
    name: str
    slot: str
    theirs: str
    mine_marked: tuple[Piece, ...]
    theirs_marked: tuple[Piece, ...]

    @property
    def medium(self) -> MediaKind | None:
        """What kind of medium it is about; None for words."""
        return media_kind(self.change.value or self.theirs) if not self.change.language else None


@dataclass(frozen=True, slots=True)
class Saving:
    """A slot's form on its way into the draft.

    Attributes:
        revision: The draft's that the sender saw, or that the edit has been carried over to.
        base: The content at that revision.
    """

    studio: Opened
    slot: str
    form: Mapping[str, str]
    revision: int
    base: BoothContent

    def wish(self, *said: object) -> Wish:
        """Returns the wish for what the form asks for."""
        return wish(self.studio, self.form, self.revision, *said)


async def save(request: Request) -> Response:
    """Saves a slot's form; who is slower than somebody else is asked whose words stay."""
    slot = request.path_params["slot"]
    known = slot in {*SLOTS, *POSTERS}
    try:
        studio = await opened(request)
    except Rejection as refusal:
        if refusal.code != RejectionCode.FORBIDDEN or _wants_json(request) or not known:
            raise
        return await words_back(request, slot, refusal)
    if not known:
        raise HTTPException(404)
    form = await studio.door.form(request)
    saving = await _saving(studio, slot, form)
    changes = _with_choice(changes_of(form, saving.base, slot), form)
    if not changes:
        return _back(request, studio, slot, "same")
    if found := _too_often(studio) or faults(saving.base, BoothEdit(changes)):
        return await _refused(request, saving, changes, found)
    if form.get("keep") == "theirs":
        return await _theirs(request, saving, changes)
    return await _save(request, saving, changes)


async def act(request: Request) -> Response:
    """Does one of the acts on a draft as a whole, and leads back to the page where it was asked for."""
    studio = await opened(request)
    form = await studio.door.form(request)
    do = _ACTS.get(request.path_params["act"])
    if do is None:
        raise HTTPException(404)
    back = form.get("back", "")
    try:
        studio.door.callers.count(studio.account)
        done = await do(studio, form)
    except Rejection as refusal:
        if refusal.code not in _WHY_NOT:
            raise
        done = _WHY_NOT[RejectionCode(refusal.code)]
    return _back(request, studio, back, done)


def wish(studio: Opened, form: Mapping[str, str], revision: int, *said: object) -> Wish:
    """Returns a wish whose key stands for this form, as it was sent."""
    told = f"{form.get('once', '')} {studio.booth} {revision} {said}"
    return Wish(RequestId(hashlib.sha256(told.encode()).digest()[:16]), studio.booth, revision)


# --- saving ---------------------------------------------------------------------------------------------------


async def _saving(studio: Opened, slot: str, form: Mapping[str, str]) -> Saving:
    """Looks up what the sender saw; where that is not kept any more, what the draft is now."""
    revision = number(form.get("revision", ""))
    if revision == studio.draft.revision:
        return Saving(studio, slot, form, revision, studio.draft.content)
    try:
        base = await studio.door.services.studio.content_at(studio.actor, studio.booth, revision)
    except Rejection as refusal:
        if refusal.code != RejectionCode.NOT_FOUND:
            raise
        return Saving(studio, slot, form, studio.draft.revision, studio.draft.content)
    return Saving(studio, slot, form, revision, base)


def _too_often(studio: Opened) -> dict[tuple[str, str], Rejection]:
    """Counts an edit; returns the refusal where there are too many of one account."""
    try:
        studio.door.callers.count(studio.account)
    except Rejection as refusal:
        return {("", ""): refusal}
    return {}


async def _save(request: Request, saving: Saving, changes: tuple[Change, ...]) -> Response:
    studio = saving.studio
    edits = studio.door.services.studio
    for attempt in range(_TRIES):  # each with a key of its own: under the first its refusal is kept
        try:
            reached = await edits.edit(studio.actor, saving.wish(changes, attempt), BoothEdit(changes))
        except Rejection as refusal:
            if refusal.code in _REFUSED_FIELDS:
                return await _refused(request, saving, changes, {("", ""): refusal})
            if refusal.code != RejectionCode.STALE_REVISION:
                raise
            studio = await opened(request)
            found = rebased(BoothEdit(changes), saving.base, studio.draft.content)
            if any(_is_act(change) for change in found.conflicts):
                changes = tuple(change for change in changes if not _is_act(change))
                if not changes:
                    return _back(request, studio, saving.slot, "rows")
            elif found.conflicts:
                return await _conflict(request, studio, saving, found.edit.changes, found.conflicts)
            continue
        done = "merged" if reached > saving.revision + 1 else "saved"
        return _back(request, studio, _place_after(saving), done, reached)
    raise Rejection(RejectionCode.TRY_LATER, "others are quicker each time", 1000)


async def _theirs(request: Request, saving: Saving, changes: tuple[Change, ...]) -> Response:
    """Saves one's own words and then the other's over them: both are in the revisions."""
    studio, edits = saving.studio, saving.studio.door.services.studio
    theirs = tuple(
        Change(change.field, saving.form[_THEIRS + name], change.language)
        for change, name in ((change, name_of(change.field, change.language)) for change in changes)
        if _THEIRS + name in saving.form
    )
    reached = await edits.edit(studio.actor, saving.wish("mine", changes), BoothEdit(changes))
    if theirs:
        then = wish(studio, saving.form, reached, "theirs", theirs)
        reached = await edits.edit(studio.actor, then, BoothEdit(theirs))
    return _back(request, studio, saving.slot, "saved", reached)


def _place_after(saving: Saving) -> str:
    """Returns where to go after saving: from a poster that is gone to those that are left."""
    gone = saving.slot in POSTERS and saving.form.get("act", "").endswith(":remove")
    return "posters" if gone else saving.slot


def _is_act(change: Change) -> bool:
    """Tells whether a change moves or removes something: what that is may not be the same any more."""
    return change.field.rpartition(":")[2] in {"remove", *MOVES}


def _with_choice(changes: tuple[Change, ...], form: Mapping[str, str]) -> tuple[Change, ...]:
    """Puts both texts one after the other where the sender has chosen that."""
    if form.get("keep") != "both":
        return changes
    return tuple(_both(change, form.get(_THEIRS + name_of(change.field, change.language), "")) for change in changes)


def _both(change: Change, theirs: str) -> Change:
    if not theirs or not change.value or change.language not in LANGUAGES:
        return change
    between = "\n\n" if change.field.rpartition(":")[2] in LONG else " · "
    return Change(change.field, theirs + between + change.value, change.language)


async def _refused(
    request: Request,
    saving: Saving,
    changes: Sequence[Change],
    found: Mapping[tuple[str, str], Rejection],
) -> Response:
    """Shows the form again as it was typed, with what is wrong at each field; nothing was stored."""
    status = 429 if any(one.code == RejectionCode.RATE_LIMITED for one in found.values()) else 422
    if _wants_json(request):
        return JSONResponse({"done": "refused"}, status)
    values: dict[tuple[str, str], str] = {(change.field, change.language): change.value for change in changes}
    problems = {
        name_of(*where) or "all": problem_of(where[0], values.get(where, ""), refusal)
        if where[0]
        else Problem(_OF_THE_WHOLE.get(RejectionCode(refusal.code), "wrong"), excess=refusal.excess)
        for where, refusal in found.items()
    }
    typed = {name_of(change.field, change.language): change.value for change in changes}
    return await slot_page(request, saving.studio, saving.slot, Sent(typed, problems, saving.revision), status)


async def _conflict(
    request: Request,
    studio: Opened,
    saving: Saving,
    changes: Sequence[Change],
    conflicts: Sequence[Change],
) -> Response:
    """Shows both texts of what two people have changed, and asks which stay."""
    if _wants_json(request):
        return JSONResponse({"done": "conflict"}, 409)
    shown = [_shown(conflict, saving.base, studio.draft.content) for conflict in conflicts]
    values = {
        **await frame(request, studio, saving.slot),
        "conflicts": shown,
        "mine": [_sent_as(change) for change in changes],
        "both": all(one.change.language and one.theirs and one.change.value for one in shown),
        "theirs_prefix": _THEIRS,
    }
    return await studio.door.page(request, studio.reader, "studio_conflict.html", values, 409)


def _sent_as(change: Change) -> tuple[str, str]:
    """Returns a change as name and value in a form."""
    return ("act", change.field) if _is_act(change) else (name_of(change.field, change.language), change.value)


def _shown(change: Change, base: BoothContent, current: BoothContent) -> Conflict:
    before, now = (value_at(content, change.field, change.language) for content in (base, current))
    name = name_of(change.field, change.language)
    return Conflict(change, name, slot_of(change.field), now, marked(before, change.value), marked(before, now))


# --- acts on the whole draft ----------------------------------------------------------------------------------

_WHY_NOT: Final = {
    RejectionCode.STALE_REVISION: "stale",
    RejectionCode.NOT_FOUND: "nothing",
    RejectionCode.BAD_FIELD: "published-already",
    RejectionCode.INVALID_TEXT: "word",
    RejectionCode.RATE_LIMITED: "often",
}
"""What the page says where an act was refused."""


async def _move(studio: Opened, form: Mapping[str, str], step: Literal["undo", "redo"]) -> str:
    revision = number(form.get("revision", ""))
    await studio.door.services.studio.move(studio.actor, wish(studio, form, revision, step), step)
    return step


async def _undo(studio: Opened, form: Mapping[str, str]) -> str:
    return await _move(studio, form, "undo")


async def _redo(studio: Opened, form: Mapping[str, str]) -> str:
    return await _move(studio, form, "redo")


async def _restore(studio: Opened, form: Mapping[str, str]) -> str:
    revision, of = number(form.get("revision", "")), number(form.get("of", ""))
    await studio.door.services.studio.restore(studio.actor, wish(studio, form, revision, "restore", of), of)
    return "restored"


async def _publish(studio: Opened, form: Mapping[str, str]) -> str:
    revision, due = number(form.get("revision", "")), None
    if said := form.get("due", ""):
        due = hour_of(said, ZoneInfo(studio.door.config.time_zone))
        if due is None:
            return "hour"
    asked = wish(studio, form, revision, "publish", due)
    try:
        shown = await studio.door.services.studio.publish(studio.actor, asked, due)
    except Rejection as refusal:
        if refusal.code == RejectionCode.BAD_FIELD and due is not None and due <= datetime.now(UTC):
            return "past"
        raise
    return "published" if shown else "submitted"


async def _withdraw(studio: Opened, form: Mapping[str, str]) -> str:
    revision = number(form.get("revision", ""))
    await studio.door.services.studio.withdraw(studio.actor, wish(studio, form, revision, "withdraw"))
    return "withdrawn"


async def _approve(studio: Opened, form: Mapping[str, str]) -> str:
    revision = number(form.get("revision", ""))
    shown = await studio.door.services.studio.approve(studio.actor, wish(studio, form, revision, "approve"))
    return "published" if shown else "approved"


async def _send_back(studio: Opened, form: Mapping[str, str]) -> str:
    revision, word = number(form.get("revision", "")), form.get("word", "").replace("\r\n", "\n")
    asked = wish(studio, form, revision, "send-back", word)
    await studio.door.services.studio.send_back(studio.actor, asked, word)
    return "sent-back"


_ACTS: Final[dict[str, Callable[[Opened, Mapping[str, str]], Awaitable[str]]]] = {
    "undo": _undo,
    "redo": _redo,
    "restore": _restore,
    "publish": _publish,
    "withdraw": _withdraw,
    "approve": _approve,
    "send-back": _send_back,
}


def hour_of(said: str, zone: ZoneInfo) -> datetime | None:
    """Returns the moment that a form's day and hour mean in a time zone; None for what is none."""
    try:
        local = datetime.fromisoformat(said)
    except ValueError:
        return None
    return local.replace(tzinfo=zone).astimezone(UTC) if local.tzinfo is None else None


def _back(request: Request, studio: Opened, back: str, done: str, revision: int = 0) -> Response:
    """Leads back to where the form was, with a word on what was done."""
    if _wants_json(request):
        return JSONResponse({"done": done, "revision": revision or studio.draft.revision})
    place = f"/slots/{back}" if back in {*SLOTS, *POSTERS} else "/revisions" if back == "revisions" else ""
    return RedirectResponse(studio.reader.to(f"/studio/{studio.booth}{place}?done={done}"), 303)


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"
