"""Messages of the chat: what is said nearby, to a hall and at a booth, and the last lines for who comes later.

Their rows stand in ``table.TABLE`` with all others; the types are also imported from ``messages``.
"""

from typing import Final, Literal

from halles.ids import BoothId, HallId, VisitId
from halles.protocol.values import U8, Message, Milliseconds, Said500, Slug, Uuid
from halles.world.roles import Role

CHAT_CAP: Final = 500
"""Characters of a chat line that is kept."""

Channel = Literal["nearby", "hall", "booth"]
"""Who hears a chat line: people within earshot; everybody in the hall; who stands at a booth, and its staff anywhere in
the show."""

# --- client to server -----------------------------------------------------------------------------------------


class Say(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Says something: ``nearby`` is heard within 12 m, ``hall`` by the whole hall, ``booth`` at a booth.

    Who stands at the booth may say something there, and its staff from anywhere in the show; they hear it as well.
    Answered by ``Done`` or ``Rejected``: FORBIDDEN for a booth that is too far away.
    """

    request_id: Uuid
    channel: Channel
    text: Said500
    """More than a line of chat may have (see the limits) is rejected with INVALID_TEXT."""
    booth: Slug = ""
    """With ``booth``: which."""


class ReadBoothChat(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks for the last lines said at a booth where one stands, or of whose staff one is.

    Answered by ``BoothChatRead`` and then ``Done``, or by ``Rejected``.
    """

    request_id: Uuid
    booth: Slug


# --- server to client -----------------------------------------------------------------------------------------


class ChatLine(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something said (part of ``Said``, ``ChatRead`` and ``BoothChatRead``)."""

    channel: Channel
    visit: VisitId
    """Whose; "" for a line that was written on a page by who is in no visit."""
    name: str
    """As it was at the time."""
    role: Role
    coat: U8
    text: str
    time_ms: Milliseconds
    """Unix time."""
    booth: Slug = ""
    """With ``booth``: where."""


class Said(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Somebody said something that this visit hears, itself included.

    A line said at a booth may come twice: an equal line is the same.
    """

    line: ChatLine


class ChatRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The last lines of the hall's chat, oldest first; once after each ``HallEntered``, when they have been read.

    What is said meanwhile is heard before it, and may be among the lines as well: an equal line is the same. It does
    not come when the lines cannot be read, or when the visit has entered again.
    """

    lines: tuple[ChatLine, ...]


class BoothChatRead(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The last lines said at a booth, oldest first; what is said meanwhile may be among them and be heard as well."""

    booth: BoothId
    hall: HallId
    lines: tuple[ChatLine, ...]
