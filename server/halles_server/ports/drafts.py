"""Drafts of booths: what an exhibitor prepares before visitors see it, and what waits to be published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from halles.ids import AccountId, BoothId, HallId, RequestId
from halles.world.booth import BoothContent, BoothEdit
from halles_server.ports.booths import BoothRecord

WORD_CAP: Final = 500
"""Characters of what an organiser says who sends a draft back."""

KEPT: Final = 200
"""Revisions of a draft that are kept; older ones are forgotten, those that it has now or that wait excepted."""

Step = Literal["begin", "edit", "undo", "redo", "restore"]
"""What led to a revision of a draft; ``begin``: it is what visitors saw then."""


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Who wants something of which draft, at which revision, once.

    Attributes:
        revision: The draft's revision that they saw; 0 where there was no draft yet.
    """

    account: AccountId
    request: RequestId
    booth: BoothId
    revision: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A revision of a draft that waits to be published.

    Attributes:
        by: The name of who asked; "" when the account is gone.
        checked: Whether nobody needs to check it any more.
        due: When it is published; None: as soon as it is checked.
    """

    revision: int
    by: str
    checked: bool
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A booth as published, and as it is being prepared.

    Attributes:
        published: What visitors see.
        revision: The draft's; 0 where nobody has begun one: it is what visitors see then.
        content: What it would show.
        changed: When the draft was last changed, and by whom ("" when the account is gone); None for revision 0.
        undo: The revision that undoing leads to, if any.
        redo: The revision that redoing leads to, if any.
        pending: What waits to be published.
        word: Why an organiser sent it back, and who; "" when nobody did.
    """

    published: BoothRecord
    revision: int
    content: BoothContent
    changed: datetime | None = None
    changed_by: str = ""
    undo: int | None = None
    redo: int | None = None
    pending: Pending | None = None
    word: str = ""
    word_by: str = ""

    @property
    def unpublished(self) -> bool:
        """Whether visitors see something else."""
        return self.content != self.published.content


@dataclass(frozen=True, slots=True)
class DraftRevision:
    """One line of a draft's history.

    Attributes:
        fields: Which fields changed.
        author: The name of who did it; "" when the account is gone, or for ``begin``.
        published: The booth's revision that this one became, if it was published.
    """

    revision: int
    step: Step
    state: int
    fields: tuple[str, ...]
    author: str
    at: datetime
    published: int | None


@dataclass(frozen=True, slots=True)
class DraftListed:
    """A booth in the list of those that somebody may work on, or has to check."""

    record: BoothRecord
    revision: int
    unpublished: bool
    pending: Pending | None


@dataclass(frozen=True, slots=True)
class Published:
    """A booth that has just got a newer revision."""

    booth: BoothId
    hall: HallId
    revision: int


class DraftStore(Protocol):
    """Drafts, their history, and how they become what visitors see. Every change is one transaction with its audit."""

    async def read(self, booth: BoothId) -> Draft:
        """Reads a booth with its draft; ``Rejection`` NOT_FOUND."""

    async def revisions(self, booth: BoothId) -> tuple[int, int]:
        """Reads the revisions of a booth's draft, 0 for none, and of the booth; ``Rejection`` NOT_FOUND."""

    async def of_account(self, account: AccountId) -> tuple[DraftListed, ...]:
        """Reads the booths on whose staff an account is as lead or editor, by name."""

    async def unchecked(self) -> tuple[DraftListed, ...]:
        """Reads the booths whose draft waits for a check, by name."""

    async def history(self, booth: BoothId, limit: int) -> tuple[DraftRevision, ...]:
        """Reads a draft's newest revisions, newest first."""

    async def content_at(self, booth: BoothId, revision: int) -> BoothContent:
        """Reads a draft as it was; 0 is what visitors see where there is no draft; ``Rejection`` NOT_FOUND."""

    async def edit(self, asked: DraftRequest, edit: BoothEdit) -> int:
        """Applies an edit; returns the draft's revision with it. Where others have changed other fields, both stay.

        Raises:
            Rejection: STALE_REVISION where somebody else changed the same, or what ``apply_edit`` refuses with.
        """

    async def move(self, asked: DraftRequest, step: Literal["undo", "redo"]) -> int:
        """Goes one state back or forth; ``Rejection`` STALE_REVISION, or NOT_FOUND where there is none."""

    async def restore(self, asked: DraftRequest, revision: int) -> int:
        """Makes the draft what it was at a revision; ``Rejection`` STALE_REVISION, NOT_FOUND."""

    async def publish(self, asked: DraftRequest) -> int:
        """Shows the draft to visitors; returns the booth's new revision.

        Raises:
            Rejection: STALE_REVISION, or BAD_FIELD where there is nothing new.
        """

    async def submit(self, asked: DraftRequest, due: datetime | None, *, checked: bool) -> int:
        """Lets the draft as it is wait for a check, its hour, or both; ``Rejection`` as for ``publish``."""

    async def withdraw(self, asked: DraftRequest) -> int:
        """Takes back what waits; ``Rejection`` STALE_REVISION where it is another revision, or none."""

    async def approve(self, asked: DraftRequest) -> int:
        """Lets what waits pass the check: it is published now or at its hour.

        Returns:
            The booth's new revision, or 0 where its hour is still to come.
        """

    async def send_back(self, asked: DraftRequest, word: str) -> int:
        """Lets what waits not pass, and says why."""

    async def publish_due(self) -> tuple[Published, ...]:
        """Publishes what was to be published by now; where several nodes ask, each booth is one node's."""
