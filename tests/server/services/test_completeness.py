"""How much of a booth is written in each language."""

from halles.world.booth import BoothContent, Panel, texts_of
from halles.world.text import Text
from halles_server.services.completeness import meter_of


def test_a_text_counts_once_somebody_has_written_it_in_any_language() -> None:
    content = BoothContent("Studio", pitch=Text("Bonjour"), panels=(Panel("screen", Text(nl="Film", en="Film")),))
    meter = meter_of(texts_of(content))
    assert (meter.texts, meter.cells, meter.filled) == (2, 6, 3)
    assert meter.written == {"fr": 1, "nl": 1, "en": 1}
    assert meter.missing == {"fr": ("panel:screen:title",), "nl": ("pitch",), "en": ("pitch",)}


def test_where_nothing_is_written_nothing_is_missing() -> None:
    meter = meter_of({"pitch": Text()})
    assert (meter.texts, meter.cells, meter.missing) == (0, 0, {"fr": (), "nl": (), "en": ()})
