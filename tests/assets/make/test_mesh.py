import math

import numpy as np
import pytest

from assets.make.mesh import Mesh
from halles_client.view.materials import NO_SLOT


def test_every_face_of_a_box_looks_outwards() -> None:
    mesh = Mesh()
    mesh.box((-1, -2, 0), (1, 2, 3), "white", faces="wesntb")
    for patch in mesh.patches:
        assert ((patch.points - [0, 0, 1.5]) * patch.normals).sum(axis=1).min() > 0


def test_triangles_run_anticlockwise_seen_from_the_normal() -> None:
    mesh = Mesh()
    mesh.quad((0, 0, 0), (4, 0, 0), (0, 3, 0), "floor")
    mesh.tube(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]]), 0.2, 8, "steel")
    for patch in mesh.patches:
        a, b, c = (patch.points[patch.quads[:, i]] for i in (0, 1, 2))
        turn = np.cross(b - a, c - a)
        assert ((turn * patch.normals[patch.quads[:, 0]]).sum(axis=1) > 0).all()


def test_a_quad_is_cut_to_about_the_wanted_step() -> None:
    mesh = Mesh()
    mesh.quad((0, 0, 0), (4, 0, 0), (0, 3, 0), "floor", 1.0)
    assert len(mesh.patches[0].quads) == 12
    assert mesh.patches[0].points.max(axis=0) == pytest.approx([4, 3, 0])


def test_a_turned_mesh_keeps_its_slots_and_takes_the_chunk() -> None:
    part = Mesh(slot=5)
    part.quad((0, 0, 0), (1, 0, 0), (0, 0, 1), "felt")
    mesh = Mesh(chunk=3)
    mesh.turned(part, 10.0, 20.0, math.pi / 2)
    moved = mesh.patches[0]
    assert (moved.slot, moved.chunk) == (5, 3)
    assert moved.points[1] == pytest.approx([10.0, 21.0, 0.0])
    assert moved.normals[0] == pytest.approx([1.0, 0.0, 0.0])
    assert Mesh().slot == NO_SLOT


def test_planks_run_along_a_piece_whichever_way_it_lies() -> None:
    for along in ((4, 0, 0), (0, 4, 0), (0, 0, 4)):
        across = (0, 0, 1) if along[2] == 0 else (1, 0, 0)
        mesh = Mesh()
        mesh.quad((0, 0, 0), along, across, "oak")
        mesh.quad((0, 0, 0), across, along, "oak")
        for patch in mesh.patches:
            assert np.ptp(patch.uv[:, 0]) == pytest.approx(4 * np.ptp(patch.uv[:, 1]))
