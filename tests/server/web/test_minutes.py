import pytest

from halles_server.web.minutes import plain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Bonjour", "Bonjour"),
        ("# not a *heading*", "\\# not a \\*heading\\*"),
        ("- no list", "\\- no list"),
        ("1. no list", "\\1. no list"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("two\nlines", "two lines"),
        ("[a](https://b)", "\\[a\\](https://b)"),
    ],
)
def test_what_people_said_stays_what_they_said_in_markdown(text: str, written: str) -> None:
    assert plain(text) == written
