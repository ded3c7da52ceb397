"""The import contracts hold, and each of them notices when it is broken."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]

BREAKS = {
    "server-layers": ("server/halles_server/services/chat.py", "import halles_server.gateway.listener"),
    "client-layers": ("client/halles_client/replica/replica.py", "import halles_client.net.link"),
    "contract-layers": ("contract/halles/world/geometry.py", "import halles.protocol.codec"),
    "two-sides": ("client/halles_client/config.py", "import halles_server.config"),
    "contract-alone": ("contract/halles/world/booth.py", "import structlog"),
    "pure-zones": ("server/halles_server/hall/hall.py", "import time"),
    "panda-in-the-view": ("client/halles_client/app.py", "import panda3d.core"),
    "asyncpg-in-storage": ("server/halles_server/services/booths.py", "import asyncpg"),
    "msgpack-in-the-codec": ("server/halles_server/gateway/outbox.py", "import msgpack"),
    "websockets-at-the-edges": ("client/halles_client/view/camera.py", "import websockets"),
    "doors-call-services": ("server/halles_server/web/app.py", "import halles_server.storage.booths"),
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join(str(folder / root) for root in ("contract", "server", "client"))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for root in ("contract", "server", "client"):
        shutil.copytree(ROOT / root, tmp_path / root, ignore=shutil.ignore_patterns("__pycache__", "*.webp", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold_as_the_tree_stands() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout


def test_every_contract_has_a_break_that_proves_it() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(BREAKS)


@pytest.mark.parametrize("contract", sorted(BREAKS))
def test_a_forbidden_import_breaks_the_contract(contract: str, copy: Path) -> None:
    file, line = BREAKS[contract]
    source = (copy / file).read_text("utf-8")
    (copy / file).write_text(f"{source}\n\n{line}\n", "utf-8")
    linted = lint(copy, "--contract", contract)
    assert linted.returncode == 1, linted.stdout
    assert "BROKEN" in linted.stdout


@pytest.mark.parametrize(
    ("contract", "package"),
    [
        ("server-layers", "server/halles_server"),
        ("client-layers", "client/halles_client"),
        ("contract-layers", "contract/halles"),
    ],
)
def test_a_new_module_must_be_given_its_layer(contract: str, package: str, copy: Path) -> None:
    (copy / package / "attic.py").write_text('"""A module that nobody has placed."""\n', "utf-8")
    linted = lint(copy, "--contract", contract)
    assert linted.returncode == 1
    assert "attic" in linted.stdout
