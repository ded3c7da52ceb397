"""The files that the bench makes are such as are taken."""

from pathlib import Path

from bench import media
from halles_server.media import documents, pictures
from halles_server.media.kinds import kind_of


def test_the_photograph_has_twelve_megapixels_and_the_document_its_pages(tmp_path: Path) -> None:
    photograph, document = media.photograph(), media.document()
    assert (kind_of(photograph), kind_of(document)) == ("picture", "document")
    assert pictures.opened(photograph).size == (4000, 3000)
    (tmp_path / "source").write_bytes(document)
    report = documents.make(tmp_path / "source", tmp_path)
    assert report.medium is not None
    assert report.medium.pages == media.PAGES
