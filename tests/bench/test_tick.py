"""A hall that is spread over nodes is seen whole by each, and its ticks are timed."""

import pytest

from bench import tick


@pytest.mark.parametrize("nodes", [1, 3])
def test_a_hall_over_several_nodes_has_everybody_in_it(nodes: int) -> None:
    result = tick.shared(60, nodes, hz=10, ticks=2)
    assert (result.valid, result.clients, result.notes[tick.OWN]) == (True, 60, 60 // nodes)
    assert float(result.notes[tick.MEDIAN]) > 0.0
