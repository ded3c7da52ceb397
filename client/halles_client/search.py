"""Searching while somebody types: one question at a time, the newest, as fast as the server has patience."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from halles.errors import HallesError, Rejection, RejectionCode
from halles.protocol.messages import Find, Found, FoundItem, Message
from halles_client.net.requests import Ask, Failed, new_request_id

EVERY_S: Final = 0.2
"""Between two questions."""

QUERY_CAP: Final = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found."""

    query: str
    items: tuple[FoundItem, ...]


class Search:
    """One visit's search field.

    Attributes:
        found: The newest answer.
    """

    def __init__(self, ask: Ask, failed: Failed) -> None:
        self._ask, self._failed = ask, failed
        self._wanted = ""
        self._query: str | None = None
        self._asking = False
        self._not_before = self._now = 0.0
        self.found: Answer | None = None

    def want(self, query: str, suggestions: Callable[[], tuple[FoundItem, ...]]) -> None:
        """Takes what now stands in the field; an empty one is answered at once by suggestions."""
        self._wanted = query
        self._query = query if query.strip() else None
        if self._query is None:
            self.found = Answer(query, suggestions())

    def step(self, now: float) -> None:
        """Asks for the newest query once the one before is answered."""
        self._now = now
        query = self._query
        if query is None or self._asking or now < self._not_before:
            return
        self._query, self._asking = None, True
        self._not_before = now + EVERY_S
        message = Find(new_request_id(), query[:QUERY_CAP])
        self._ask(message, lambda answer: self._heard(query, answer), lambda error: self._refused(query, error))

    def _heard(self, query: str, message: Message) -> None:
        self._asking = False
        if isinstance(message, Found) and query == self._wanted:
            self.found = Answer(query, message.items)

    def _refused(self, query: str, error: HallesError) -> None:
        self._asking = False
        if isinstance(error, Rejection) and error.code == RejectionCode.RATE_LIMITED:
            self._not_before = self._now + max(error.retry_after_ms / 1000.0, EVERY_S)
            if query == self._wanted:
                self._query = query
        else:
            self._failed(error)
