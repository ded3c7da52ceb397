import math
from collections.abc import Iterator

import numpy as np
import pytest

from halles_client.replica.crowd import Crowd
from halles_client.view.crowd_view import CrowdView
from halles_client.view.hud.pen import Rect
from halles_client.view.name_tags import MOST, NameTags, choose
from halles_client.view.presets import LOW
from halles_client.view.window import Window

SIZE = (640, 360)


@pytest.fixture
def tags(window: Window) -> Iterator[NameTags]:
    window.base.camera.set_pos_hpr(0, 0, 1.6, 0, 0, 0)
    window.base.cam.set_pos_hpr(0, 0, 0, 0, 0, 0)
    window.base.camLens.set_fov(72)
    window.base.win.set_clear_color((0.75, 0.75, 0.75, 1))
    made = NameTags(window)
    yield made
    made.close()


def crowd(x: list[float], y: list[float], staff: bool = False) -> Crowd:
    count = len(x)
    zero = np.zeros(count, np.float32)
    return Crowd(
        np.arange(count, dtype=np.uint16),
        np.array(x, np.float32),
        np.array(y, np.float32),
        zero,
        zero,
        zero,
        zero,
        np.zeros(count, np.uint8),
        np.zeros((count, 5), np.uint8),
        np.full(count, staff),
    )


def everybody(some: Crowd) -> np.ndarray:
    return np.arange(len(some.x), dtype=np.intp)


def draw(tags: NameTags, some: Crowd, names: dict[int, str]) -> None:
    tags.draw(some, names, everybody(some))


def picture(window: Window) -> np.ndarray:
    window.step()
    window.step()
    return np.asarray(window.picture()).astype(int)


def dark(image: np.ndarray) -> np.ndarray:
    return image.sum(2) < 260


def test_a_tag_that_would_touch_a_nearer_one_is_dropped() -> None:
    anchors = np.array([[300.0, 100.0], [340.0, 105.0], [420.0, 100.0]])
    assert [i for i, _, _ in choose(anchors, [80, 80, 80], 22, SIZE, [])] == [0, 2]


def test_the_tags_of_who_speaks_go_up_over_each_other_and_others_still_give_way() -> None:
    anchors = np.array([[300.0, 100.0], [340.0, 105.0], [360.0, 100.0], [310.0, 100.0]])
    kept = choose(anchors, [80] * 4, 22, SIZE, [], raised=3)
    assert [i for i, _, _ in kept] == [0, 1, 2]
    tops = [top for _, _, top in kept]
    assert tops[1] <= tops[0] - 22
    assert all(b <= a - 22 or b >= a + 22 for a, b in ((tops[1], tops[2]), (tops[0], tops[2])))


def test_no_tag_lies_under_a_card_or_leaves_the_window() -> None:
    anchors = np.array([[100.0, 100.0], [500.0, 100.0], [10.0, 200.0], [300.0, 15.0]])
    kept = choose(anchors, [80] * 4, 22, SIZE, [Rect(0, 0, 200, 150)])
    assert [i for i, _, _ in kept] == [1]


def test_at_most_twenty_are_shown() -> None:
    anchors = np.array([[50.0 + 60 * (i % 10), 40.0 + 30 * (i // 10)] for i in range(50)])
    assert len(choose(anchors, [40] * 50, 22, SIZE, [])) == MOST


def test_a_name_is_written_above_the_head(tags: NameTags, window: Window) -> None:
    draw(tags, crowd([0.0], [4.0]), {0: "Zoë"})
    seen = dark(picture(window))
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    assert rows.max() - rows.min() + 1 == 22
    assert columns.min() + columns.max() == pytest.approx(640, abs=2)
    head = 180 - (1.98 - 1.6) * (320 / math.tan(math.radians(36))) / 4.0
    assert rows.max() == pytest.approx(head, abs=2)
    assert (picture(window) > 220).all(2).sum() > 20


def test_an_amber_dot_means_staff(tags: NameTags, window: Window) -> None:
    def amber() -> int:
        seen = picture(window)
        return int(((seen[..., 0] > 210) & (seen[..., 2] < 120)).sum())

    draw(tags, crowd([0.0], [4.0]), {0: "Zoë"})
    assert amber() == 0
    draw(tags, crowd([0.0], [4.0], staff=True), {0: "Zoë"})
    assert 15 < amber() < 60


def test_nobody_behind_far_off_nameless_or_broken_has_a_tag(tags: NameTags) -> None:
    some = crowd([0.0, 0.0, 1.0, math.nan], [-4.0, 40.0, 4.0, 4.0])
    draw(tags, some, {0: "behind", 1: "far", 3: "broken"})
    assert tags.shown == 0
    draw(tags, some, {2: "here"})
    assert tags.shown == 1


def test_whoever_is_left_out_because_they_stand_in_the_cameras_way_has_no_tag(tags: NameTags, window: Window) -> None:
    window.base.camera.set_pos_hpr(0, 0, 1.9, 0, 0, 0)
    people = CrowdView(window, LOW)
    some = crowd([0.0, 2.0], [0.45, 6.0])
    drawn = people.draw(some, 0.0, 0.0, 0.02)
    assert drawn.tolist() == [1]
    tags.draw(some, {0: "too near"}, drawn)
    assert tags.shown == 0
    tags.draw(some, {0: "too near", 1: "here"}, drawn)
    assert tags.shown == 1
    people.close()


def test_more_names_than_the_sheet_of_letters_holds_go_on_being_drawn(tags: NameTags) -> None:
    for i in range(40):
        draw(tags, crowd([0.0], [4.0]), {0: "".join(chr(0xC0 + (i * 7 + k) % 180) for k in range(12))})
        assert tags.shown == 1


def test_who_speaks_is_tagged_in_amber_however_far_and_however_many_are_nearer(tags: NameTags, window: Window) -> None:
    def amber() -> int:
        seen = picture(window)
        return int(((seen[..., 0] > 210) & (seen[..., 1] > 150) & (seen[..., 2] < 120)).sum())

    some = crowd([0.0, *(0.2 * i - 3.0 for i in range(30))], [40.0] + [9.0] * 30)
    names = {number: f"n{number}" for number in range(31)}
    tags.draw(some, names, everybody(some))
    assert amber() == 0
    tags.draw(some, names, everybody(some), speaking={0})
    assert amber() > 150
