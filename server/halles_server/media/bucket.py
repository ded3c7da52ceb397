"""Large files in a bucket (S3), for several nodes or for who keeps no disk. The port ``FileStore``.

An object appears whole: the store itself does not show one that was not sent to its end.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from halles.errors import Unavailable
from halles.ids import MediaId
from halles_server.ports.media import FILED, ending

CHUNK: Final = 1024 * 1024
PATIENCE: Final = "20s"
"""Of one request, repeats included."""

_REGION: Final = "us-east-1"


class Bucket:
    """Files in a bucket."""

    def __init__(self, url: str) -> None:
        """Takes ``s3://KEY:SECRET@HOST[:PORT]/BUCKET[?region=…&tls=no]``; nothing is asked yet."""
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        scheme = "http" if asked.get("tls", [""])[0] == "no" else "https"
        self._store = S3Store(
            parts.path.strip("/"),
            endpoint=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
            access_key_id=unquote(parts.username or ""),
            secret_access_key=unquote(parts.password or ""),
            region=asked.get("region", [_REGION])[0],
            virtual_hosted_style_request=False,
            client_options={"allow_http": scheme == "http", "timeout": PATIENCE},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
        )

    async def put(self, media: MediaId, file: Path) -> None:
        """Takes a file over; whole or not at all. ``Unavailable``."""
        try:
            await obstore.put_async(self._store, _key(media), file)
        except (BaseError, OSError) as error:
            raise _away(error) from None

    async def stream(self, media: MediaId, start: int, stop: int) -> AsyncIterator[bytes]:
        """Reads bytes ``start`` to before ``stop``; ``Unavailable`` when they cannot be had."""
        try:
            while start < stop:
                end = min(stop, start + CHUNK)
                data = bytes(await obstore.get_range_async(self._store, _key(media), start=start, end=end))
                if len(data) < end - start:
                    raise Unavailable(f"{media} ends before byte {stop}")
                start = end
                yield data
        except (BaseError, OSError) as error:
            raise _away(error) from None

    async def remove(self, media: MediaId) -> None:
        """Removes a file, if it is there."""
        try:
            await obstore.delete_async(self._store, _key(media))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _away(error) from None

    async def older_than(self, seconds: float) -> tuple[MediaId, ...]:
        """Returns what was put longer ago."""
        moment = datetime.now(UTC) - timedelta(seconds=seconds)
        try:
            rows = await obstore.list(self._store).collect_async()
        except (BaseError, OSError) as error:
            raise _away(error) from None
        names = [row["path"].rpartition("/")[2] for row in rows if row["last_modified"] < moment]
        return tuple(MediaId(name) for name in names if ending(MediaId(name)) in FILED)


def _key(media: MediaId) -> str:
    return f"{media[:2]}/{media}"


def _away(error: Exception) -> Unavailable:
    """The driver's text names host and key, so only its kind is told."""
    return Unavailable(f"the store of media does not answer ({type(error).__name__})")
