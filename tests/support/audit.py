"""Reads the audit, which so far only operators do, in SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from halles_server.storage.pool import Database


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act: who (an account, or a word such as ``demo``), what, upon what, when, and more in JSON values."""

    number: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: dict[str, Any]


async def about(database: Database, subject: str, limit: int = 100) -> tuple[AuditEntry, ...]:
    """Reads the newest rows about a subject, newest first."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT id, at, actor, act, subject, detail FROM audit WHERE subject = $1 ORDER BY id DESC LIMIT $2",
            subject,
            limit,
        )
    return tuple(
        AuditEntry(r["id"], r["at"], r["actor"], r["act"], r["subject"], msgspec.json.decode(r["detail"])) for r in rows
    )
