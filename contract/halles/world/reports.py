"""What people report to the moderators, why, and what becomes of it: the words, and how much is said."""

from typing import Final, Literal

ReportAbout = Literal["person", "line", "booth", "host", "other"]
"""Somebody; something somebody said; a booth; a booth's recorded host; anything else, which is then described."""

ReportReason = Literal["harassment", "hate", "spam", "rights", "other"]
"""``rights``: somebody's right to a work, a name or a likeness."""

ReportState = Literal["open", "taken", "closed"]
"""``taken``: a moderator is looking at it."""

ReportDecision = Literal["acted", "nothing", "duplicate"]
"""What a report came to: something was done; nothing had to be; another report says the same."""

REPORT_CAP: Final = 500
"""Characters that go with a report."""

REPORTS: Final = 5
"""Reports of one person within ``REPORTS_S``."""

REPORTS_S: Final = 600.0
"""Seconds."""

EVIDENCE_S: Final = 60.0
"""Seconds of nearby text and positions that a report keeps."""
