import numpy as np
import pytest

from assets.make.bake import Baker, Light
from assets.make.mesh import Array, Mesh
from assets.make.walls import Wall


def white_sky(directions: Array) -> Array:
    return np.ones_like(directions) * (directions[:, 2:] > 0)


def floor() -> Mesh:
    mesh = Mesh()
    mesh.quad((-5, -5, 0), (5, -5, 0), (-5, 5, 0), "floor", 1.0)
    return mesh


def test_a_floor_under_an_open_sky_gets_all_of_it() -> None:
    assert Baker(floor(), Light(white_sky)).vertices() == pytest.approx(1.0)


def test_a_closed_room_is_dark() -> None:
    mesh = floor()
    corners = [(-5, -5), (5, -5), (5, 5), (-5, 5)]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        Wall(mesh, a, b).panel(0.0, 10.0, 0.0, 4.0, "white")
    mesh.quad((-5, 5, 4), (5, 5, 4), (-5, -5, 4), "white", 1.0)
    assert Baker(mesh, Light(white_sky)).vertices().max() < 0.02


def test_under_a_table_it_is_darker_than_beside_it_but_not_black() -> None:
    mesh = floor()
    mesh.box((-2, -2, 0.8), (2, 2, 0.9), "white", 1.0, faces="wesntb")
    baker = Baker(mesh, Light(white_sky))
    baker.vertices()
    light = baker.gather(np.array([[0.0, 0.0, 0.01], [4.5, 0.0, 0.01]]), np.array([[0.0, 0.0, 1.0]] * 2), 256)[:, 0]
    assert 0.05 < light[0] < 0.5 * light[1]


def test_light_bounces_with_the_colour_of_what_it_hit() -> None:
    mesh = floor()
    mesh.quad((-5, 5, 0), (5, 5, 0), (-5, 5, 4), "plaster", 1.0, colour="ff0000")
    baker = Baker(mesh, Light(white_sky))
    baker.vertices()
    near = baker.gather(np.array([[0.0, 4.6, 0.01]]), np.array([[0.0, 0.0, 1.0]]), 256)[0]
    assert near[0] > near[1] + 0.1


def test_the_sun_casts_a_shadow() -> None:
    mesh = floor()
    mesh.box((-1, -1, 1), (1, 1, 2), "white", 1.0, faces="wesntb")
    light = Light(lambda d: np.zeros_like(d), (np.array([0.0, 0.0, 1.0]), np.array([2.0, 2.0, 2.0])))
    baker = Baker(mesh, light)
    seen = baker.sunlit(np.array([[0.0, 0.0, 0.01], [3.0, 3.0, 0.01]]), np.array([[0.0, 0.0, 1.0]] * 2), 0.0)
    assert seen == pytest.approx([0.0, 1.0])


def test_a_lamp_lights_what_is_near_and_in_sight() -> None:
    mesh = floor()
    mesh.quad((0.5, -5, 0), (0.5, 5, 0), (0.5, -5, 3), "white", 1.0)
    lamp = np.array([[-1.0, 0.0, 2.5, 1.0]])
    baker = Baker(mesh, Light(lambda d: np.zeros_like(d), None, lamp))
    points = np.array([[-1.0, 0.0, 0.01], [-4.0, 0.0, 0.01], [1.0, 0.0, 0.01]])
    near, far, hidden = baker.direct(points, np.array([[0.0, 0.0, 1.0]] * 3), 0.0)[:, 0]
    assert near > far > hidden
    assert hidden == 0.0
