"""One line of text under a hand."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from halles_client.view.hud.line_edit import Line


def test_typing_replaces_the_selection() -> None:
    assert Line.of("bonjour").all().typed("é").text == "é"


def test_accents_typed_apart_are_composed() -> None:
    line = Line().typed("e").typed("\u0301")
    assert (line.text, line.caret) == ("é", 1)


def test_line_breaks_become_blanks_and_controls_go() -> None:
    assert Line().typed("a\nb\x00\x1b\tc").text == "a b c"


def test_what_is_over_the_cap_is_dropped() -> None:
    assert Line.of("abc", cap=5).typed("defgh").text == "abcde"


def test_words_are_walked_and_erased_whole() -> None:
    line = Line.of("un stand, là-bas")
    assert line.erased(word=True).text == "un stand, là-"
    assert line.moved(forward=False, word=True).caret == len("un stand, là-")
    assert Line.of("un stand").to_end(forward=False).erased(forward=True, word=True).text == " stand"


def test_a_step_without_shift_leaves_the_selection_at_its_side() -> None:
    line = Line.of("abcd").put(1).put(3, select=True)
    assert line.selection == "bc"
    assert line.moved(forward=False).caret == 1
    assert line.moved(forward=True).caret == 3


def test_a_mark_stays_with_its_letter() -> None:
    line = Line.of("x̣y").put(2)
    assert line.moved(forward=False).caret == 0


@given(
    st.lists(
        st.one_of(
            st.text(max_size=5).map(lambda text: ("typed", text)),
            st.sampled_from(
                [(act, *rest) for act in ("erased", "moved", "to_end") for rest in [(True,), (False,)]]
                + [("put", n) for n in range(6)]
            ),
        ),
        max_size=30,
    )
)
def test_caret_and_text_stay_lawful(acts: list[tuple[str, object]]) -> None:
    line = Line(cap=12)
    for act, value in acts:
        if act == "typed":
            line = line.typed(str(value))
        elif act == "put":
            line = line.put(int(str(value)), select=bool(line.text))
        else:
            line = getattr(line, act)(forward=bool(value))
        assert 0 <= line.caret <= len(line.text) <= 12
        assert 0 <= line.anchor <= len(line.text)
        assert line.text == unicodedata.normalize("NFC", line.text)
