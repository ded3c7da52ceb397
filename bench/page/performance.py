"""Writes ``docs/performance.md`` and its chart, and what README and ``docs/operate.md`` have from the same results."""

from pathlib import Path
from typing import Final

from bench.page import capacity, chart, sentences, tables
from bench.page.book import Book

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = "performance.md"
OPERATE: Final = "operate.md"
CHART: Final = "performance-growth.svg"
MARKS: Final = ("<!-- what one core carries -->", "<!-- /what one core carries -->")
"""In README, around the sentence that is written there."""


def write(results: Path) -> None:
    """Writes page and chart next to the results; where there is room for them the table of capacity and a sentence."""
    book = Book.read(results)
    (results.parent / PAGE).write_text(page(book), encoding="utf-8")
    (results.parent / CHART).write_text(chart.growth(book), encoding="utf-8")
    operate = results.parent / OPERATE
    if operate.exists():
        operate.write_text(capacity.with_table(operate.read_text(encoding="utf-8"), book), encoding="utf-8")
    readme = results.parents[1] / "README.md"
    if readme.exists():
        readme.write_text(with_sentence(readme.read_text(encoding="utf-8"), book), encoding="utf-8")


def page(book: Book) -> str:
    """Returns the page."""
    parts = (
        sentences.introduction(book),
        f"{sentences.carries(book)}\n",
        f"## The twelve figures\n\n{sentences.judged(book)}\n\n{tables.figures(book)}",
        f"## Where we lose\n\n{sentences.losses(book)}",
        f"## Peers in one run\n\n{sentences.beside_floor(book)}\n\n{_compared(book, 'floor')}",
        f"{sentences.beside_colyseus(book)}\n\n{_compared(book, 'peers')}",
        f"## Growth\n\n![CPU, bytes and age by number of people]({CHART})\n\n{tables.growth(book)}",
        f"## Where the time goes\n\n{tables.profile(book)}",
        f"## Two nodes\n\n{sentences.clustered(book)}\n\n{tables.between_nodes(book)}",
        f"## Many nodes\n\n{sentences.SIMULATED}\n\n{tables.many_nodes(book)}\n{tables.halls_whole(book)}",
        "## Bad input and faults\n\nPosition age is that of those who only walk; who attacks is not among them. *Lost* "
        f"are those of them whose\nconnection ended.\n\n{tables.troubles(book)}",
        f"## A live session\n\n{sentences.gathered(book)}\n\n{tables.live_session(book)}",
        f"## Coming and going\n\n{sentences.churned(book)}\n\n{tables.churned(book)}",
        f"## How it is measured\n\n{sentences.method(book)}",
        f"## The runs\n\n{sentences.void_runs(book)}\n\n{tables.runs(book)}",
    )
    return "\n".join(parts)


def with_sentence(readme: str, book: Book) -> str:
    """Returns README with the sentence in its place, unchanged where there is none."""
    start, end = MARKS
    if start not in readme or end not in readme:
        return readme
    before, after = readme.split(start)[0], readme.split(end)[1]
    return f"{before}{start}\n{sentences.carries(book)} [More figures](docs/{PAGE}).\n{end}{after}"


def _compared(book: Book, step: str) -> str:
    return f"{tables.peers(book, step)}\n{tables.ratios(book, step)}"
