"""The crowd at one moment, as arrays: what ``timeline`` samples and ``view.crowd_view`` draws."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody in the hall but oneself at one render time; every array has shape ``(n,)`` and the same order.

    Attributes:
        number: uint16, the avatar's number in the hall.
        x: float32, metres east.
        y: float32, metres north.
        z: float32, metres up.
        heading: float32, radians, 0 north, positive left.
        speed: float32, m/s on the floor.
        stride: float32, metres walked so far, modulo 1000: the phase of the legs.
        gesture: uint8, a ``movement.Gesture``.
        look: uint8, shape ``(n, 5)``: coat, trousers, skin, head, hair as in ``world.look.Look``.
        staff: bool, an exhibitor at work (amber dot on the name tag).
    """

    number: NDArray[np.uint16]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    z: NDArray[np.float32]
    heading: NDArray[np.float32]
    speed: NDArray[np.float32]
    stride: NDArray[np.float32]
    gesture: NDArray[np.uint8]
    look: NDArray[np.uint8]
    staff: NDArray[np.bool_]
