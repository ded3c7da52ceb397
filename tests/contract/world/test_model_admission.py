"""Models: what is admitted, what is refused with which measure, and that nothing but a refusal is raised."""

import copy
import json
import random
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halles.errors import Rejection, RejectionCode
from halles.world.glb import take_apart
from halles.world.model_admission import (
    BYTES_CAP,
    DEPTH_CAP,
    DRAWS_CAP,
    IMAGES_CAP,
    NODES_CAP,
    TEXELS_CAP,
    TRIANGLES_CAP,
    admit,
)
from tests.support.models import document, glb, pack, png

Change = Callable[[dict[str, Any]], object]


def refusal(data: bytes) -> Rejection:
    with pytest.raises(Rejection) as refused:
        admit(data)
    return refused.value


def changed(change: Change, triangles: int = 1, picture: bytes | None = None) -> bytes:
    said, buffer = document(triangles, picture)
    change(said)
    return pack(said, buffer)


# --- what is admitted ---------------------------------------------------------------------------------------------


def test_a_model_comes_out_as_it_is_drawn_and_without_what_is_not_known() -> None:
    data = glb(7, png(4, 8))
    model = admit(data)
    assert (model.triangles, model.texels) == (7, 32)
    written, buffer = take_apart(model.data)
    assert written.nodes[0].translation == (0.0, 1.0, 0.0)
    position = written.accessors[written.meshes[0].primitives[0].attributes["POSITION"]]
    assert (position.min, position.max) == ((0.0, 0.0, 0.0), (1.0, 1.0, 0.0))
    assert np.frombuffer(buffer, "<f4", 9).tolist() == [0, 0, 0, 1, 0, 0, 0, 1, 0]
    assert written.images[0].mime_type == "image/png"
    for word in (b"somebody", b"generator", b"secret", b"a node", b"_OWN", b"extras"):
        assert word in data
        assert word not in model.data


def test_what_was_written_is_admitted_again_byte_for_byte() -> None:
    once = admit(glb(5, png())).data
    assert admit(once).data == once


def test_bytes_that_nothing_refers_to_stay_behind() -> None:
    said, buffer = document()
    hidden = b"<script>alert(1)</script>" * 4
    assert hidden not in admit(pack(said, buffer + hidden)).data


def test_a_mesh_that_hangs_on_several_nodes_is_written_once_and_counted_each_time() -> None:
    def thrice(said: dict[str, Any]) -> None:
        said["nodes"] = [{"children": [1, 2, 3]}, {"mesh": 0}, {"mesh": 0}, {"mesh": 0}]

    model = admit(changed(thrice, 4))
    assert model.triangles == 12
    assert len(take_apart(model.data)[0].meshes) == 1


def test_small_integers_become_the_floats_that_they_stand_for() -> None:
    said, buffer = document()
    said["accessors"][1] = {"bufferView": 2, "componentType": 5121, "normalized": True, "count": 3, "type": "VEC2"}
    said["bufferViews"].append({"buffer": 0, "byteOffset": 60, "byteLength": 12, "byteStride": 4})
    model = admit(pack(said, buffer + bytes([255, 0, 9, 9, 51, 255, 9, 9, 0, 0, 9, 9])))
    written, payload = take_apart(model.data)
    view = written.buffer_views[written.accessors[1].buffer_view or 0]
    values = np.frombuffer(payload, "<f4", 6, view.byte_offset)
    assert np.allclose(values, [1, 0, 0.2, 1, 0, 0])


def test_corners_are_read_from_any_unsigned_kind() -> None:
    said, buffer = document()
    said["meshes"][0]["primitives"][0]["indices"] = 2
    said["accessors"].append({"bufferView": 2, "componentType": 5123, "count": 3, "type": "SCALAR"})
    said["bufferViews"].append({"buffer": 0, "byteOffset": 60, "byteLength": 6})
    assert admit(pack(said, buffer + struct.pack("<3H", 2, 1, 0))).triangles == 1
    assert refusal(pack(said, buffer + struct.pack("<3H", 3, 1, 0))).text == "corner 3 of 3"


def test_each_picture_can_be_repainted() -> None:
    model = admit(glb(1, png(4, 4)), lambda data: png(2, 2))
    assert model.texels == 4
    assert png(2, 2) in model.data


def test_an_unlit_surface_stays_unlit() -> None:
    def unlit(said: dict[str, Any]) -> None:
        said["materials"][0]["extensions"] = {"KHR_materials_unlit": {}, "OWN_thing": {"uri": "file:///etc/passwd"}}
        said["extensionsRequired"] = ["KHR_materials_unlit"]

    data = admit(changed(unlit)).data
    assert b"KHR_materials_unlit" in data
    assert b"passwd" not in data


# --- limits, with measure and limit -------------------------------------------------------------------------------


