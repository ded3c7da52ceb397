"""What makes no sense is refused with the range that does, before anything is measured."""

from pathlib import Path

import pytest

from bench import faults, sizes
from bench.subjects import arguments


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("crowd --clients -5", "'-5' is not a whole number from 1 to 16,000"),
        ("crowd --clients 0", "from 1 to 16,000"),
        ("crowd --clients 1000000", "from 1 to 16,000"),
        ("crowd --clients many", "'many' is not a whole number"),
        ("crowd --hz nan", "'nan' is not a number from 1 to 60"),
        ("crowd --hz 0", "from 1 to 60"),
        ("crowd --hz 1000", "from 1 to 60"),
        ("crowd --seconds 0", "from 1 to 86,400"),
        ("crowd --seconds -1", "from 1 to 86,400"),
        ("crowd --seconds inf", "from 1 to 86,400"),
        ("growth --steps -1", "from 1 to 16,000"),
        ("flood --flooders -1", "from 1 to 16,000"),
        ("storm --arrivals 0", "from 1 to 16,000"),
        ("half-open --sockets -1", "from 1 to 16,000"),
        ("slow --quiet-s 0", "from 1 to 86,400"),
        ("churn --per-s 0", "from 0.1 to 1,000"),
        ("client --avatars -3", "from 0 to 16,000"),
        ("client --hall nowhere", "'nowhere' is no hall; there are"),
        ("tick --json /no/such/folder/x.json", "/no/such/folder/x.json cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_range_that_can(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments().parse_args(command.split())
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_file_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    assert sizes.writable(str(tmp_path / "new")) == tmp_path / "new"
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").write_text("kept")
    sizes.writable(str(tmp_path / "old"))
    assert (tmp_path / "old").read_text() == "kept"


def test_the_faults_that_the_command_knows_are_those_that_there_are() -> None:
    assert tuple(faults.KINDS) == sizes.FAULTS
