import pytest

from halles.protocol import version


@pytest.mark.parametrize(
    ("oldest", "newest", "agreed"),
    [
        (version.NEWEST, version.NEWEST, version.NEWEST),
        (0, version.NEWEST + 5, version.NEWEST),
        (version.NEWEST + 1, version.NEWEST + 3, None),
        (0, version.OLDEST - 1, None),
        (9, 1, None),
    ],
)
def test_the_newest_common_version_is_chosen(oldest: int, newest: int, agreed: int | None) -> None:
    assert version.agree(oldest, newest) == agreed