def over(data: bytes) -> tuple[str, str]:
    refused = refusal(data)
    return refused.code, refused.text


def test_a_model_at_its_limit_of_triangles_is_admitted_and_one_over_it_is_not() -> None:
    assert admit(glb(TRIANGLES_CAP)).triangles == TRIANGLES_CAP
    assert over(glb(TRIANGLES_CAP + 1)) == ("OVER_BUDGET", "50001 triangles as drawn, at most 50000 in a model")


def test_triangles_count_as_often_as_they_are_drawn() -> None:
    def often(said: dict[str, Any]) -> None:
        said["nodes"] = [{"children": list(range(1, 502))}] + [{"mesh": 0}] * 501

    assert over(changed(often, 100)) == ("OVER_BUDGET", "50100 triangles as drawn, at most 50000 in a model")


def test_nodes_have_a_limit() -> None:
    def many(said: dict[str, Any]) -> None:
        said["nodes"] += [{}] * NODES_CAP

    assert over(changed(many)) == ("OVER_BUDGET", "513 nodes, at most 512 in a model")


def test_nodes_hang_below_each_other_only_so_deep() -> None:
    def chain(depth: int) -> Change:
        def change(said: dict[str, Any]) -> None:
            said["nodes"] = [{"children": [index + 1]} for index in range(depth - 1)] + [{"mesh": 0}]

        return change

    assert admit(changed(chain(DEPTH_CAP))).triangles == 1
    assert over(changed(chain(DEPTH_CAP + 1))) == ("OVER_BUDGET", "33 nodes below each other, at most 32 in a model")


def test_pictures_have_a_limit_in_number_and_in_points() -> None:
    def many(said: dict[str, Any]) -> None:
        said["images"] *= IMAGES_CAP + 1

    assert over(changed(many, 1, png())) == ("OVER_BUDGET", "17 images, at most 16 in a model")
    assert over(glb(1, png(60_000, 60_000))) == (
        "OVER_BUDGET",
        f"{60_000**2} points of pictures, at most {TEXELS_CAP} in a model",
    )


def test_primitives_have_a_limit_even_where_they_draw_nothing() -> None:
    def many(said: dict[str, Any]) -> None:
        said["meshes"][0]["primitives"] *= DRAWS_CAP + 1

    assert over(changed(many))[1] == "1025 primitives as drawn, at most 1024 in a model"


def test_bytes_have_a_limit_also_where_many_accessors_read_the_same() -> None:
    assert over(bytes(BYTES_CAP + 1)) == ("OVER_BUDGET", f"{BYTES_CAP + 1} bytes, at most {BYTES_CAP} in a model")

    def fold(said: dict[str, Any]) -> None:
        accessor = said["accessors"][0]
        said["accessors"] = [dict(accessor, byteOffset=12 * i, count=accessor["count"] - i) for i in range(300)]
        said["meshes"][0]["primitives"] = [{"attributes": {"POSITION": i}, "indices": 300} for i in range(300)]
        said["accessors"].append({"bufferView": 2, "componentType": 5121, "count": 3, "type": "SCALAR"})
        said["bufferViews"].append({"buffer": 0, "byteOffset": 0, "byteLength": 3})

    code, text = over(changed(fold, 10_000))
    assert code == RejectionCode.OVER_BUDGET
    assert "over what a model may take" in text


# --- what is wrong ------------------------------------------------------------------------------------------------


