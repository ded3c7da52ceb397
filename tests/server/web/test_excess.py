"""What was too much, as people read it: in every language with the measured value, the limit and its numbers."""

import pytest

from halles.errors import Excess, Measure
from halles.world.text import LANGUAGES, Language
from halles_server.web.excess import told
from halles_server.web.language import tongues


@pytest.mark.parametrize("what", Measure)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_measure_has_its_own_sentence_in_every_language(what: Measure, code: Language) -> None:
    sides = (12_345.0, 12_345.0) if what in {Measure.SIDES, Measure.POINTS} else (12_345_000.0,)
    caps = (1_920.0, 1_080.0) if what is Measure.SIDES else (3_000_000.0,)
    said = told(tongues()[code], Excess(what, sides, caps))
    assert "%(" not in said
    english = told(tongues()["en"], Excess(what, sides, caps))
    assert (said == english) == (code == "en")


@pytest.mark.parametrize(
    ("excess", "code", "words"),
    [
        (Excess(Measure.BYTES, (10_000_001,), (10_000_000,)), "fr", "Il pèse 10,1\u202fMo, 10\u202fMo sont admis"),
        (Excess(Measure.BYTES, (12_345_678,), (10_000_000,)), "en", "12.4\u00a0MB, at most 10\u00a0MB"),
        (Excess(Measure.BYTES, (11_100_000,), (10_000_000,)), "en", "leave something out: 1.1\u00a0MB"),
        (Excess(Measure.SECONDS, (600.2,), (600,)), "fr", "10\u202fmin 1\u202fs, 10\u202fmin sont admises au plus."),
        (Excess(Measure.SECONDS, (600.2,), (600,)), "en", "Shorten it by 1\u00a0s."),
        (Excess(Measure.POINTS, (9000, 9000), (24_000_000,)), "nl", "Bewaar ze op 4.898\u00a0×\u00a04.898 of kleiner"),
        (Excess(Measure.PAGES, (61,), (60,)), "fr", "Retirez-en 1 ou"),
        (Excess(Measure.BOOTH_TRIANGLES, (80_001,), (80_000,)), "nl", "80.001 driehoeken, hoogstens 80.000 mag"),
    ],
)
def test_what_is_over_a_limit_never_rounds_to_it(excess: Excess, code: Language, words: str) -> None:
    assert words in told(tongues()[code], excess)
