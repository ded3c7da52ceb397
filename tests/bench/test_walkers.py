"""What a witness of the load makes of the records that a server sends."""

import numpy as np

from bench.walkers import Crowd


def crowd_of_two() -> Crowd:
    """Avatar 7 is client 1's, which reported the same place twice."""
    crowd = Crowd(2, np.random.default_rng(1))
    crowd.owner[[6, 7]] = [0, 1]
    crowd.sent_x[1, :3], crowd.sent_y[1, :3], crowd.sent_at[1, :3] = [10, 20, 10], [5, 5, 5], [100.0, 100.1, 100.2]
    crowd.begin()
    return crowd


def test_a_record_is_as_old_as_the_newest_report_that_says_the_same() -> None:
    crowd = crowd_of_two()
    crowd.hear(0, crowd.sight(np.array([7]), np.array([10]), np.array([5])), now=100.25)
    assert np.allclose(np.concatenate(crowd.ages), [50.0])
    assert crowd.wrong == 0


def test_a_place_that_nobody_reported_is_wrong_and_has_no_age() -> None:
    crowd = crowd_of_two()
    crowd.hear(0, crowd.sight(np.array([7]), np.array([20]), np.array([6])), now=100.25)
    assert crowd.wrong == 1
    assert np.concatenate(crowd.ages).size == 0


def test_a_witness_counts_its_own_record_but_judges_only_those_of_others() -> None:
    crowd = crowd_of_two()
    crowd.hear(0, crowd.sight(np.array([6]), np.array([1]), np.array([1])), now=100.25)
    assert (crowd.records, crowd.wrong) == (1, 0)


def test_the_time_unheard_counts_from_the_second_time_that_somebody_is_heard_of() -> None:
    crowd = crowd_of_two()
    for now in (100.25, 101.0):
        crowd.hear(0, crowd.sight(np.array([7]), np.array([10]), np.array([5])), now=now)
    assert np.allclose(np.concatenate(crowd.gaps), [0.75])
