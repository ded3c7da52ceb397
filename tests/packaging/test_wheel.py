"""What is installed from the wheel: three packages, their data, and nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_claims_three_names_only(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"halles", "halles_server", "halles_client"}


def test_the_wheel_carries_scenes_assets_migrations_templates_and_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "halles/data/scenes/lille.toml",
        "halles/data/assets/fonts/Inter-Medium.ttf",
        "halles/data/assets/halls/lille.npz",
        "halles/data/assets/demo/placement.toml",
        "halles/data/assets/avatars/near.npz",
        "halles/data/assets/locale/nl/",
        "halles/py.typed",
        "halles_server/web/templates/",
        "halles_server/web/static/",
        "halles_server/storage/migrations/",
    ):
        assert any(name.startswith(wanted) for name in names), wanted
    assert not [name for name in names if "__pycache__" in name or "/make/" in name or name.endswith(".pyc")]


def test_the_wheel_is_small_enough_to_fetch_on_a_bad_line(wheel: Path) -> None:
    assert wheel.stat().st_size < 25 * 2**20


def test_resources_are_found_in_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(unpacked)
    found = subprocess.run(
        [sys.executable, "-c", "from halles import resources; print(resources.scenes()); print(resources.assets())"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()
    assert [Path(path) for path in found] == [unpacked / "halles/data/scenes", unpacked / "halles/data/assets"]
