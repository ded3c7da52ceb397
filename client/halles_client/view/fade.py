"""The short dark between two places: a card over the world, under the HUD, for cuts and passages."""

from collections.abc import Callable
from typing import Any, Final

from panda3d.core import CardMaker, LVecBase4f, PTA_LVecBase4f, Shader, TransparencyAttrib

from halles_client.view.window import Window

FADE_S: Final = 0.15

_INK: Final = (0x15 / 255, 0x18 / 255, 0x1C / 255)

_VERTEX: Final = """#version 150
in vec4 p3d_Vertex;
void main() { gl_Position = vec4(p3d_Vertex.xz, 0.0, 1.0); }
"""

_FRAGMENT: Final = """#version 150
uniform vec4 u_card;
out vec4 o_colour;
void main() { o_colour = u_card; }
"""


class Fade:
    """Darkens, lets something happen, and clears.

    Attributes:
        cover: How dark it is, 0 … 1.
    """

    def __init__(self, window: Window) -> None:
        maker = CardMaker("fade")
        maker.set_frame(-1, 1, -1, 1)
        self._colour = PTA_LVecBase4f.empty_array(1)
        self._node: Any = window.base.render2d.attach_new_node(maker.generate())
        self._node.set_shader(Shader.make(Shader.SL_GLSL, vertex=_VERTEX, fragment=_FRAGMENT))
        self._node.set_shader_input("u_card", self._colour)
        self._node.set_transparency(TransparencyAttrib.M_alpha)
        self._node.set_bin("background", 10)
        self._node.set_depth_test(False)
        self._node.set_depth_write(False)
        self._then: Callable[[], None] | None = None
        self._held = False
        self.cover = 0.0
        self._show()

    @property
    def busy(self) -> bool:
        """Whether anything of the world is covered or about to be."""
        return self.cover > 0.0 or self._then is not None

    def begin(self, then: Callable[[], None]) -> None:
        """Darkens within ``FADE_S``, calls ``then`` in the dark, and clears; the latest call counts."""
        self._then = then

    def hold(self) -> None:
        """Stays dark, for as long as a hall takes to load."""
        self._held, self.cover = True, 1.0
        self._show()

    def release(self) -> None:
        """Ends ``hold`` and clears."""
        self._held = False

    def step(self, dt: float) -> None:
        """Goes on by ``dt`` seconds; at most a third of a fade at once, so that a slow frame is not a flash."""
        share = min(dt, FADE_S / 3.0) / FADE_S
        if self._then is not None:
            self.cover = min(1.0, self.cover + share)
            if self.cover >= 1.0:
                then, self._then = self._then, None
                then()
        elif not self._held:
            self.cover = max(0.0, self.cover - share)
        self._show()

    def close(self) -> None:
        """Takes the card away."""
        self._node.remove_node()

    def _show(self) -> None:
        self._colour.set_element(0, LVecBase4f(*_INK, self.cover))
        if self.cover > 0.0:
            self._node.show()
        else:
            self._node.hide()
