"""Reasons that are often given for a sanction, in the three languages: the person reads it in its own.

Each fits beside a sentence of the moderator's own into ``REASON_CAP`` characters.
"""

from typing import Final

from halles.world.sanctions import REASON_CAP
from halles.world.text import Language, Text

OWN: Final = "own"
"""None of these: the moderator's sentence alone is the reason."""

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

SENTENCE_CAP: Final = (
    REASON_CAP - 1 - max(len(text.read(code)[0]) for text in REASONS.values() for code in ("fr", "nl", "en"))
)
"""Characters of the sentence that goes with one of them."""


def reason_of(chosen: str, sentence: str, code: Language) -> str:
    """Returns the reason that a person of a language reads; "" when nothing was chosen nor written."""
    canned = REASONS.get(chosen)
    return " ".join(part for part in (canned.read(code)[0] if canned is not None else "", sentence.strip()) if part)
