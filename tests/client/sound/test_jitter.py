"""Frames that come unevenly are played evenly: in order, bounded, late ones dropped."""

from halles_client.sound.jitter import FAR, LOST, MOST, START, Jitter

ROUND = 2**32


def frames(*numbers: int) -> list[bytes]:
    return [bytes([number % 256]) for number in numbers]


def taken(jitter: Jitter, count: int) -> list[bytes | None]:
    return [jitter.take() for _ in range(count)]


def test_nothing_is_played_before_enough_waits_and_then_each_in_its_turn() -> None:
    jitter = Jitter()
    assert jitter.take() is None
    jitter.put(7, frames(*range(7, 7 + START - 1)))
    assert jitter.take() is None
    jitter.put(7 + START - 1, frames(7 + START - 1))
    assert taken(jitter, START + 1) == [*frames(*range(7, 7 + START)), None]


def test_a_word_too_short_to_fill_the_wait_is_played_all_the_same() -> None:
    jitter = Jitter()
    jitter.put(1, frames(1))
    assert taken(jitter, START + 1) == [*[None] * (START - 1), b"\x01", None]


def test_what_is_out_of_order_is_put_in_order_and_what_is_missing_is_told() -> None:
    jitter = Jitter()
    jitter.put(3, frames(3, 4))
    jitter.put(0, frames(0, 1))
    assert taken(jitter, 5) == [*frames(0, 1), LOST, *frames(3, 4)]


def test_what_comes_after_its_time_is_dropped() -> None:
    jitter = Jitter()
    jitter.put(0, frames(0, 1))
    jitter.put(3, frames(3, 4))
    assert taken(jitter, 4) == [*frames(0, 1), LOST, *frames(3)]
    jitter.put(2, frames(2))
    assert jitter.late == 1
    assert taken(jitter, 2) == [*frames(4), None]


def test_of_too_many_the_oldest_go_so_that_a_voice_never_lags() -> None:
    jitter = Jitter()
    jitter.put(0, frames(*range(MOST + 3)))
    assert jitter.late == 3
    assert taken(jitter, MOST + 1) == [*frames(*range(3, MOST + 3)), None]
    assert all(len(jitter._frames) <= MOST for number in range(1000) if jitter.put(number, frames(number)) is None)


def test_who_speaks_again_after_a_pause_begins_anew_also_with_a_lower_number() -> None:
    for again in (START + FAR + 1, ROUND - 500):
        jitter = Jitter()
        jitter.put(0, frames(*range(START)))
        taken(jitter, START + 1)
        jitter.put(again, frames(*range(START)))
        assert taken(jitter, START) == frames(*range(START))


def test_numbers_go_on_at_zero() -> None:
    jitter = Jitter()
    jitter.put(ROUND - 2, frames(1, 2, 3, 4))
    assert taken(jitter, 4) == frames(1, 2, 3, 4)
