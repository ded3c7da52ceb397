"""Models: written anew, with pictures of our own."""

from pathlib import Path

import pytest
from PIL import Image

from halles.errors import Rejection
from halles.world.glb import take_apart
from halles.world.model_admission import admit
from halles_server.media import models
from tests.support.files import PLACE, photograph
from tests.support.models import glb, png


def test_a_model_s_pictures_are_painted_anew_and_the_client_admits_it_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(glb(2, photograph(64, 32)))
    report = models.make(tmp_path / "source", tmp_path)
    data = (tmp_path / "model.glb").read_bytes()
    assert report.medium is not None
    assert (report.medium.triangles, report.medium.texels) == (2, 64 * 32)
    assert PLACE.encode() not in data
    assert take_apart(data)[0].images[0].mime_type == "image/jpeg"
    assert admit(data).data == data


def test_a_drawing_stays_a_png(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(glb(1, png(4, 4)))
    models.make(tmp_path / "source", tmp_path)
    document, buffer = take_apart((tmp_path / "model.glb").read_bytes())
    view = document.buffer_views[document.images[0].buffer_view or 0]
    (tmp_path / "one.png").write_bytes(buffer[view.byte_offset : view.byte_offset + view.byte_length])
    with Image.open(tmp_path / "one.png") as image:
        assert (image.format, image.size) == ("PNG", (4, 4))


def test_a_model_with_a_broken_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(glb(1, png(16, 16)[:45]))
    with pytest.raises(Rejection, match="UNREADABLE"):
        models.make(tmp_path / "source", tmp_path)
