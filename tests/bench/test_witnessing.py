"""What a witness of the load makes of the records that a server sends."""

import numpy as np

from bench.witnessing import Crowd


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


def test_in_one_spot_everybody_ends_within_five_metres_also_who_was_let_in_farther_off() -> None:
    crowd = Crowd(200, np.random.default_rng(3), spot=True)
    for _ in range(400):
        crowd.walk(np.arange(200), 0.1)
    assert np.hypot(crowd.x, crowd.y).max() <= 5.0


def test_all_over_the_hall_nobody_walks_out_of_it_and_most_are_not_in_one_spot() -> None:
    crowd = Crowd(200, np.random.default_rng(3))
    for _ in range(400):
        crowd.walk(np.arange(200), 0.1)
    assert max(np.abs(crowd.x).max(), np.abs(crowd.y).max()) <= 23.0
    assert np.median(np.hypot(crowd.x, crowd.y)) > 5.0


def test_what_was_counted_before_a_span_is_forgotten_when_it_begins() -> None:
    crowd = crowd_of_two()
    crowd.hear(0, crowd.sight(np.array([7]), np.array([20]), np.array([6])), now=100.25)
    crowd.lost = 3
    crowd.begin()
    assert (crowd.wrong, crowd.lost, crowd.records, crowd.ages) == (0, 0, 0, [])


def test_the_news_of_somebody_with_another_node_is_told_apart() -> None:
    crowd = crowd_of_two()
    crowd.node[:] = [0, 1]
    crowd.hear(0, crowd.sight(np.array([7]), np.array([10]), np.array([5])), now=100.25)
    crowd.hear(1, crowd.sight(np.array([7]), np.array([10]), np.array([5])), now=100.25)
    assert [side.tolist() for side in crowd.elsewhere] == [[True], []]


def test_a_crowd_may_remember_more_reports_of_each() -> None:
    crowd = Crowd(2, np.random.default_rng(1), ring=200)
    assert crowd.sent_at.shape == (2, 200)


def test_what_is_older_than_news_has_no_age_unless_all_were_silent_for_so_long() -> None:
    for news_s, heard in ((5.0, 0), (15.0, 1)):
        crowd = crowd_of_two()
        crowd.news_s = news_s
        crowd.hear(0, crowd.sight(np.array([7]), np.array([10]), np.array([5])), now=110.0)
        assert np.concatenate(crowd.ages).size == heard
