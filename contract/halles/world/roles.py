"""The roles of people, and what a role is worth; who may do what is decided in ``halles_server.services.policies``."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the show; ``guest`` has no account, ``operator`` runs the servers."""

    GUEST = "guest"
    VISITOR = "visitor"
    MEMBER = "member"
    EXHIBITOR = "exhibitor"
    MODERATOR = "moderator"
    ORGANISER = "organiser"
    OPERATOR = "operator"


class Right(StrEnum):
    """What may be asked of ``policies.may``, each within a scope."""

    ENTER = "enter"
    SPEAK = "speak"
    EDIT_BOOTH = "edit-booth"
    """Change a booth's content."""
    CHECK_BOOTH = "check-booth"
    """Let a booth's draft be published, or send it back."""
    INVITE = "invite"
    """Make codes that bring somebody onto a booth's staff."""
    MANAGE_STAFF = "manage-staff"
    """Change and remove who is on a booth's staff."""
    RING_BELL = "ring-bell"
    """Ring at a booth."""
    ANSWER_BELL = "answer-bell"
    """Read a booth's bell, answer it, and say when somebody is back."""
    GIVE_CARD = "give-card"
    """Give one's own card to a booth, and take it back."""
    SEE_LEADS = "see-leads"
    """Read, note on and export the cards that were given to a booth."""
    ASK_MEETING = "ask-meeting"
    """Ask for a slot of a booth's, and keep an agenda."""
    HOLD_MEETINGS = "hold-meetings"
    """Open a booth's slots and answer who asks for one."""
    SEE_NUMBERS = "see-numbers"
    """Read how many people came to a booth; never who."""
    RECORD_HOST = "record-host"
    """Be a booth's recorded host."""
    REMOVE_HOST = "remove-host"
    """Delete the recording of somebody else at a booth."""
    PLAN = "plan"
    """Write the programme."""
    JOIN_GROUP = "join-group"
    """Take part in a working group."""
    HOST_LIVE = "host-live"
    """Conduct a live session: its doors, its clock, its floor, its questions."""
    MOVE = "move"
    """Walk, and go to another place."""
    SANCTION = "sanction"
    """Warn, silence, hold, remove and ban people of a lower rank, and lift that."""
    ANNOUNCE = "announce"
    """Call something out to everybody in a part of the show."""
    GRANT = "grant"
    """Give and take roles."""

    REPORT = "report"
    """Tell the moderators of somebody or something."""
    SEE_REPORTS = "see-reports"
    """Read what was reported, who reported it, and decide."""

    TAKE_DOWN = "take-down"
    """Take content of a booth down, and bring it back."""


class StaffRole(StrEnum):
    """What somebody is on one booth's staff."""

    LEAD = "lead"
    EDITOR = "editor"
    STAFF = "staff"
