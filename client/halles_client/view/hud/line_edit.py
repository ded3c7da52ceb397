"""One line of text under a hand: caret, selection, words. Pure; keys and pixels are elsewhere."""

import unicodedata
from dataclasses import dataclass, replace

_JOINED = frozenset({"\u200d", "\ufe0f"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line being edited.

    Attributes:
        text: What stands there, NFC.
        caret: Where the next character goes, 0 to ``len(text)``.
        anchor: The other end of the selection; equal to ``caret`` when nothing is selected.
        cap: The most characters.
    """

    text: str = ""
    caret: int = 0
    anchor: int = 0
    cap: int = 500

    @classmethod
    def of(cls, text: str, cap: int = 500) -> "Line":
        """Returns a line with the caret at its end."""
        text = text[:cap]
        return cls(text, len(text), len(text), cap)

    @property
    def selected(self) -> tuple[int, int]:
        """The selection's start and end."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def selection(self) -> str:
        """The selected text."""
        start, end = self.selected
        return self.text[start:end]

    def typed(self, text: str) -> "Line":
        """Puts text in place of the selection: line breaks become blanks, controls and what is over the cap go."""
        start, end = self.selected
        clean = "".join(_clean(char) for char in unicodedata.normalize("NFC", text))
        clean = clean[: max(0, self.cap - len(self.text) + end - start)]
        joined = unicodedata.normalize("NFC", self.text[:start] + clean)
        return replace(self, text=joined + self.text[end:], caret=len(joined), anchor=len(joined))

    def erased(self, *, forward: bool = False, word: bool = False) -> "Line":
        """Removes the selection, else the character or word before (or after) the caret."""
        if self.caret == self.anchor:
            to = self._step(forward, word)
            return replace(self, anchor=to).typed("") if to != self.caret else self
        return self.typed("")

    def moved(self, *, forward: bool, word: bool = False, select: bool = False) -> "Line":
        """Moves the caret by a character or a word; without ``select`` a selection collapses to that side."""
        if not select and self.caret != self.anchor and not word:
            return self._at(self.selected[1] if forward else self.selected[0], False)
        return self._at(self._step(forward, word), select)

    def to_end(self, *, forward: bool, select: bool = False) -> "Line":
        """Moves the caret to the start or the end of the line."""
        return self._at(len(self.text) if forward else 0, select)

    def put(self, caret: int, *, select: bool = False) -> "Line":
        """Puts the caret where the pointer is."""
        return self._at(max(0, min(caret, len(self.text))), select)

    def all(self) -> "Line":
        """Selects everything."""
        return replace(self, anchor=0, caret=len(self.text))

    def _at(self, caret: int, select: bool) -> "Line":
        return replace(self, caret=caret, anchor=self.anchor if select else caret)

    def _step(self, forward: bool, word: bool) -> int:
        """Where one step leads; marks stay with the letter that they sit on."""
        sign, edge = (1, len(self.text)) if forward else (-1, 0)
        at = self.caret
        if word:
            while at != edge and not self._letter(at, forward):
                at += sign
            while at != edge and self._letter(at, forward):
                at += sign
            return at
        if at == edge:
            return at
        at += sign
        while 0 < at < len(self.text) and (unicodedata.combining(self.text[at]) or self.text[at] in _JOINED):
            at += sign
        return at

    def _letter(self, at: int, forward: bool) -> bool:
        return self.text[at if forward else at - 1].isalnum()


def _clean(char: str) -> str:
    if char in "\n\r\t":
        return " "
    return "" if unicodedata.category(char) in {"Cc", "Cs"} else char
