"""What is seen of a booth from the aisle."""

from halles.ids import BoothId, MediaId, SlotId
from halles.protocol.booth_cards import card_of
from halles.protocol.messages import BoothCard
from halles.world.booth import BoothContent, Panel
from halles.world.text import Text

PICTURE, MODEL, FILM = (MediaId(f"{'a' * 64}.{ending}") for ending in ("webp", "glb", "mp4"))


def test_a_card_has_what_hangs_and_stands_and_no_panel_without_a_picture() -> None:
    panels = (Panel("screen", picture=PICTURE), Panel("poster-1", title=Text(fr="Sans image")))
    content = BoothContent("Atelier", "school", 4, panels=panels, model=MODEL, film=FILM)
    assert card_of(BoothId("b"), SlotId("A1"), 7, content) == BoothCard(
        BoothId("b"), SlotId("A1"), 7, "Atelier", "school", 4, (("screen", PICTURE),), MODEL, FILM
    )
