"""Which address leads where; ``app`` puts them behind what every request passes."""

from starlette.routing import Route

from halles.world.text import LANGUAGES
from halles_server.web import (
    agenda,
    announcements,
    attendance,
    bell,
    blocks,
    booth_files,
    cards,
    conclusions,
    consents,
    console,
    entering,
    files,
    groups,
    hosts,
    invitations,
    leads,
    live_pages,
    logins,
    materials,
    meetings,
    moderation,
    numbers,
    planning,
    programme,
    reading,
    replays,
    reports,
    roles,
    sanctioning,
    sanctions,
    satchel,
    staff,
    studio,
    studio_acts,
    studio_preview,
    take_down,
    talk,
    tokens,
    uploads,
)
from halles_server.web.api import serving


def every_route() -> list[Route]:
    """Returns all routes, each page's in every language."""
    routes = _of_no_language()
    for code in LANGUAGES:
        root = f"/{code}"
        routes += _reading_routes(root) + _coming_routes(root) + _studio_routes(root) + _live_routes(root)
        routes += _safety_routes(root) + _member_routes(root) + _meeting_routes(root)
        routes += (
            _satchel_routes(f"{root}/satchel") + _programme_routes(root) + _moderation_routes(f"{root}/moderation")
        )
    return routes


def _of_no_language() -> list[Route]:
    """Returns what is the same for all readers: files, and what programs ask for."""
    return [
        Route("/", reading.root),
        Route("/static/{name}", files.static),
        Route("/media/{media}", files.media),
        Route("/studio/{booth}/picture.webp", studio_preview.picture),
        Route("/api/uploads", uploads.begin, methods=["POST"]),
        Route("/api/uploads/{upload}", uploads.one, methods=["GET", "PUT", "DELETE"]),
        *serving.routes(),
        Route("/live/{session}/replay/{minute}.json", replays.minute),
        Route("/live/{session}/replay/{minute}/{key}.webm", replays.voice),
        Route("/live/{session}/minutes.{code}.md", replays.minutes),
        Route("/live/{session}/attendance.{code}.csv", attendance.export),
        Route("/agenda/{secret}.ics", agenda.feed),
        Route("/programme.ics", programme.calendar),
        Route("/programme.atom", programme.feed),
    ]


def _reading_routes(root: str) -> list[Route]:
    """Returns what everybody reads."""
    return [
        Route(f"{root}/", reading.welcome),
        Route(f"{root}/booths", reading.directory),
        Route(f"{root}/halls/{{hall}}", reading.hall),
        Route(f"{root}/booths/{{booth}}", reading.booth),
        Route(f"{root}/booths/{{booth}}/panels/{{panel}}", reading.panel),
        Route(f"{root}/booths/{{booth}}/talk", talk.say, methods=["POST"]),
        Route(f"{root}/accessibility", reading.statement("accessibility.html")),
        Route(f"{root}/conduct", reading.statement("conduct.html")),
    ]


def _coming_routes(root: str) -> list[Route]:
    """Returns coming in, logging in and being invited."""
    return [
        Route(f"{root}/enter", entering.ask, methods=["GET"]),
        Route(f"{root}/enter", entering.give, methods=["POST"]),
        Route(f"{root}/login", logins.ask, methods=["GET"]),
        Route(f"{root}/login", logins.log_in, methods=["POST"]),
        Route(f"{root}/logout", logins.log_out, methods=["POST"]),
        Route(f"{root}/me/tokens", tokens.show, methods=["GET"]),
        Route(f"{root}/me/tokens", tokens.make, methods=["POST"]),
        Route(f"{root}/me/tokens/{{token}}/remove", tokens.remove, methods=["POST"]),
        Route(f"{root}/invitation", invitations.ask, methods=["GET"]),
        Route(f"{root}/invitation", invitations.give, methods=["POST"]),
        Route(f"{root}/invitations", invitations.made, methods=["GET"]),
        Route(f"{root}/invitations", invitations.make, methods=["POST"]),
    ]


