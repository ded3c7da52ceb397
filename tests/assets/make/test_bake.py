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


def test_what_a_box_half_covers_leaves_no_dark_stain_beside_it() -> None:
    def lit(*, covered: bool) -> tuple[Array, Array]:
        mesh = floor()
        mesh.quad((-4, 2, 0), (4, 2, 0), (-4, 2, 1), "white", 1.0)
        if covered:
            mesh.box((-2, 0, 0), (2, 2, 0.9), "white", 1.0, faces="west")
        front = mesh.patches[1]
        light = Baker(mesh, Light(white_sky)).vertices()
        start = len(mesh.patches[0].points)
        return front.points, light[start : start + len(front.points), 0]

    points, bare = lit(covered=False)
    _, beside = lit(covered=True)
    edge = (np.abs(points[:, 0]) == 2.0) & (points[:, 2] < 0.5)
    assert edge.sum() == 2
    assert (beside[edge] > 0.9 * bare[edge]).all()


def test_light_is_not_lent_round_a_corner() -> None:
    mesh = floor()
    mesh.tube(np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 3.0]]), 0.05, 3, "steel")
    baker = Baker(mesh, Light(white_sky))
    bar = len(mesh.patches[0].points)
    light = np.zeros((len(baker.points), 3))
    light[bar] = 1.0
    buried = np.ones(len(light), dtype=np.bool_)
    buried[bar] = False
    lent = baker._spread(light, buried)
    alike = baker.normals[bar:] @ baker.normals[bar] > 0.8
    assert (lent[bar:][~alike] == 0.0).all()
    assert (lent[bar:][alike] > 0.0).sum() > 1


def test_courses_stay_level_over_an_arch() -> None:
    mesh = Mesh()
    wall = Wall(mesh, (-4, 0), (4, 0))
    wall.panel(0.0, 2.0, 0.0, 5.0, "brick")
    edge, arch = wall.opening(4.0, 2.0, 0.0, 2.0, 1.0)
    wall.face(np.stack([edge, edge]), np.stack([arch, np.full(len(edge), 5.0)]), "brick")
    panel, over = mesh.patches
    for patch in (panel, over):
        assert patch.uv[:, 1] * 2.0 == pytest.approx(patch.points[:, 2])
        assert patch.uv[:, 0] * 2.0 == pytest.approx(patch.points[:, 0])
