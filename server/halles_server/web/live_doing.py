"""Doing what a form on one of a live session's pages asks for, through the services that the wire calls as well."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from halles.errors import Rejection, RejectionCode
from halles.ids import RequestId
from halles.protocol.public_messages import Attend, DecidePoll, DecideQuestion, SetAsking, VoteQuestion
from halles.world.polls import OPTIONS_CAP, Poll
from halles.world.text import LANGUAGES, Language, Text
from halles_server.ports.live import LiveRecord, Worded
from halles_server.web.asked import Asked, request_of
from halles_server.web.live_acts import ACT_FIELD, Public, act_of, public_of

SAY_FIELD = "say"
"""Names what kind of words a form says; without it the form does an act."""


async def do(asked: Asked, record: LiveRecord, form: Mapping[str, str]) -> None:
    """Does it.

    Raises:
        HTTPException: 400 for what none of our forms asks for.
        Rejection: Whatever the service refuses with.
    """
    key, session = request_of(form), record.entry.session
    if SAY_FIELD in form:
        await _say(asked, record, form, key)
        return
    words = form.get(ACT_FIELD, "")
    public = public_of(words, key, session)
    if public is not None:
        await _do_public(asked, record, key, public)
        return
    now_ms = int(asked.services.clock.wall().timestamp() * 1000)
    act = Worded(act_of(words, record.state, now_ms), words)
    await asked.services.live.act(asked.actor, key, session, act, asked.door.around(asked.actor.account))


async def _say(asked: Asked, record: LiveRecord, form: Mapping[str, str], key: RequestId) -> None:
    services, session = asked.services, record.entry.session
    text, language = form.get("text", ""), _language(form, asked.reader.code)
    match form[SAY_FIELD]:
        case "caption":
            await services.live.say_caption(asked.actor, key, session, language, text)
        case "question":
            await services.questions.ask(asked.actor, key, session, language, text)
        case "backstage":
            asked.door.talk.check(asked.actor.account or "")
            await services.backstage.say(asked.actor, key, session, text)
        case "poll":
            await services.polls.open(asked.actor, key, session, _poll(form, language))
        case _:
            raise HTTPException(400)


async def _do_public(asked: Asked, record: LiveRecord, key: RequestId, wanted: Public) -> None:
    actor, session, services = asked.actor, record.entry.session, asked.services
    if isinstance(wanted, VoteQuestion):
        await services.questions.vote(actor, session, wanted.question, on=wanted.on)
    elif isinstance(wanted, DecideQuestion):
        await services.questions.decide(actor, key, session, wanted.question, wanted.decision)
    elif isinstance(wanted, SetAsking):
        await services.questions.set_asking(actor, key, session, wanted.asking)
    elif isinstance(wanted, DecidePoll):
        await services.polls.decide(actor, key, session, wanted.poll, wanted.decision)
    elif isinstance(wanted, Attend):
        await services.attendance.attend(actor, session, consent=wanted.consent)
    else:
        await services.polls.vote(actor, session, wanted.poll, wanted.choices)


def _language(form: Mapping[str, str], otherwise: Language) -> Language:
    """Returns in which language something is said; ``HTTPException`` 400 for one that is none of the three."""
    said = form.get("language", otherwise)
    for code in LANGUAGES:
        if code == said:
            return code
    raise HTTPException(400)


def _poll(form: Mapping[str, str], language: Language) -> Poll:
    options = [line.strip() for line in form.get("options", "").splitlines() if line.strip()]
    if not 1 < len(options) <= OPTIONS_CAP:
        raise Rejection(RejectionCode.INVALID_TEXT, f"{len(options)} options")
    kind, results = form.get("kind"), form.get("results")
    return Poll(
        "multiple" if kind == "multiple" else "single",
        "hidden" if results == "hidden" else "open",
        Text(**{language: form.get("text", "")}),
        tuple(Text(**{language: option}) for option in options),
    )