def _studio_routes(root: str) -> list[Route]:
    """Returns a booth's studio, for those who work on it."""
    return [
        Route(f"{root}/booths/{{booth}}/upload", uploads.page, methods=["GET"]),
        Route(f"{root}/booths/{{booth}}/upload", uploads.take, methods=["POST"]),
        Route(f"{root}/studio", studio.mine),
        Route(f"{root}/studio/{{booth}}", studio.slot),
        Route(f"{root}/studio/{{booth}}/slots/{{slot}}", studio.slot, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/slots/{{slot}}", studio_acts.save, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/acts/{{act}}", studio_acts.act, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/revisions", studio.revisions),
        Route(f"{root}/studio/{{booth}}/preview", studio.preview),
        Route(f"{root}/studio/{{booth}}/enter", studio_preview.enter, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/file", booth_files.show, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/file", booth_files.bring, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/file/booth.zip", booth_files.take),
        Route(f"{root}/studio/{{booth}}/staff", staff.read, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/staff", staff.change, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/bell", bell.read, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/bell", bell.act, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/host", hosts.read, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/host", hosts.act, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/taken-down", take_down.read, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/taken-down", take_down.act, methods=["POST"]),
        Route(f"{root}/booths/{{booth}}/host/remove", hosts.remove, methods=["POST"]),
    ]


def _live_routes(root: str) -> list[Route]:
    """Returns live sessions, their consoles and recordings, and what is announced."""
    return [
        Route(f"{root}/live/{{session}}", live_pages.read, methods=["GET"]),
        Route(f"{root}/live/{{session}}", live_pages.act, methods=["POST"]),
        Route(f"{root}/console/{{session}}", console.read, methods=["GET"]),
        Route(f"{root}/console/{{session}}", console.act, methods=["POST"]),
        Route(f"{root}/announcements", announcements.show, methods=["GET"]),
        Route(f"{root}/announcements", announcements.announce, methods=["POST"]),
        Route(f"{root}/live/{{session}}/replay", replays.show, methods=["GET"]),
        Route(f"{root}/live/{{session}}/replay", replays.act, methods=["POST"]),
        Route(f"{root}/me/recordings/{{session}}/withdraw", replays.withdraw, methods=["POST"]),
    ]


def _safety_routes(root: str) -> list[Route]:
    """Returns reports and decisions about oneself."""
    return [
        Route(f"{root}/sanctions", sanctions.show, methods=["GET"]),
        Route(f"{root}/sanctions", sanctions.appeal, methods=["POST"]),
        Route(f"{root}/report", reports.ask, methods=["GET"]),
        Route(f"{root}/report", reports.give, methods=["POST"]),
        Route(f"{root}/reports", reports.queue, methods=["GET"]),
        Route(f"{root}/reports/{{report}}", reports.one, methods=["GET"]),
        Route(f"{root}/reports/{{report}}", reports.act, methods=["POST"]),
    ]


def _member_routes(root: str) -> list[Route]:
    """Returns what only somebody logged in can do; the page that offers a card is open to all."""
    lead = f"{root}/studio/{{booth}}/leads/{{lead}}"
    return [
        Route(f"{root}/booths/{{booth}}/card", cards.offer, methods=["GET"]),
        Route(f"{root}/booths/{{booth}}/card", cards.give, methods=["POST"]),
        Route(f"{root}/me/card", cards.own, methods=["GET"]),
        Route(f"{root}/me/card", cards.keep, methods=["POST"]),
        Route(f"{root}/me/consents", consents.show, methods=["GET"]),
        Route(f"{root}/me/consents/{{lead}}/withdraw", consents.withdraw, methods=["POST"]),
        Route(f"{root}/me/consents/{{lead}}/undo", consents.restore, methods=["POST"]),
        Route(f"{root}/me/consents/live/{{session}}/withdraw", consents.leave_attendance, methods=["POST"]),
        Route(f"{root}/me/data.json", consents.take_away, methods=["GET"]),
        Route(f"{root}/me/blocked", blocks.show, methods=["GET"]),
        Route(f"{root}/me/blocked", blocks.lift, methods=["POST"]),
        Route(f"{root}/me/erase", consents.ask_to_erase, methods=["GET"]),
        Route(f"{root}/me/erase", consents.erase, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/leads", leads.listed, methods=["GET"]),
        Route(f"{root}/studio/{{booth}}/leads/export", leads.export, methods=["POST"]),
        Route(f"{root}/studio/{{booth}}/numbers", numbers.show),
        Route(lead, leads.one, methods=["GET"]),
        Route(f"{lead}/note", leads.note, methods=["POST"]),
        Route(f"{lead}/tag", leads.tag, methods=["POST"]),
        Route(f"{lead}/untag", leads.untag, methods=["POST"]),
        Route(f"{lead}/vcard", leads.card, methods=["POST"]),
    ]


def _satchel_routes(root: str) -> list[Route]:
    """Returns the satchel's, which everybody has."""
    return [
        Route(root, satchel.show, methods=["GET"]),
        Route(f"{root}/take", satchel.ask, methods=["GET"]),
        Route(f"{root}/take", satchel.take, methods=["POST"]),
        Route(f"{root}/{{item}}/remove", satchel.remove, methods=["POST"]),
        Route(f"{root}/empty", satchel.empty, methods=["POST"]),
        Route(f"{root}/undo", satchel.restore, methods=["POST"]),
    ]


def _meeting_routes(root: str) -> list[Route]:
    """Returns slots, meetings and agendas; which slots are free, everybody may see."""
    studio, own = f"{root}/studio/{{booth}}/meetings", f"{root}/me/agenda"
    return [
        Route(f"{root}/booths/{{booth}}/meetings", meetings.free, methods=["GET"]),
        Route(f"{root}/booths/{{booth}}/meetings", meetings.ask, methods=["POST"]),
        Route(studio, meetings.staff_page, methods=["GET"]),
        Route(f"{studio}/open", meetings.open_slots, methods=["POST"]),
        Route(f"{studio}/slots/{{slot}}/close", meetings.close_slot, methods=["POST"]),
        Route(f"{studio}/{{meeting}}", meetings.answer, methods=["POST"]),
        Route(own, agenda.show, methods=["GET"]),
        Route(f"{own}/feed", agenda.renew_feed, methods=["POST"]),
        Route(f"{own}/feed/stop", agenda.stop_feed, methods=["POST"]),
        Route(f"{own}/{{meeting}}/cancel", agenda.cancel, methods=["POST"]),
        Route(f"{own}/{{meeting}}.ics", agenda.one, methods=["GET"]),
    ]


def _moderation_routes(root: str) -> list[Route]:
    """Returns what those ask for who decide about people; one's own decisions are at ``/sanctions``."""
    return [
        Route(f"{root}/sanction", sanctioning.ask, methods=["GET"]),
        Route(f"{root}/sanction", sanctioning.give, methods=["POST"]),
        Route(f"{root}/sanctions", moderation.listed),
        Route(f"{root}/sanctions/{{sanction}}", moderation.one, methods=["GET"]),
        Route(f"{root}/sanctions/{{sanction}}", moderation.act, methods=["POST"]),
        Route(f"{root}/appeals", moderation.appeals),
        Route(f"{root}/roles", roles.show, methods=["GET"]),
        Route(f"{root}/roles", roles.act, methods=["POST"]),
    ]


def _programme_routes(root: str) -> list[Route]:
    """Returns the programme and the working groups; ``new`` comes before what is called so."""
    entry, group = f"{root}/programme/{{session}}", f"{root}/groups/{{group}}"
    return [
        Route(f"{root}/programme", programme.show),
        Route(f"{root}/programme/new", planning.new, methods=["GET"]),
        Route(f"{root}/programme/new", planning.write, methods=["POST"]),
        Route(f"{entry}.ics", programme.one_file),
        Route(entry, programme.one),
        Route(f"{entry}/coming", programme.mark, methods=["POST"]),
        Route(f"{entry}/edit", planning.edit, methods=["GET"]),
        Route(f"{entry}/edit", planning.change, methods=["POST"]),
        Route(f"{entry}/material", materials.ask, methods=["GET"]),
        Route(f"{entry}/material", materials.take, methods=["POST"]),
        Route(f"{entry}/conclusion", conclusions.ask, methods=["GET"]),
        Route(f"{entry}/conclusion", conclusions.write, methods=["POST"]),
        Route(f"{entry}/cancel", planning.cancel, methods=["POST"]),
        Route(f"{root}/groups", groups.listed, methods=["GET"]),
        Route(f"{root}/groups", groups.make, methods=["POST"]),
        Route(group, groups.one, methods=["GET"]),
        Route(group, groups.act, methods=["POST"]),
    ]
