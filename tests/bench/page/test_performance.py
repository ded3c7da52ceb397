"""The page is made from the results alone, is true for any of them, and is the one that the kept results make."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from bench import bus, cluster, faults, live, measuring, serving, tick, trouble
from bench.page import capacity, chart, performance, sentences
from bench.page.book import Book
from bench.page.figures import CLUSTER_AGE, CLUSTER_AGE_P50, CLUSTER_MESSAGES
from bench.page.performance import DOCS, MARKS, PAGE, with_sentence
from bench.suite import RESULTS
from tests.bench.page.test_figures import FLOOR, OURS, book, result


def measured(*more: dict[str, Any]) -> Book:
    grown = [result("growth", f"W({people}, 10)", clients=people) for people in (250, 1000, 2500)]
    void = {measuring.LOST: 0, measuring.VOID: "the load took 90% of its core, 85% are allowed"}
    spot = result("spot", "W(1000, 10), within 5 m", clients=1000, valid=False, notes=void)
    slow = {trouble.BEFORE: 50.0, trouble.DURING: 51.0, trouble.AFTER: 49.0, trouble.CLOSES: "none", measuring.LOST: 0}
    return book(result(*OURS), result(*FLOOR), *grown, spot, result("slow", "slow", notes=slow), *more)


def test_the_page_in_the_tree_is_what_its_results_make_today() -> None:
    assert RESULTS.exists() == (DOCS / PAGE).exists(), "one without the other: python -m bench page"
    if RESULTS.exists():
        made = performance.page(Book.read(RESULTS))
        assert (DOCS / PAGE).read_text(encoding="utf-8") == made, "stale: python -m bench page"


def test_the_table_of_capacity_in_the_tree_is_what_the_results_make_today() -> None:
    kept = (DOCS / performance.OPERATE).read_text(encoding="utf-8")
    assert all(mark in kept for mark in capacity.MARKS)
    assert kept == capacity.with_table(kept, Book.read(RESULTS)), "stale: python -m bench page"


def test_a_page_of_nothing_says_so_and_judges_nothing() -> None:
    page = performance.page(book())
    assert "What one core carries is not known" in page
    assert "Bars met: 0 of 12, with the aim: 0; not met: 0; void: 0; not measured: 12." in page
    assert "Nowhere that was measured." in page


def test_the_page_tells_marks_void_runs_and_where_we_lose() -> None:
    page = performance.page(measured(result("crowd-20", "W(2500, 20)", age_ms_p99=260.0)))
    assert "At 10 ticks a second one core carries 2,500 people who all walk about one hall, the most" in page
    assert "✓✓ aim met" in page
    assert "✗ not met, by 30%" in page
    assert "- Figure 3, W(2500, 20): position age: p99 260 ms, the bar is 200 ms" in page
    assert "void: the load took 90% of its core, 85% are allowed" in page


def test_the_page_tells_how_much_older_the_news_from_the_other_node_is_and_what_passes_between() -> None:
    ages = {measuring.OWN_P50: 60.0, measuring.OWN_P99: 110.0, measuring.OTHER_P50: 75.0, measuring.OTHER_P99: 140.0}
    bus = {CLUSTER_AGE_P50: 15.0, CLUSTER_AGE: 30.0, CLUSTER_MESSAGES: 1.2, cluster.INTO_BUS: 260.0}
    page = performance.page(book(result("cluster", "two nodes, W(2500, 10)", notes=ages | bus)))
    assert "is 15 ms older (p99: 30 ms)" in page
    assert "| age p50 / p99 of who is with the other node | 75 / 140 ms |" in page
    assert "| from the nodes to NATS | 260 kB/s |" in page
    assert "- Figure 10, two nodes over NATS, W(2500, 10) split: added age, p99 30 ms, the bar is 25 ms" in page


def test_the_page_tells_what_many_nodes_take_and_has_a_dash_for_what_a_system_does_not_say() -> None:
    notes = {
        bus.NODES: 4,
        bus.HALLS: 2,
        bus.MESSAGES_IN: 80.0,
        bus.MESSAGES_OUT: 240.0,
        bus.LOST: 3,
        bus.EACH_HEARD: 50.0,
    }
    shared = result("tick", "one tick", notes={tick.OWN: 625, bus.NODES: 4, tick.MEDIAN: 2.5})
    page = performance.page(
        book(result("many-nodes", "4 nodes", server_cpu_share=0.02, load_cpu_share=0.1, notes=notes), shared)
    )
    assert "| 4 nodes | 80 | 240 | – | – | 2.0% | – |" in page
    assert "| 4 | 625 | 2.5 ms |" in page


def test_each_of_two_sleeps_of_a_server_has_a_row_of_its_own_made_from_its_three_spans_together() -> None:
    spans = [
        result("pause", name, notes={trouble.AFTER: after, faults.LEFT_OUT: left})
        for seconds, after, left in ((2, 51.0, 19), (10, 53.0, 99))
        for name in (f"{faults.asleep(seconds)}: before", faults.asleep(seconds))
    ]
    rows = [line for line in performance.page(book(*spans)).splitlines() if "the server is stopped" in line]
    assert [("51 ms" in row, "53 ms" in row) for row in rows] == [(True, False), (False, True)]
    assert f"{faults.LEFT_OUT}: 19" in rows[0]
    assert f"{faults.LEFT_OUT}: 99" in rows[1]


def test_the_time_of_a_server_is_told_part_by_part_and_the_rest_is_all_else() -> None:
    shares = {serving.KERNEL: 0.15, serving.JUDGING: 0.05, serving.BUILDING: 0.1, serving.WRITING: 0.2}
    notes = {measuring.part_note(part): share for part, share in shares.items()}
    told = result("crowd-20", "W(2500, 20)", notes=notes | {measuring.LOST: 0})
    page = performance.page(book(told, result("crowd-20", "W(9, 20)")))
    assert "| W(2500, 20) | 40% | 15% | 5% | 10% | 20% | 5% |" in page
    assert "| W(9, 20) |" not in page


def test_the_page_tells_how_soon_all_of_a_live_session_is_heard_and_what_recording_takes_of_the_ticks() -> None:
    notes = {live.QUESTION_P99: 321.0, live.SLIDE_P99: None, live.RECORDING_QUIET: 0.012, live.RECORDING_DURING: 0.07}
    notes |= {f"{live.CPU}, {kind}": share for kind, share in ((live.UNRECORDED, 0.14), (live.DURING, 0.52))}
    page = performance.page(book(result("live", "a full live session", clients=250, seconds=15.0, notes=notes)))
    assert "250 viewers walk in one hall. In 15 s they ask 100 questions, give 2,500 votes" in page
    assert f"| {live.QUESTION_P99} | ≤ 500 ms | 321 ms | ✓ met |" in page
    assert f"| {live.SLIDE_P99} | ≤ 300 ms | – | not measured |" in page
    assert f"| {live.RECORDING_QUIET} | ≤ 5.0% | 1.2% | ✓ met |" in page
    assert f"| {live.RECORDING_DURING} | ≤ 5.0% | 7.0% | ✗ not met |" in page
    assert f"| {live.UNRECORDED} | 14.0% |" in page


def test_the_page_says_how_the_load_counted_only_as_far_as_results_tell() -> None:
    def counted(*loads: str) -> str:
        notes = [{measuring.LOAD: load} if load else {} for load in loads]
        return performance.page(book(*(result("growth", "W(9, 10)", notes=lost | note) for note in notes)))

    lost = {measuring.LOST: 0}
    assert "in C (" not in counted("", measuring.IN_PYTHON)
    assert "in 2 of the 3 results that tell" in counted(measuring.IN_C, measuring.IN_PYTHON, measuring.IN_C)


def test_every_row_of_every_table_has_as_many_cells_as_its_head() -> None:
    lines = performance.page(measured()).splitlines()
    widths: list[int] = []
    for line in lines:
        if not line.startswith("|"):
            widths = []
            continue
        widths.append(line.count(" | "))
        assert widths[0] == widths[-1], line


def test_the_chart_is_sound_xml_draws_every_run_and_leaves_void_ones_hollow() -> None:
    drawing = ElementTree.fromstring(chart.growth(measured()))
    dots = [dot for dot in drawing.iter("{http://www.w3.org/2000/svg}circle") if len(dot)]
    assert len(dots) == 3 * 4
    assert sum("void" in dot.attrib["class"] for dot in dots) == 3
    assert all(0 <= float(dot.attrib["cx"]) <= chart.WIDTH for dot in dots)
    assert all(0 <= float(dot.attrib["cy"]) <= chart.HEIGHT for dot in dots)


def test_a_chart_of_nothing_is_sound_as_well() -> None:
    assert "not measured" in "".join(ElementTree.fromstring(chart.growth(book())).itertext())


def test_an_axis_ends_at_a_round_number_that_holds_the_highest_value() -> None:
    highest = (0.0, 0.7, 1.0, 43.0, 250.0, 2501.0)
    assert [chart.ceiling(value) for value in highest] == [1.0, 1.0, 1.0, 50.0, 250.0, 5000.0]


def test_the_sentence_stands_in_the_readme_between_its_marks_and_nothing_else_changes() -> None:
    start, end = MARKS
    readme = f"# Halles\n{start}\nearlier words\n{end}\nrest\n"
    written = with_sentence(readme, measured())
    assert sentences.carries(measured()) in written
    assert "earlier words" not in written
    assert written.startswith("# Halles\n")
    assert written.endswith(f"{end}\nrest\n")
    assert with_sentence("# Halles\n", measured()) == "# Halles\n"


def test_page_and_chart_are_written_next_to_the_results(tmp_path: Path) -> None:
    results = tmp_path / "docs" / "performance.json"
    results.parent.mkdir()
    results.write_text(
        '{"machine": {}, "measured": "2026-11-26", "quick": true, "took_s": 1, "runs": [], "results": []}'
    )
    performance.write(results)
    assert sorted(file.name for file in results.parent.iterdir()) == [
        "performance-growth.svg", "performance.json", "performance.md",
    ]  # fmt: skip
