"""How long the server takes from its command to ready: with an empty data folder, and again with a full one."""

from pathlib import Path

from bench import folders, serving
from bench.report import Result


def run() -> list[Result]:
    """Starts it three times on one data folder with the demonstration."""
    results = []
    with folders.passing() as folder:
        for name in ("first start, empty folder", "second start", "third start"):
            with serving.running(core=None, data=Path(folder), demo=True) as server:
                results.append(Result(name, seconds=server.ready_s, notes={"resident MiB": server.memory() / 2**20}))
    return results
