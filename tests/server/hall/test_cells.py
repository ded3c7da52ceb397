import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from halles_server.hall.cells import LEAF, split


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 700), st.booleans(), st.integers(0, 2**16))
def test_every_person_is_in_one_cell_and_no_cell_is_larger_than_a_leaf(n: int, one_spot: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    spread = 0.0 if one_spot else 20.0
    cells = split(rng.uniform(-spread, spread, n), rng.uniform(-spread, spread, n))
    assert sorted(np.concatenate(cells).tolist() if cells else []) == list(range(n))
    assert all(cell.size <= LEAF for cell in cells)


def test_cells_hold_people_who_stand_together() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-25, 25, 2000), rng.uniform(-25, 25, 2000)
    spans = [np.ptp(x[cell]) + np.ptp(y[cell]) for cell in split(x, y)]
    assert np.mean(spans) < 14
