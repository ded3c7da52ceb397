"""Where something lies on a screen, and which spot of it somebody points at: the one is the other's way back."""

import pytest

from halles.world.scene import Screen
from halles_client.view.plates import part_of, spot_on
from halles_client.view.steering import Ray
from tests.support.live_hall import SCENE

SCREENS = [screen for screen in SCENE.screens if screen.id in ("main", "questions")]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.id)
@pytest.mark.parametrize("at", [(0.02, 0.03), (0.25, 0.75), (0.99, 0.98)])
def test_the_spot_that_one_points_at_is_the_one_that_lies_there(screen: Screen, at: tuple[float, float]) -> None:
    spot, eye = part_of(screen, (*at, *at), 0.0), (1.0, 10.0, 1.6)
    ray = Ray(*eye, (spot.x - eye[0]) * 0.5, (spot.y - eye[1]) * 0.5, (spot.z - eye[2]) * 0.5)
    assert spot_on(screen, ray) == pytest.approx(at, abs=1e-6)


def test_nothing_is_pointed_at_beside_a_screen_or_from_behind() -> None:
    main = SCREENS[0]
    assert spot_on(main, Ray(0.0, 10.0, 1.6, 0.0, 1.0, 2.0)) is None
    assert spot_on(main, Ray(main.x, main.y + 2.0, main.z + 1.0, 0.0, -1.0, 0.0)) is None
    assert spot_on(main, Ray(main.x, main.y - 2.0, main.z + 1.0, 0.0, -1.0, 0.0)) is None
    assert spot_on(main, Ray(main.x, main.y - 2.0, main.z + 1.0, 1.0, 0.0, 0.0)) is None
