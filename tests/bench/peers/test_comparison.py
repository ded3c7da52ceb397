from bench import measuring
from bench.peers import comparison
from bench.report import Result


def test_the_floor_sends_in_a_tick_what_halles_did_in_however_many_frames() -> None:
    notes: dict[str, float | int | str] = {measuring.FRAMES: 20.0, measuring.TICKS: 10.0}
    assert comparison.frame_bytes(Result("Halles", bytes_per_client_s=20_000.0, notes=notes)) == 2000
