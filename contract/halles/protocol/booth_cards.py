"""A booth as seen from the aisle, made of all that it shows: by the server if published, by a client if a draft."""

from halles.ids import BoothId, SlotId
from halles.protocol.messages import BoothCard
from halles.world.booth import BoothContent


def card_of(booth: BoothId, slot: SlotId, revision: int, content: BoothContent) -> BoothCard:
    """Returns what is seen of a booth from the aisle."""
    return BoothCard(
        booth=booth,
        slot=slot,
        revision=revision,
        name=content.name,
        kind=content.kind,
        accent=content.accent,
        pictures=tuple((panel.slot, panel.picture) for panel in content.panels if panel.picture),
        model=content.model,
        film=content.film,
    )
