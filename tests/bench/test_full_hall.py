"""What a full booth of the bench has."""

from bench.full_hall import ring
from halles.world.model_admission import TRIANGLES_CAP, admit


def test_the_model_is_admitted_and_has_nearly_all_triangles_that_one_may_have() -> None:
    assert 0.9 * TRIANGLES_CAP < admit(ring()).triangles <= TRIANGLES_CAP
