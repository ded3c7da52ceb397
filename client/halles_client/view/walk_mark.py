"""The ring on the floor where a click leads, as long as one walks there."""

from typing import Any, Final

from panda3d.core import CardMaker, Shader, TransparencyAttrib

from halles_client.view.hud import tokens
from halles_client.view.window import Window

RADIUS_M: Final = 0.34

_LIFT_M: Final = 0.015

_VERTEX: Final = """#version 150
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex; out vec2 at;
void main() { gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex; at = p3d_Vertex.xz; }
"""

_FRAGMENT: Final = """#version 150
uniform vec3 colour;
in vec2 at; out vec4 o_colour;
void main() {
  float d = length(at), soft = fwidth(d);
  float ring = smoothstep(0.76 - soft, 0.76 + soft, d) * (1.0 - smoothstep(1.0 - soft, 1.0, d));
  float dot = 1.0 - smoothstep(0.2 - soft, 0.2 + soft, d);
  o_colour = vec4(colour, max(ring, dot) * 0.9);
}
"""


class WalkMark:
    """One ring, hidden until it is shown somewhere."""

    def __init__(self, window: Window) -> None:
        maker = CardMaker("walk mark")
        maker.set_frame(-1, 1, -1, 1)
        self._node: Any = window.base.render.attach_new_node(maker.generate())
        self._node.set_p(-90)
        self._node.set_scale(RADIUS_M)
        self._node.set_shader(Shader.make(Shader.SL_GLSL, _VERTEX, _FRAGMENT))
        self._node.set_shader_input("colour", tokens.AMBER[:3])  # as the one thing that one has just asked for
        self._node.set_transparency(TransparencyAttrib.M_alpha)
        self._node.set_depth_write(False)
        self._node.set_depth_offset(1)
        self._node.hide()

    def show(self, place: tuple[float, float, float] | None) -> None:
        """Lies at a place, metres; None hides it."""
        if place is None:
            self._node.hide()
            return
        x, y, z = place
        self._node.set_pos(x, y, z + _LIFT_M)
        self._node.show()

    def close(self) -> None:
        """Takes it off the scene graph."""
        self._node.remove_node()
