"""The kinds of sanctions, the reasons that are often given for them, and the caps on what is written with them.

Who may give one is decided by the server.
"""

from enum import StrEnum
from typing import Final

from halles.world.text import LANGUAGES, Language, Text

REASON_CAP: Final = 200
"""Characters of a sanction's reason, which the person reads."""

APPEAL_CAP: Final = 500
"""Characters of an appeal."""

MINUTES_MOST: Final = 366 * 24 * 60
"""The longest that a sanction may last."""

ADDRESS_MINUTES_MOST: Final = 24 * 60
"""The longest that a ban may hold an address, which others share."""


class SanctionKind(StrEnum):
    """What is done to somebody, from the mildest on."""

    WARN = "warn"
    """Told, and nothing taken away."""
    SILENCE = "silence"
    """May not speak: no chat, no voice, no question, no bell."""
    HOLD = "hold"
    """May not move."""
    REMOVE = "remove"
    """The visit ends; whoever was removed may come back."""
    BAN = "ban"
    """May not come in, nor do anything, until it ends."""


REASONS: Final = {
    "insult": Text(
        "Propos insultants envers quelqu’un.", "Beledigende woorden tegen iemand.", "Insulting words to somebody."
    ),
    "hate": Text(
        "Propos haineux envers un groupe de personnes.",
        "Haatdragende woorden over een groep mensen.",
        "Hateful words about a group of people.",
    ),
    "harassment": Text(
        "Suivre ou importuner quelqu’un qui n’en veut pas.",
        "Iemand volgen of lastigvallen die dat niet wil.",
        "Following or bothering somebody who does not want it.",
    ),
    "noise": Text(
        "Messages ou bruit répétés qui gênent les autres.",
        "Herhaalde berichten of lawaai die anderen storen.",
        "Repeated messages or noise that disturb others.",
    ),
    "advertising": Text(
        "Publicité hors de son stand.", "Reclame buiten de eigen stand.", "Advertising outside one’s own booth."
    ),
    "floor": Text(
        "Parler sans avoir la parole pendant une séance.",
        "Spreken zonder het woord te hebben tijdens een livesessie.",
        "Speaking without the floor during a live session.",
    ),
    "false-name": Text(
        "Se faire passer pour quelqu’un d’autre.", "Zich voordoen als iemand anders.", "Passing oneself off as another."
    ),
    "rights": Text(
        "Montrer une œuvre ou l’image de quelqu’un sans en avoir le droit.",
        "Een werk of iemands beeltenis tonen zonder daar recht op te hebben.",
        "Showing a work or somebody’s likeness without the right to.",
    ),
}
"""Reasons that are often given, in the three languages: whoever is sanctioned reads one in their own.

Each fits beside a sentence of the moderator's own into ``REASON_CAP`` characters. What is none of these is said in
that sentence alone, which is required then.
"""

SENTENCE_CAP: Final = REASON_CAP - 1 - max(len(text.within(code)) for text in REASONS.values() for code in LANGUAGES)
"""Characters of the sentence that goes with one of them."""


def reason_of(chosen: str, sentence: str, language: Language) -> str:
    """Returns the reason that a person of a language reads; "" when nothing was chosen nor written.

    Args:
        chosen: A key of ``REASONS``; any other for none of these.
        sentence: The moderator's own, "" for none.
        language: The person's.
    """
    said = REASONS.get(chosen, Text()).within(language)
    return " ".join(part for part in (said, sentence.strip()) if part)


def read_reason(reason: str, language: Language) -> tuple[str, str]:
    """Returns a reason as it was written, for a reader of a language.

    Args:
        reason: As ``reason_of`` made it, in whatever language.
        language: The reader's.

    Returns:
        The common reason in the reader's language, "" for none of these; and the moderator's own words as written.
    """
    for text in REASONS.values():
        for code in LANGUAGES:
            said = text.within(code)
            if reason == said or reason.startswith(f"{said} "):
                return text.within(language), reason[len(said) :].strip()
    return "", reason


def reason_in(reason: str, language: Language) -> str:
    """Returns a reason for a reader of a language in one text."""
    return " ".join(part for part in read_reason(reason, language) if part)
