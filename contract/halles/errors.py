"""The one hierarchy of errors.

Adapters translate what drivers raise into these at the port; one place per boundary answers them.
"""

from typing import Final


class HallesError(Exception):
    """Everything that Halles raises on purpose."""


class LocalProtocolError(HallesError):
    """Our own side tried to say what the conversation does not allow now: a bug of ours."""


class RemoteProtocolError(HallesError):
    """The peer broke the protocol.

    Attributes:
        close_code: The websocket close code that answers it.
        text: What was wrong, fit for the peer's log: no secrets, no traceback.
    """

    def __init__(self, close_code: int, text: str) -> None:
        super().__init__(text)
        self.close_code: Final = close_code
        self.text: Final = text


class Rejection(HallesError):
    """An expected refusal of a request.

    Attributes:
        code: One of ``halles.protocol.errors.RejectionCode``'s values.
        text: A short reason in English for logs and developers; people read the catalogue's text for ``code``.
        retry_after_ms: When trying again makes sense, 0 when it does not.
    """

    def __init__(self, code: str, text: str, retry_after_ms: int = 0) -> None:
        super().__init__(f"{code}: {text}")
        self.code: Final = code
        self.text: Final = text
        self.retry_after_ms: Final = retry_after_ms


class Unavailable(HallesError):
    """An outside service (database, bus, store) did not answer; trying later may help."""


class SceneError(HallesError):
    """A scene plan cannot be used; the text names file, line where known, and reason."""


class ConfigError(HallesError):
    """The configuration cannot be used; the text lists every problem, one a line."""
