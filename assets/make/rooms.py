"""The four rooms: one builder for each style of a plan. One knows a hall by its roof."""

from collections.abc import Callable

from assets.make.room import Room
from assets.make.room_crane import crane
from assets.make.room_rotunda import rotunda
from assets.make.room_sawtooth import sawtooth
from assets.make.room_vault import vault
from halles.world.scene import Scene

STYLES: dict[str, Callable[[Scene], Room]] = {"sawtooth": sawtooth, "vault": vault, "crane": crane, "rotunda": rotunda}


def build(scene: Scene) -> Room:
    """Builds the room of a plan with its booths and fittings."""
    return STYLES[scene.style](scene)
