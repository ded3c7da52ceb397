"""Fuzzes all that reads a peer's bytes under coverage guidance, by hand: pip install atheris, then

python tests/fuzz/fuzz_codec.py -max_total_time=600

Seeds are real messages, so that mutations get past the first byte. Anything but a message or RemoteProtocolError, and
of ``hello_versions`` anything but two integers or None, is a crash, and its input is written beside. What the last run
said stands in CONTRIBUTING.md.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["halles"]):
    from halles.errors import RemoteProtocolError
    from halles.protocol import codec
    from halles.protocol.messages import EditBooth, EnterHall, Hello, Message, Move, PoseBatch, Say
    from halles.protocol.table import Direction
    from halles.world.booth import BoothEdit, Change
    from halles.world.look import Look

SEEDS: tuple[Message, ...] = (
    Hello(1, 1, "guest", "", "Zoë", "fr", Look(), "fuzz", True, "bot"),
    EnterHall(b"1" * 16, "lille", "booth:studio-01"),
    Move(70_000, -2500, 1800, 60, 40_000, 3),
    Say(b"2" * 16, "hall", "Où se tient le débat ?"),
    EditBooth(b"3" * 16, "studio-01", 4, BoothEdit((Change("panel:poster-1:title", "Affiche", "fr"),))),
    PoseBatch(9, 123_456, b"123456789", b"1234567"),
)


def one_input(data: bytes) -> None:
    """Reads one input in all ways; a message that was read must be readable again."""
    versions = codec.hello_versions(data)
    assert versions is None or [type(version) for version in versions] == [int, int]
    for direction in Direction:
        try:
            message = codec.decode(data, direction)
        except RemoteProtocolError:
            continue
        assert codec.decode(codec.encode(message), direction) == message
        if isinstance(message, Hello):
            assert versions == (message.oldest, message.newest)


with tempfile.TemporaryDirectory() as corpus:
    for number, seed in enumerate(SEEDS):
        Path(corpus, f"seed-{number}").write_bytes(codec.encode(seed))
    atheris.Setup([*sys.argv, corpus], one_input)
    atheris.Fuzz()
