import numpy as np
from PIL import Image

from assets.make.bake import Baker, Light
from assets.make.mesh import Mesh
from assets.make.mirror import SIZE, mirror_picture
from assets.make.room import Room, Tone
from assets.make.walls import Wall
from halles.world.scene import parse
from tests.support.tiny_plan import PLAN


def faces() -> list[np.ndarray]:
    """The mirror of a white room whose north wall is red below and blue above 1.5 m."""
    mesh = Mesh(chunk=90)
    mesh.quad((-6, -6, 0), (6, -6, 0), (-6, 6, 0), "floor", 2.0)
    mesh.chunk = 0
    north = Wall(mesh, (6, 6), (-6, 6))
    north.panel(0.0, 12.0, 0.0, 1.5, "plaster", colour="ff0000")
    north.panel(0.0, 12.0, 1.5, 3.0, "plaster", colour="0000ff")
    room = Room(parse(PLAN, "tiny.toml"), mesh, Light(lambda d: np.ones_like(d)), Tone())
    baker = Baker(mesh, room.light)
    baker.vertices()
    picture = np.asarray(mirror_picture(room, baker), dtype=float)
    assert Image.fromarray(picture.astype(np.uint8)).size == (SIZE, 6 * SIZE)
    return [picture[i * SIZE : (i + 1) * SIZE] for i in range(6)]


def test_the_north_wall_is_on_the_third_face_with_its_foot_in_the_first_rows() -> None:
    north = faces()[2]
    low, high = north[SIZE // 2 - 5, SIZE // 2], north[SIZE // 2 + 5, SIZE // 2]
    assert low[0] > low[2] + 20
    assert high[2] > high[0] + 20


def test_where_the_room_is_open_the_mirror_shows_the_sky() -> None:
    shown = faces()
    middle = [face[SIZE // 2, SIZE // 2] for face in shown]
    assert np.ptp(middle[4]) < 3
    assert middle[4].min() > 120
    assert np.ptp(middle[3]) < 3
