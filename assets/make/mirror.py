"""What a polished floor mirrors: the bare room as a small cube map, blurred, without booths and furniture.

The six faces stand one under the other in OpenGL's order and orientation (+x −x +y −y +z −z, row 0 first), as √light.
"""

import numpy as np
from PIL import Image

from assets.make.bake import Baker
from assets.make.fittings import FIRST_CHUNK
from assets.make.mesh import Array
from assets.make.room import Room
from halles_client.view.materials import LIGHT_MAX

SIZE = 96
RAYS = 96
BLUR = 0.07
"""Spread of the rays of one texel, radians; the same rays about every texel, and so many that no bar shows twice."""


def mirror_picture(room: Room, baker: Baker) -> Image.Image:
    """Returns the six faces, ``SIZE`` wide and ``6 · SIZE`` high."""
    at = (np.arange(SIZE) + 0.5) / SIZE * 2 - 1
    a, b = np.meshgrid(at, at)
    one = np.ones_like(a)
    faces = [(one, -b, -a), (-one, -b, a), (a, one, b), (a, -one, -b), (a, -b, one), (-a, -b, -one)]
    directions = np.concatenate([np.stack(face, 2).reshape(-1, 3) for face in faces])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    spread = np.random.default_rng(1).normal(0, BLUR, (RAYS, 3))
    total = np.zeros_like(directions)
    for offset in spread:
        jittered: Array = directions + offset
        jittered /= np.linalg.norm(jittered, axis=1, keepdims=True)
        total += np.minimum(baker.seen(np.array([0.0, 0.0, 1.5]), jittered, FIRST_CHUNK), LIGHT_MAX)
    pixels = np.sqrt(total / RAYS / LIGHT_MAX).reshape(6 * SIZE, SIZE, 3)
    return Image.fromarray(np.uint8(np.clip(pixels, 0, 1) * 255 + 0.5))
