"""Colours as numbers, and how well one can be read on another: at the client's cards and on the pages alike."""

from collections.abc import Sequence


def channels(colour: str) -> tuple[float, float, float]:
    """Returns red, green and blue, 0 to 1, of an sRGB colour written ``rrggbb``."""
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return r, g, b


def contrast(first: Sequence[float], second: Sequence[float]) -> float:
    """Returns the contrast ratio of two opaque colours (WCAG 2.2), 1 to 21.

    Args:
        first: Red, green and blue in sRGB, 0 to 1; what follows is not looked at.
        second: The same.
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Sequence[float]) -> float:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
