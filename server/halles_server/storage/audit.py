"""The record of who did what: rows are added in the transaction of the act, and never changed.

The serving role may insert and read; a trigger refuses changes even to the owner (``migrations/0001_ground.sql``).
"""

import msgspec

from halles_server.storage.pool import Connection


async def note(connection: Connection, actor: str, act: str, subject: str, **detail: object) -> None:
    """Adds a row within the transaction of the act that it records; ``detail`` holds no secrets and no private text."""
    await connection.execute(
        "INSERT INTO audit (actor, act, subject, detail) VALUES ($1, $2, $3, $4)",
        actor,
        act,
        subject,
        msgspec.json.encode(detail).decode(),
    )
