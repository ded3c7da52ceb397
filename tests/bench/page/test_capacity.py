"""The table of capacity is computed from what was measured, and has a dash for what was not."""

import pytest

from bench import bus, tick
from bench.cluster import OUT_OF_BUS
from bench.page import capacity
from bench.page.book import Book
from tests.bench.page.test_figures import book, result


def measured(*, valid: bool = True) -> Book:
    few = {bus.NODES: 16, bus.HALLS: 1, bus.MESSAGES_OUT: 2000.0, OUT_OF_BUS: 50_000.0, bus.EACH_HEARD: 60.0}
    many = {bus.NODES: 16, bus.HALLS: 4, bus.MESSAGES_OUT: 10_000.0, OUT_OF_BUS: 50_000.0, bus.EACH_HEARD: 25.0}
    return book(
        result("floor", "Halles, W(2500, 10)", server_cpu_share=0.60),
        *(
            result("tick", "x", notes={tick.OWN: 2500 // nodes, bus.NODES: nodes, tick.MEDIAN: median})
            for nodes, median in ((1, 5.0), (2, 4.0), (4, 3.0))
        ),
        result("many-nodes", "few", notes=few, server_cpu_share=0.04),
        result("many-nodes", "many", notes=many, server_cpu_share=0.08, valid=valid),
    )


def cells(known: Book, visitors: str) -> list[str]:
    lines = capacity.rows(known).splitlines()
    (row,) = [line for line in lines if line.startswith(f"| {visitors} |")]
    return row.strip("| ").split(" | ")


def test_a_node_takes_what_its_own_visitors_the_halls_seen_whole_and_the_bus_take() -> None:
    # Four halls of 3 ms instead of one of 5 ms, ten times a second; 3 × 4 × 10 slabs of 25 µs.
    assert cells(measured(), "10,000")[2:6] == ["60%", "7%", "0.3%, computed", "67%"]


def test_beyond_what_was_measured_a_hall_s_tick_counts_as_that_of_the_most_nodes() -> None:
    assert capacity.Measured.of(measured()).whole(10) == pytest.approx((10 * 3.0 - 5.0) / 1000.0 * 10)


def test_bytes_are_ten_for_each_walker_and_tick_and_pass_to_each_other_node() -> None:
    assert cells(measured(), "2,500")[6:8] == ["0.00 MB/s", "0.0 MB/s"]
    assert cells(measured(), "10,000")[6:8] == ["0.75 MB/s", "3.0 MB/s"]


def test_nats_takes_a_part_for_each_message_and_a_part_for_each_byte() -> None:
    known = capacity.Measured.of(measured())
    assert known.message_s == pytest.approx(0.04 / 8000)
    assert known.byte_s == pytest.approx(0.03 / 50e6)
    assert known.nats(2) == pytest.approx(2 * 2 * 1 * 10 * 0.04 / 8000 + 2 * 250_000 * 0.03 / 50e6)


def test_where_as_many_nodes_and_halls_were_simulated_that_is_what_is_told() -> None:
    notes = {bus.NODES: 4, bus.HALLS: 4, bus.EACH_HEARD: 130.0}
    run = result("many-nodes", "same", notes=notes, server_cpu_share=0.02, load_cpu_share=0.08)
    known = book(*measured().results, run)
    assert cells(known, "10,000")[4::4] == ["2.0%, measured", "2.0%, measured"]
    assert cells(known, "10,000")[5] == "69%"
    assert cells(known, "5,000")[4] == "0.1%, computed"


def test_what_is_not_measured_or_void_is_a_dash_and_no_sum() -> None:
    assert cells(book(), "25,000")[2:] == ["–", "–", "–", "–", "2.25 MB/s", "22.5 MB/s", "–"]
    void = cells(measured(valid=False), "25,000")
    assert (void[2], void[4], void[5], void[8]) == ("60%", "–", "–", "–")


def test_the_table_stands_between_its_marks_and_nothing_else_changes() -> None:
    start, end = capacity.MARKS
    written = capacity.with_table(f"above\n{start}\nold\n{end}\nbelow\n", measured())
    assert written == f"above\n{start}\n\n{capacity.rows(measured())}\n{end}\nbelow\n"
    assert capacity.with_table("nothing", measured()) == "nothing"
