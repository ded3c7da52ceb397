"""A real S3 server on the loopback for tests, in a thread of its own: every request goes through a socket."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer


@contextmanager
def bucket() -> Iterator[str]:
    """Runs a server with one empty bucket; returns the address as ``HALLES_MEDIA_URL`` takes it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        made = urllib.request.Request(f"http://{host}:{port}/films", method="PUT")
        made.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request")
        urllib.request.urlopen(made, timeout=20).close()
        yield f"s3://key:a%2Fsecret@{host}:{port}/films?tls=no"
    finally:
        server.stop()
