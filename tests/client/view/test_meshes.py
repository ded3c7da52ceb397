import numpy as np

from halles_client.view.baked import VERTEX, Baked
from halles_client.view.meshes import Fabric


def hall(vertices: int) -> Baked:
    indices = np.arange(vertices, dtype=np.uint32)
    pieces = np.array([[0, 0, 0, vertices]], dtype=np.int32)
    return Baked("", np.zeros(vertices, VERTEX), indices, pieces, (), (0, 0, 1, 1), 4.0, {})


def test_each_hall_is_drawn_from_its_own_vertices_wherever_they_lie_in_memory() -> None:
    for vertices in range(3, 303, 3):
        one = hall(vertices)
        node = Fabric(one).node("all of it", [(0, vertices)])
        assert node.get_geom(0).get_vertex_data().get_num_rows() == vertices
        del one  # The next hall's arrays may lie where these did.


def test_the_nodes_of_a_hall_share_one_table() -> None:
    fabric = Fabric(hall(12))
    first, second = (fabric.node("some", [run]).get_geom(0).get_vertex_data() for run in ((0, 6), (6, 6)))
    assert first.get_array(0).this == second.get_array(0).this


def test_runs_are_drawn_in_the_order_given() -> None:
    node = Fabric(hall(12)).node("two runs", [(9, 3), (0, 3)])
    primitive = node.get_geom(0).get_primitive(0)
    assert [primitive.get_vertex(place) for place in range(6)] == [9, 10, 11, 0, 1, 2]