def assign(*path: Any) -> Change:
    """Sets what stands at a path; the last is the value."""
    *way, last, value = path

    def change(said: dict[str, Any]) -> None:
        at: Any = said
        for step in way:
            at = at[step]
        at[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (assign("buffers", 0, "uri", "file:///etc/passwd"), "another file"),
        (assign("buffers", 0, "uri", "data:;base64,AAAA"), "another file"),
        (assign("images", [{"uri": "http://169.254.169.254/"}]), "another file"),
        (assign("nodes", 0, "children", [0]), "on itself"),
        (assign("nodes", [{"children": [1]}, {"children": [0], "mesh": 0}]), "in two places"),
        (assign("scenes", [{"nodes": [0, 0]}]), "in two places"),
        (assign("scenes", []), "scene 0 of 0"),
        (assign("scene", 4), "scene 4 of 1"),
        (assign("nodes", 0, "mesh", 9), "mesh 9 of 1"),
        (assign("scenes", [{"nodes": [7]}]), "node 7 of 1"),
        (assign("accessors", 0, "count", 2_000_000_001), "ends at byte|OVER|triangles"),
        (assign("accessors", 0, "byteOffset", 4), "ends at byte 40 of a view of 36"),
        (assign("accessors", 0, "componentType", 5122), "only floats"),
        (assign("accessors", 0, "componentType", 99), "only floats|no kind"),
        (assign("accessors", 0, "type", "MAT4"), "for 3 corners"),
        (assign("accessors", 0, "sparse", {"count": 1}), "sparse"),
        (assign("accessors", 0, "bufferView", None), "no kind that is known, or empty"),
        (assign("accessors", 1, "count", 2), "TEXCOORD_0 has 2"),
        (assign("bufferViews", 0, "byteLength", 10**9), "outside the 60 bytes"),
        (assign("bufferViews", 0, "buffer", 1), "outside"),
        (assign("bufferViews", 0, "byteStride", 2), "ends at byte"),
        (assign("nodes", 0, "scale", [1e30, 1, 1]), "a number over"),
        (assign("nodes", 0, "matrix", [1.0] * 16), "a matrix and its parts"),
        (assign("nodes", 0, "matrix", [1.0] * 15), "cannot be read"),
        (assign("asset", "version", "1.0"), "only 2.0 is known"),
        (assign("extensionsRequired", ["KHR_draco_mesh_compression"]), "KHR_draco"),
        (assign("meshes", 0, "primitives", 0, "mode", 0), "mode 0"),
        (assign("meshes", 0, "primitives", 0, "attributes", {}), "without positions"),
        (assign("meshes", 0, "primitives", 0, "material", 3), "material 3 of 1"),
        (assign("materials", 0, "alphaMode", "GLOW"), "alpha mode"),
        (assign("meshes", 0, "primitives", []), "draws nothing"),
        (assign("nodes", 0, "mesh", -1), "cannot be read"),
        (assign("nodes", 0, "mesh", 2**70), "cannot be read"),
        (assign("nodes", 0, "mesh", True), "cannot be read"),
        (assign("nodes", "none"), "cannot be read"),
    ],
)
def test_what_a_loader_would_believe_is_refused(change: Change, said: str) -> None:
    refused = refusal(changed(change))
    assert refused.code in {RejectionCode.UNREADABLE, RejectionCode.OVER_BUDGET}
    assert re.search(said, refused.text), refused.text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_a_position_that_is_no_number_is_refused(value: float) -> None:
    said, buffer = document()
    assert "POSITION holds" in refusal(pack(said, struct.pack("<f", value) + buffer[4:])).text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"glTF",
        glb()[:-4],
        glb() + b"more",
        b"PK\x03\x04" + glb()[4:],
        struct.pack("<III", 0x46546C67, 1, 12),
        pack(b"[" * 100_000, b""),
        pack(b'{"asset":' * 50_000, b""),
        pack(b'{"asset":{"version":"2.\xff"}}', b""),
        pack(b'{"asset":{"version":"2.0"},"nodes":[{"scale":[1e999,1,1]}]}', b""),
        pack(json.dumps({"asset": {"version": "2.0"}}).encode(), b""),
    ],
)
def test_what_is_no_glb_is_unreadable(data: bytes) -> None:
    assert refusal(data).code == RejectionCode.UNREADABLE


def test_a_document_has_a_limit() -> None:
    assert refusal(pack(b"{" + b" " * 2**20 + b"}", b"")).code == RejectionCode.OVER_BUDGET


# --- anything at all ----------------------------------------------------------------------------------------------

WELL = glb(3, png())


def only_refused(data: bytes) -> None:
    try:
        model = admit(data)
    except Rejection:
        return
    assert admit(model.data).data == model.data


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_a_refusal(data: bytes) -> None:
    only_refused(data)


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_arbitrary_documents_raise_nothing_but_a_refusal(said: bytes, buffer: bytes) -> None:
    only_refused(pack(said, buffer))


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(WELL) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_bytes_of_a_model_changed_at_random_raise_nothing_but_a_refusal(flips: list[tuple[int, int]]) -> None:
    data = bytearray(WELL)
    for place, value in flips:
        data[place] = value
    only_refused(bytes(data))


ODD: list[Any] = [None, -1, 0, 1, 2, 3, 2**31, 2**32, 2**53, 2**64, 1.5, 1e308, "", "x", [], {}, [0] * 40, True]


@settings(max_examples=400)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_document_with_odd_values_raises_nothing_but_a_refusal(seed: int, changes: int) -> None:
    rng = random.Random(seed)
    said, buffer = document(3, png())
    said["nodes"] = [{"children": [1, 2]}, {"mesh": 0}, {"mesh": 0, "rotation": [0, 0, 0, 1]}]
    said["samplers"] = [{"magFilter": 9729}]
    said["textures"][0]["sampler"] = 0
    for _ in range(changes):
        at: Any = said
        while True:
            key = rng.choice(list(at) if isinstance(at, dict) else list(range(len(at)))) if at else None
            if key is None:
                break
            if not isinstance(at[key], dict | list) or not at[key] or rng.random() < 0.2:
                at[key] = copy.deepcopy(rng.choice(ODD))
                break
            at = at[key]
    only_refused(pack(said, buffer))
