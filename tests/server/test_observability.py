"""Logs, metrics and the private port."""

import asyncio
import io
import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from prometheus_client import generate_latest

from halles_server.config import ServerConfig
from halles_server.observability import PORT, PROCESS, Health, MediaWatch, Metrics, cut_address, set_up_logging


@pytest.fixture
def _logging() -> Iterator[None]:
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=handlers, level=level, force=True)


@pytest.mark.parametrize(
    ("address", "cut"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("somewhere", "-"),
    ],
)
def test_an_address_is_cut_before_it_is_logged(address: str, cut: str) -> None:
    assert cut_address(address) == cut


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_and_no_local_variable_reaches_a_log(log_format: str) -> None:
    out = io.StringIO()
    set_up_logging(ServerConfig(log_format=log_format), out)
    log = structlog.get_logger("test")
    log.info("login", password="canary-1", token="canary-2", actor="ada")

    def fails(password: str) -> None:
        raise ValueError("wrong")

    try:
        fails("-".join(["canary", "3"]))
    except ValueError:
        log.exception("fault")
        logging.getLogger("elsewhere").exception("also")
    text = out.getvalue()
    assert "canary-" not in text
    assert "ada" in text
    assert text.count("ValueError: wrong") == 2, "the traceback itself is there, from either logger"
    if log_format == "json":
        assert [json.loads(line)["level"] for line in text.splitlines()] == ["info", "error", "error"]


@pytest.mark.usefixtures("_logging")
def test_what_is_below_the_level_is_not_written() -> None:
    out = io.StringIO()
    set_up_logging(ServerConfig(log_format="json", log_level="warning"), out)
    structlog.get_logger("test").info("quiet")
    assert out.getvalue() == ""


def _ask(health: Health, path: str) -> tuple[int, bytes]:
    start, body = _answer(health, path)
    return start["status"], body["body"]


def _headers(health: Health, path: str) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _answer(health, path)[0]["headers"]}


def _answer(health: Health, path: str) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(health({"type": "http", "path": path}, None, send))
    return sent


def test_ready_names_each_reason_why_it_is_not() -> None:
    async def well() -> str:
        return ""

    async def ill() -> str:
        return "the database does not answer"

    async def hangs() -> str:
        await asyncio.sleep(30)
        return ""

    status, body = _ask(Health(Metrics(), {"database": well}, {"bus": ill}), "/readyz")
    assert (status, json.loads(body)["degraded"]) == (200, {"bus": "the database does not answer"}), (
        "ready all the same"
    )
    assert _ask(Health(Metrics(), {"database": well}), "/readyz") == (
        200,
        b'{"ready": true, "reasons": {}, "degraded": {}}',
    )
    status, body = _ask(Health(Metrics(), {"database": ill, "halls": hangs}), "/readyz")
    assert status == 503
    assert json.loads(body)["reasons"] == {
        "database": "the database does not answer",
        "halls": "did not answer within 1 s",
    }


def test_the_private_port_answers_alive_numbers_and_nothing_else() -> None:
    metrics = Metrics()
    metrics.closes.labels("4400").inc()
    health = Health(metrics, {}, port=8470)
    assert _ask(health, "/livez") == (200, b"alive\n")
    assert _headers(health, "/livez")[PROCESS] == str(os.getpid())
    assert _headers(health, "/livez")[PORT] == "8470"
    assert b'halles_closes_total{code="4400"} 1.0' in _ask(health, "/metrics")[1]
    assert _ask(health, "/secrets")[0] == 404


def test_what_goes_on_where_files_are_looked_at_is_counted() -> None:
    metrics = Metrics()
    watch = MediaWatch(metrics)
    watch.queue(3, 1)
    watch.done("film", "made", 7.0)
    watch.done("film", "turned_away", 0.0)
    said = generate_latest(metrics.registry).decode()
    for line in (
        "halles_media_waiting 3.0",
        "halles_media_running 1.0",
        'halles_media_jobs_total{kind="film",result="made"} 1.0',
        'halles_media_jobs_total{kind="film",result="turned_away"} 1.0',
        'halles_media_seconds_bucket{kind="film",le="5.0"} 0.0',
        'halles_media_seconds_bucket{kind="film",le="10.0"} 1.0',
        'halles_media_seconds_count{kind="film"} 1.0',
    ):
        assert line in said.splitlines()
