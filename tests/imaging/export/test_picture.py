"""The annotated picture: what is drawn where, legible at every size, and what its file tells."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.errors import ExportError
from imaging.export.drawing import annotation_words, length_of_bar, round_length, scale_bar_mm
from imaging.export.footer import ColourBar, tick_values, tick_words
from imaging.export.lettering import Lettering, wrapped
from imaging.export.measured_picture import PictureStyle, measured_content
from imaging.export.picture import MIN_COLS, PictureContent, render_picture, to_rgb8, write_picture
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Spacing
from imaging.surface.heatmap import colour_scale, faded_depth
from tests.imaging.export.captures import measured

FONTS = Path(__file__).parents[3] / "resources" / "fonts"
GREY = np.full((480, 640, 3), 128, dtype=np.uint8)
BAR = ColourBar("depth", 200, "µm", "Depth below the 8 mm reference")


def drawn(**changes: object) -> np.ndarray:
    return render_picture(replace(PictureContent(GREY, font_folder=FONTS), **changes))


def test_nothing_asked_nothing_drawn() -> None:
    np.testing.assert_array_equal(drawn(), GREY)


def test_the_picture_is_not_touched_and_the_answer_is_read_only() -> None:
    before = GREY.copy()
    picture = drawn(spacing=Spacing.square(0.02), caption=("S-001",))
    np.testing.assert_array_equal(GREY, before)
    assert not picture.flags.writeable


def test_heat_map_blends_by_opacity_and_leaves_the_unmeasured_alone() -> None:
    rgba = np.zeros((480, 640, 4), dtype=np.uint8)
    rgba[100:200] = (228, 28, 128, 255)
    picture = drawn(heat_map=rgba, opacity=0.25)
    assert picture[150, 300].tolist() == [153, 103, 128]
    assert picture[300, 300].tolist() == [128, 128, 128]


def test_scale_bar_has_the_length_it_says() -> None:
    picture = drawn(spacing=Spacing(0.05, 0.02))
    white = (picture == 255).all(axis=2)
    bar = max(int(row.sum()) for row in white)
    assert scale_bar_mm(Spacing(0.05, 0.02), 640) == 2.0
    assert bar == 100


def test_no_scale_bar_without_calibration() -> None:
    line = Annotation(Shape.LINE, (10, 10), (40, 50))
    assert annotation_words(line, None) == "50 px"
    assert annotation_words(line, Spacing(0.1, 0.1)) == "5.00 mm"
    assert annotation_words(replace(line, text="gap"), Spacing(0.2, 0.1)) == "7.21 mm  gap"


@pytest.mark.parametrize(("longest", "length"), [(3.2, 2), (2, 2), (0.99, 0.5), (7, 5), (10, 10), (0.04, 0.02)])
def test_round_length(longest: float, length: float) -> None:
    assert round_length(longest) == pytest.approx(length)


def test_length_of_bar_in_words() -> None:
    assert (length_of_bar(5.0), length_of_bar(0.2)) == ("5 mm", "200 µm")


@pytest.mark.parametrize("shape", [(48, 64), (300, 200), (480, 640), (900, 480), (2000, 3000)])
def test_every_size_gets_a_whole_caption(shape: tuple[int, int]) -> None:
    photograph = np.full((*shape, 3), 90, dtype=np.uint8)
    caption = ("S-001 · Crow's feet, subject's LEFT · week 4", "optical depth, not verified on living skin")
    picture = drawn(photograph=photograph, caption=caption, colour_bar=BAR)
    assert picture.shape[1] == max(shape[1], MIN_COLS)
    np.testing.assert_array_equal(picture[: shape[0], : shape[1]], photograph)
    strip = picture[shape[0] :]
    edges = np.concatenate([strip[0], strip[-1], strip[:, 0], strip[:, -1]])
    assert (edges == 255).all(), "something of the strip is cut off"
    assert (strip < 100).any()


def test_letters_grow_with_the_picture() -> None:
    sizes = [Lettering.fitting((rows, rows * 4 // 3), FONTS).size_px for rows in (48, 480, 960, 3750)]
    assert sizes[0] == sizes[1] == 12
    assert sizes[3] / sizes[2] == pytest.approx(3750 / 960, rel=0.01)


def test_colour_bar_shows_the_scale_from_end_to_end() -> None:
    picture = drawn(colour_bar=BAR)[480:]
    scale = colour_scale("depth", 64)
    rows = [row for row in picture if (row == scale[0]).all(axis=1).any() and (row == scale[-1]).all(axis=1).any()]
    assert len(rows) >= 8


def test_ticks_are_round_and_hold_the_ends() -> None:
    assert tick_values(BAR) == (0, 50, 100, 150, 200)
    assert tick_values(replace(BAR, kind="change", limit=100)) == (-100, -50, 0, 50, 100)
    assert tick_values(replace(BAR, limit=130))[-1] == 130
    assert tick_words(BAR, 200) == "≥ 200"
    assert tick_words(replace(BAR, kind="change"), -200) == "≤ −200"
    assert tick_words(replace(BAR, kind="change"), 50) == "+50"


def test_long_lines_are_broken_between_words() -> None:
    lettering = Lettering(12, FONTS)
    lines = wrapped(lettering, ["one two three four five six seven"], 80)
    assert " ".join(lines) == "one two three four five six seven"
    assert all(lettering.width(line) <= 80 for line in lines)


def test_text_near_the_edge_is_moved_inside() -> None:
    near = Annotation(Shape.TEXT, (470, 630), (470, 630), "at the very edge", "#ff0000")
    picture = drawn(annotations=(near,))
    red = (picture[..., 0] > 200) & (picture[..., 1] < 60)
    assert red.any()
    assert not red[-1].any()
    assert not red[:, -1].any()


@pytest.mark.parametrize("shape", list(Shape))
def test_each_annotation_is_drawn_in_its_colour(shape: Shape) -> None:
    picture = drawn(annotations=(Annotation(shape, (100, 100), (300, 400), "here", "#00ff00"),))
    assert ((picture[..., 1] > 230) & (picture[..., 0] < 40)).sum() > 40


def test_wrinkles_are_outlined_and_numbered() -> None:
    capture = measured(shape=(480, 640))
    plain = replace(measured_content(capture, ()).without_heat_map(), spacing=None, wrinkles=(), labels=None)
    outlined = replace(plain, wrinkles=capture.measurement.items, labels=capture.measurement.labels)
    differs = (render_picture(plain) != render_picture(outlined)).any(axis=2)
    assert differs[238, 300] or differs[237, 300]
    assert not differs[100].any()


def test_measured_content_says_what_the_colours_mean() -> None:
    bar = measured_content(measured(), ()).colour_bar
    assert bar is not None
    assert (bar.limit, bar.heading) == (200, "Depth below the 8 mm reference,\u00a0µm")
    relative = measured_content(measured(method="single-light"), ()).colour_bar
    assert relative is not None
    assert relative.heading == "Relative shading, not depth"
    uncalibrated = measured_content(measured(spacing=None), (), PictureStyle(heat_map_limit_um=50)).colour_bar
    assert uncalibrated is not None
    assert uncalibrated.unit == "px"


def test_other_number_kinds_keep_their_range() -> None:
    assert to_rgb8(np.array([[0, 65535]], np.uint16)).tolist() == [[[0, 0, 0], [255, 255, 255]]]
    assert to_rgb8(np.array([[0, 1, np.nan]], np.float32))[0, :, 0].tolist() == [0, 255, 0]


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.tiff"])
def test_calibrated_files_carry_their_spacing_and_nothing_else(tmp_path: Path, name: str) -> None:
    write_picture(tmp_path / name, GREY, Spacing(0.02, 0.025))
    with Image.open(tmp_path / name) as picture:
        assert picture.info["dpi"] == (pytest.approx(25.4 / 0.025, abs=0.02), pytest.approx(25.4 / 0.02, abs=0.02))
        xmp = picture.info.get("XML:com.adobe.xmp") or picture.tag_v2[700].decode()
        assert 'RowSpacingMm="0.02"' in xmp
        assert 'ColSpacingMm="0.025"' in xmp
        assert picture.info["icc_profile"]
        np.testing.assert_array_equal(np.asarray(picture), GREY)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_uncalibrated_files_have_no_resolution(tmp_path: Path, name: str) -> None:
    write_picture(tmp_path / name, GREY)
    with Image.open(tmp_path / name) as picture:
        assert "dpi" not in picture.info or picture.info["dpi"] == (1, 1)
        assert b"SpacingMm" not in (tmp_path / name).read_bytes()


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.png or \.tif"):
        write_picture(tmp_path / "a.jpg", GREY)


def test_shallow_skin_stays_visible_and_deep_skin_has_the_full_colour() -> None:
    depth = np.array([[np.nan, 0, 25, 50, 200, 900]], dtype=np.float32)
    alpha = faded_depth(depth, 200)[0, :, 3]
    assert alpha[0] == 0
    assert 0 < alpha[1] < alpha[2] < alpha[3]
    assert (alpha[3:] == 255).all()
