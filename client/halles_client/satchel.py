"""The satchel of one visit: what one takes along of booths, and what lies there as the server told last.

Not here: how any of it looks (view). It is read when somebody looks at a booth or into it, and after each change.
"""

from halles.errors import HallesError
from halles.ids import BoothId, MediaId, VisitId
from halles.protocol.messages import Message
from halles.protocol.satchel_messages import ReadSatchel, RemoveFromSatchel, SatchelRead, TakeIntoSatchel
from halles_client.net.requests import Ask, Failed, new_request_id


class Satchel:
    """One visit's satchel.

    Attributes:
        told: What lies there; None before it was read.
    """

    def __init__(self, ask: Ask, refused: Failed) -> None:
        self._ask, self._refused = ask, refused
        self._visit: VisitId | None = None
        self._reading = False
        self._taking: set[tuple[BoothId, MediaId]] = set()
        self.told: SatchelRead | None = None

    def welcomed(self, visit: VisitId) -> None:
        """A connection begins: what another visit had is not this one's, unless it is read again."""
        if visit != self._visit:
            self._visit, self._reading, self.told = visit, False, None
            self._taking.clear()

    def look(self, *, anew: bool = False) -> None:
        """Reads what lies there, unless that is known; ``anew``: it may have changed on the pages."""
        if not self._reading and (anew or self.told is None):
            self._reading = True
            self._ask(ReadSatchel(new_request_id()), self._read, self._not_read)

    def of_booth(self, booth: BoothId) -> frozenset[MediaId]:
        """Returns what of a booth lies there or is just being taken; "" stands for its card."""
        items = self.told.items if self.told is not None else ()
        there = {item.media for item in items if item.booth == booth}
        return frozenset(there | {media for where, media in self._taking if where == booth})

    def take(self, booth: BoothId, media: MediaId) -> None:
        """Takes a booth's document or, with "", its card, unless it lies there."""
        if media in self.of_booth(booth):
            return
        self._taking.add((booth, media))

        def failed(error: HallesError) -> None:
            self._taking.discard((booth, media))
            self._refused(error)

        self._ask(TakeIntoSatchel(new_request_id(), booth, media), lambda _: self._changed(), failed)

    def remove(self, item: int) -> None:
        """Takes something out."""
        self._ask(RemoveFromSatchel(new_request_id(), item), lambda _: self._changed(), self._refused)

    def _changed(self) -> None:
        self._reading = False  # an answer that is under way may not know of this
        self.look(anew=True)

    def _read(self, message: Message) -> None:
        self._reading = False
        if isinstance(message, SatchelRead):
            self.told = message
            there = {(item.booth, item.media) for item in message.items}
            self._taking -= there

    def _not_read(self, error: HallesError) -> None:
        self._reading = False
        self._refused(error)
