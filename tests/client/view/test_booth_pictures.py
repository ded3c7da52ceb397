import io

import numpy as np
import pytest
from PIL import Image

from halles.world.scene import SlotSize
from halles_client.view.booth_pictures import FRAME, LAYOUTS, compose, drawable

SIZES: tuple[SlotSize, ...] = ("S", "M", "L")


def picture(colour: tuple[int, int, int], size: tuple[int, int] = (90, 60)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "WEBP", lossless=True)
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_panels_lie_side_by_side_within_the_picture(size: SlotSize) -> None:
    layout = LAYOUTS[size]
    taken = np.zeros((layout.size[1], layout.size[0]), dtype=np.uint8)
    for area in (*layout.areas.values(), FRAME):
        assert area.x + area.width <= layout.size[0]
        assert area.y + area.height <= layout.size[1]
        taken[area.y : area.y + area.height, area.x : area.x + area.width] += 1
    assert taken.max() == 1
    assert len(layout.areas) == {"S": 3, "M": 5, "L": 7}[size]


@pytest.mark.parametrize("size", SIZES)
def test_each_picture_fills_its_panel(size: SlotSize) -> None:
    areas = LAYOUTS[size].areas
    colours = {slot: (20 * n + 40, 200 - 20 * n, 90) for n, slot in enumerate(areas)}
    whole = compose(size, "Studio", 0, {slot: picture(colour) for slot, colour in colours.items()})
    for slot, area in areas.items():
        panel = whole[area.y : area.y + area.height, area.x : area.x + area.width]
        assert np.abs(panel.astype(int) - colours[slot]).max() <= 1


def test_a_panel_without_a_picture_bears_the_name_in_paper_on_the_accent() -> None:
    whole = compose("S", "Le Fresnoy", 3, {})
    area = LAYOUTS["S"].areas["poster-1"]
    panel = whole[area.y : area.y + area.height, area.x : area.x + area.width]
    assert tuple(panel[2, 2]) == (0x34 * 7 // 8, 0x69 * 7 // 8, 0x5C * 7 // 8)
    assert panel.max() > 230


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", picture((1, 2, 3))[:40]])
def test_what_cannot_be_read_counts_as_missing(data: bytes) -> None:
    assert np.array_equal(compose("S", "A", 1, {"screen": data}), compose("S", "A", 1, {}))


@pytest.mark.parametrize("name", ["", "映画", "A" * 40, "Institut supérieur des arts numériques"])
def test_any_name_can_be_drawn(name: str) -> None:
    assert compose("L", name, 99, {}).shape == (752, 1024, 3)
    assert "映" not in drawable(name)
