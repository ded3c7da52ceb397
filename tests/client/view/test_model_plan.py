"""Which models stand: the nearest, within the triangles that there are, and the same ones for who stands still."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from halles.ids import BoothId
from halles.world.model_admission import TRIANGLES_CAP
from halles_client.view.model_plan import LEFT_M, NEARER, SEEN_M, Model, chosen

TRIANGLES = st.integers(0, TRIANGLES_CAP)
BUDGETS = st.integers(0, 200_000)


@st.composite
def halls(draw: st.DrawFn) -> list[Model]:
    rows = draw(st.lists(st.tuples(st.floats(0.0, 40.0), TRIANGLES, st.booleans()), max_size=60))
    return [Model(BoothId(f"booth-{number:02}"), *row) for number, row in enumerate(rows)]


@given(halls(), BUDGETS)
def test_together_they_never_have_more_triangles_than_they_may_and_one_at_a_time_is_read(
    hall: list[Model], budget: int
) -> None:
    stand = [model for model in hall if model.booth in chosen(hall, budget)]
    assert sum(model.triangles for model in stand) <= budget
    assert sum(not model.triangles for model in stand) <= 1


@given(halls(), BUDGETS)
def test_who_stands_still_sees_the_same_models(hall: list[Model], budget: int) -> None:
    stand = chosen(hall, budget)
    for _ in range(2):
        hall = [replace(model, stands=model.booth in stand) for model in hall]
        assert chosen(hall, budget) == stand


@given(halls(), BUDGETS)
def test_one_that_is_passed_over_has_no_room_behind_those_that_are_nearer(hall: list[Model], budget: int) -> None:
    stand = chosen(hall, budget)
    for model in hall:
        if model.booth in stand or model.distance > SEEN_M:
            continue
        nearer = [other for other in hall if other.booth in stand and other.distance * NEARER <= model.distance]
        taken = sum(other.triangles for other in nearer)
        assert taken + model.triangles > budget or (not model.triangles and not all(row.triangles for row in nearer))


def test_one_that_stands_stays_a_little_farther_than_it_comes() -> None:
    model = Model(BoothId("booth"), SEEN_M + 1.0, 10)
    assert chosen([model], 100) == frozenset()
    assert chosen([replace(model, stands=True)], 100) == {"booth"}
    assert chosen([replace(model, stands=True, distance=LEFT_M + 0.1)], 100) == frozenset()
