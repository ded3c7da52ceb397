"""Messages of a draft that is shown to one visit: what nobody else in the hall sees.

Their rows stand in ``table.TABLE`` with all others.
"""

from halles.ids import BoothId, HallId, SlotId
from halles.protocol.values import U32, Message, Slug, Uuid
from halles.world.booth import BoothContent


class ShowDraft(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Asks to see a booth as its draft has it, in place of what was published; "" ends that. One at a time.

    Answered by ``Done`` (the draft's revision in ``number``), after ``DraftShown`` or ``DraftHidden``, or by
    ``Rejected``: FORBIDDEN for who may not work on the booth. It ends with the connection: ask again on the next.
    """

    request_id: Uuid
    booth: Slug


class DraftShown(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A booth as its draft is now: once when asked for, then each time that it changes. Told to this visit alone.

    What ``BoothEdited`` and ``BoothRead`` say of the booth stays what was published.
    """

    booth: BoothId
    hall: HallId
    slot: SlotId
    revision: U32
    """The draft's, which counts apart from the booth's."""
    content: BoothContent


class DraftHidden(Message, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The draft is told no longer: it was asked so, or whoever sees it may not work on the booth any more."""

    booth: BoothId
