import random

from halles.protocol.close_codes import CloseCode
from halles_client.net.status import comes_back, wait_s


def test_a_link_comes_back_after_breaks_restarts_and_full_houses_only() -> None:
    back = {code for code in CloseCode if comes_back(code)}
    assert back == {CloseCode.RESTART, CloseCode.TRY_LATER, CloseCode.TOO_SLOW, CloseCode.INTERNAL}
    assert comes_back(1006)


def test_waits_grow_to_a_bound_and_differ_by_chance() -> None:
    rng = random.Random(1)
    waits = [[wait_s(failures, 0, rng) for failures in range(30)] for _ in range(50)]
    assert all(0.25 <= row[0] <= 0.5 for row in waits)
    assert all(7.5 <= row[-1] <= 15.0 for row in waits)
    assert len({row[0] for row in waits}) > 40


def test_nobody_comes_back_sooner_than_asked() -> None:
    rng = random.Random(1)
    assert all(wait_s(0, 4000, rng) >= 4.0 for _ in range(100))
