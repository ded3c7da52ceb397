"""Bars for thirty days."""

from datetime import date, timedelta

from halles_server.web.chart import DAYS, HEIGHT, WIDTH, chart_of

TODAY = date(2026, 11, 26)


def test_bars_stand_on_the_ground_and_the_highest_reaches_the_top() -> None:
    counts = {TODAY: 10, TODAY - timedelta(days=1): 40, TODAY - timedelta(days=2): None}
    chart = chart_of(counts, TODAY)
    assert (chart.most, chart.on, chart.last - chart.first) == (40, TODAY - timedelta(days=1), timedelta(days=DAYS - 1))
    few, most, some = chart.bars
    assert most.height == HEIGHT - 2
    assert all(round(bar.y + bar.height, 1) == HEIGHT for bar in chart.bars)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert (few.hollow, most.hollow, some.hollow) == (True, False, False)
    assert few.height < some.height < most.height


def test_where_no_count_is_told_there_are_no_bars() -> None:
    assert chart_of({TODAY: None}, TODAY).bars == ()


def test_a_bar_too_small_to_be_told_is_as_high_as_the_least_that_is() -> None:
    chart = chart_of({TODAY: None, TODAY - timedelta(days=3): 5}, TODAY)
    assert chart.bars[0].height == chart.bars[1].height


def test_what_is_older_is_not_shown_and_nothing_is_no_bar() -> None:
    chart = chart_of({TODAY - timedelta(days=DAYS): 9}, TODAY)
    assert (chart.bars, chart.most) == ((), 0)
