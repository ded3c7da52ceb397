"""Makes ``scenes/schema.json`` from the type of a plan, so that an editor can check and complete one.

Run ``python -m assets.make.schema``.
"""

import json

import msgspec

from halles import resources
from halles.world.scene import Scene


def text() -> str:
    """Returns the schema as it stands in the tree."""
    return json.dumps(msgspec.json.schema(Scene), indent=1, ensure_ascii=False) + "\n"


def make() -> None:
    """Writes the schema."""
    (resources.scenes() / "schema.json").write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    make()
