"""How drafts are read: the queries, and what their rows say. Nothing is locked or changed here (``drafts.py``)."""

from typing import Any, Final

from halles.world.booth import BoothContent
from halles_server.ports.drafts import Draft, DraftListed, DraftRevision, Pending
from halles_server.storage import booth_json
from halles_server.storage.booths import record

_PENDING: Final = "d.pending, d.checked, d.due, p.name AS pending_by"
READ: Final = f"""
SELECT b.id, b.hall, b.slot, b.revision, b.format, b.content, coalesce(d.revision, 0) AS draft, {_PENDING},
    d.word, w.name AS word_by, s.format AS draft_format, s.content AS draft_content, u.revision AS undo,
    (SELECT max(c.revision) FROM draft_revisions c WHERE c.booth = b.id AND c.parent = d.state) AS redo,
    r.at AS changed, a.name AS changed_by
FROM booths b
LEFT JOIN booth_drafts d ON d.booth = b.id
LEFT JOIN draft_revisions s ON s.booth = b.id AND s.revision = d.state
LEFT JOIN draft_revisions u ON u.booth = b.id AND u.revision = s.parent
LEFT JOIN draft_revisions r ON r.booth = b.id AND r.revision = d.revision
LEFT JOIN accounts a ON a.id = r.author
LEFT JOIN accounts p ON p.id = d.pending_by
LEFT JOIN accounts w ON w.id = d.word_by
WHERE b.id = $1
"""
_LISTED: Final = f"""
SELECT b.id, b.hall, b.slot, b.revision, b.format, b.content, coalesce(d.revision, 0) AS draft, {_PENDING},
    s.format AS draft_format, s.content AS draft_content
FROM booths b
LEFT JOIN booth_drafts d ON d.booth = b.id
LEFT JOIN draft_revisions s ON s.booth = b.id AND s.revision = d.state
LEFT JOIN accounts p ON p.id = d.pending_by
"""
OF_ACCOUNT: Final = (
    f"{_LISTED} JOIN booth_staff t ON t.booth = b.id AND t.role IN ('lead', 'editor') WHERE t.account = $1"
    " ORDER BY b.name_key, b.id"
)
UNCHECKED: Final = f"{_LISTED} WHERE d.pending IS NOT NULL AND NOT d.checked ORDER BY b.name_key, b.id"
REVISIONS: Final = """
SELECT b.revision, coalesce(d.revision, 0) AS draft FROM booths b LEFT JOIN booth_drafts d ON d.booth = b.id
WHERE b.id = $1
"""
HISTORY: Final = """
SELECT r.revision, r.act, r.state, r.fields, r.at, a.name, p.revision AS published
FROM draft_revisions r
LEFT JOIN accounts a ON a.id = r.author
LEFT JOIN booth_revisions p ON p.booth = r.booth AND p.draft = r.revision
WHERE r.booth = $1 ORDER BY r.revision DESC LIMIT $2
"""


def draft(row: Any) -> Draft:
    """Returns what is in a row of ``READ``."""
    published = record(row)
    return Draft(
        published=published,
        revision=row["draft"],
        content=_content(row, published.content),
        changed=row["changed"] if row["draft"] else None,
        changed_by=row["changed_by"] or "",
        undo=row["undo"],
        redo=row["redo"],
        pending=_pending(row),
        word=row["word"] or "",
        word_by=row["word_by"] or "",
    )


def listed(row: Any) -> DraftListed:
    """Returns what is in a row of ``OF_ACCOUNT`` or ``UNCHECKED``."""
    published = record(row)
    unpublished = _content(row, published.content) != published.content
    return DraftListed(published, row["draft"], unpublished, _pending(row))


def revision(row: Any) -> DraftRevision:
    """Returns what is in a row of ``HISTORY``."""
    return DraftRevision(
        row["revision"], row["act"], row["state"], tuple(row["fields"]), row["name"] or "", row["at"], row["published"]
    )


def _content(row: Any, published: BoothContent) -> BoothContent:
    """Returns the draft's content; where there is no draft, what visitors see."""
    if row["draft_content"] is None:
        return published
    return booth_json.read(row["draft_format"], row["draft_content"])


def _pending(row: Any) -> Pending | None:
    if row["pending"] is None:
        return None
    return Pending(row["pending"], row["pending_by"] or "", row["checked"], row["due"])
