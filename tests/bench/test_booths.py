"""What the bench of a full hall counts, in a scene graph and with a driver."""

import gc

import numpy as np
from panda3d.core import NodePath

from bench.booths import playing, texture_bytes, triangles
from halles_client.view import textures
from halles_client.view.avatar_mesh import quad
from halles_client.view.window import Window
from tests.support.view_window import window

__all__ = ["window"]

CORNERS = ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 0.0, 1.0))


def test_the_triangles_of_all_that_hangs_under_a_node_are_counted() -> None:
    root = NodePath("models")
    root.attach_new_node(quad("one", CORNERS))
    root.attach_new_node("group").attach_new_node(quad("other", CORNERS))
    assert triangles(root) == 4


def settled(window: Window) -> int:
    """Lets go of what earlier tests left, which takes the driver some frames; returns what it holds then."""
    counts = [0]
    while len(set(counts[-4:])) > 1 or len(counts) < 4:
        gc.collect()
        window.step()
        counts.append(texture_bytes(window))
    return counts[-1]


def test_a_texture_counts_with_its_smaller_copies_from_when_the_driver_has_it_until_nobody_wants_it(
    window: Window,
) -> None:
    before = settled(window)
    texture = textures.from_pixels(np.zeros((256, 256, 3), dtype=np.uint8), "counted")
    textures.send(texture, window)
    window.step()
    assert 256 * 256 * 4 <= texture_bytes(window) - before <= 256 * 256 * 16 / 3
    del texture
    window.step()
    assert texture_bytes(window) == before


def test_only_processes_that_decode_films_are_counted() -> None:
    assert playing() == []
