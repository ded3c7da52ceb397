"""What the bench of the view counts, in a scene graph."""

from panda3d.core import NodePath

from bench.client import draw_calls
from halles_client.view.avatar_mesh import quad

CORNERS = ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 0.0, 1.0))


def test_a_draw_call_is_counted_for_each_geom_that_is_shown_whatever_its_instances() -> None:
    root = NodePath("people")
    near, far = (root.attach_new_node(quad(name, CORNERS)) for name in ("near", "far"))
    near.set_instance_count(1250)
    assert draw_calls(root) == 2
    far.hide()
    assert draw_calls(root) == 1
    root.hide()
    assert draw_calls(root) == 0
