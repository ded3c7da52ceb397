"""The studio's pages answer for booths with revisions, and the figures say how soon."""

from bench import studio


def test_each_page_of_a_small_studio_and_its_edits_are_timed() -> None:
    edits, *pages = studio.run(3, 2)
    assert (edits.notes["booths"], edits.notes["times"]) == (3, 3)
    assert [page.name for page in pages] == [studio.LIST, *(f"{studio.LIST}/BOOTH{page}" for page in studio.PAGES)]
    assert all(page.notes["times"] == 3 * studio.ROUNDS for page in pages)
    assert all(0 < float(page.notes["ms, median"]) <= float(page.notes["ms, p95"]) for page in (edits, *pages))
