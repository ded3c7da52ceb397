"""Who stands together: a hall's people split into cells of at most 32 that follow the crowd.

A fixed grid fails where it matters, when everybody gathers in one spot. So cells are the leaves of a k-d tree
(Bentley 1975) built anew each tick over those present: every leaf holds nearly the same number of people, whatever
the density; a leaf is split along its longer side, so that a queue has short cells as well. All leaves of a level are
split at once: sorting 2,500 people seven times takes about a millisecond.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEAF: Final = 32
"""The most people in one cell: they share one frame."""


def split(x: NDArray[np.float64], y: NDArray[np.float64], leaf: int = LEAF) -> list[NDArray[np.intp]]:
    """Splits ``n`` points into cells.

    Args:
        x: Shape ``(n,)``, metres.
        y: Shape ``(n,)``, metres.
        leaf: The most points in a cell.

    Returns:
        Indices into the points, one array a cell; together each index once. Empty for no points.
    """
    n = x.size
    if not n:
        return []
    cells = 1
    while n > cells * leaf:
        cells *= 2
    order, starts = np.arange(n), np.zeros(1, dtype=np.intp)
    group = np.zeros(n, dtype=np.intp)
    # Groups are laid side by side, farther apart than the crowd is wide: one sort does for all of them.
    apart = 2.0 * max(np.ptp(x), np.ptp(y)) + 1.0
    parts = 1
    while parts < cells:
        along = np.where(_width(x[order], starts) >= _width(y[order], starts), 0, 1)[group]
        order = order[np.argsort(np.where(along, y[order], x[order]) + group * apart)]
        parts *= 2
        group = np.arange(n) * parts // n
        starts = np.searchsorted(group, np.arange(parts))
    return np.split(order, starts[1:])


def _width(values: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Returns how far each group's values reach; the groups follow each other."""
    return np.asarray(np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts))
