"""Subjects: each announcement is said where somebody listens, and within its deployment."""

import pytest

from halles_server.announcements import Announcement
from halles_server.cluster import subjects
from tests.support.announcements import EACH, slab


def fits(pattern: str, subject: str) -> bool:
    wanted, given = pattern.split("."), subject.split(".")
    return len(wanted) == len(given) and all(one in ("*", other) for one, other in zip(wanted, given, strict=True))


@pytest.mark.parametrize("news", EACH, ids=lambda news: type(news).__name__)
def test_each_is_said_where_exactly_one_pattern_listens(news: Announcement) -> None:
    said = subjects.subject("lille-2026", news)
    patterns = (subjects.latest("lille-2026"), *subjects.in_order("lille-2026"))
    assert sum(fits(pattern, said) for pattern in patterns) == 1
    assert not any(fits(pattern, said) for pattern in subjects.in_order("other"))


def test_a_slab_is_said_by_hall_and_node() -> None:
    assert subjects.subject("halles", slab(1)) == "halles.halles.hall.lille.slab.1"
    assert fits(subjects.latest("halles"), "halles.halles.hall.lille.slab.1")
