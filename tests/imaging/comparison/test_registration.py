from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from skimage import data

from imaging.comparison.registration import register
from imaging.model.comparison import PointPairs
from imaging.model.surface import Surface
from tests.imaging.comparison.skin_pairs import (
    SHAPE,
    Furrows,
    Noise,
    Placement,
    World,
    first_surface,
    moving_surface,
)

Picture = npt.NDArray[np.uint8]


def _photographed(picture: Picture) -> Surface:
    """A surface that is only a photograph: one light, no spacing."""
    flat = np.zeros(picture.shape[:2], np.float32)
    layers = np.zeros((*flat.shape, 3), np.float32)
    return Surface(
        flat, flat, flat + 1, layers, layers, picture, np.ones(flat.shape, np.bool_), None, "single-light", "rel"
    )


def _warped_face(face: Picture, degrees: float, scale: float, stretch_px: float) -> tuple[Picture, npt.NDArray]:
    """The face re-taken: turned, scaled, shifted, softly stretched, darker, JPEG; and the true displacement."""
    rows, cols = face.shape[:2]
    rng = np.random.default_rng(3)
    soft = [cv2.GaussianBlur(rng.standard_normal((rows, cols)).astype(np.float32), (0, 0), 45) for _ in range(2)]
    stretch = np.stack(soft, axis=-1) * np.float32(stretch_px / np.abs(soft).max())
    turn = np.radians(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([cols / 2, rows / 2])

    def seen_at(pixels: npt.NDArray) -> npt.NDArray:
        at = pixels.astype(np.float32)
        bent = cv2.remap(stretch, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray((pixels - middle) @ matrix.T + middle + (9.0, -7.0) + bent)

    grid = np.stack(np.meshgrid(np.arange(cols), np.arange(rows)), axis=-1).astype(np.float64)
    where = seen_at(grid).astype(np.float32)
    taken = cv2.remap(face, where[..., 0], where[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    dark = np.clip(0.75 * taken.astype(float) + 8, 0, 255).astype(np.uint8)
    coded = cv2.imdecode(cv2.imencode(".jpg", dark, [cv2.IMWRITE_JPEG_QUALITY, 80])[1], cv2.IMREAD_COLOR)
    truth = grid.copy()
    for _ in range(40):
        truth = truth + (grid - seen_at(truth)) @ np.linalg.inv(matrix).T
    return np.asarray(coded, dtype=np.uint8), truth[..., ::-1]


@pytest.mark.parametrize(("degrees", "scale", "stretch_px"), [(-3, 0.96, 4), (5, 1.05, 8)])
def test_a_real_face_is_brought_back_to_half_a_pixel(degrees: float, scale: float, stretch_px: float) -> None:
    face = data.astronaut()
    moved, truth = _warped_face(face, degrees, scale, stretch_px)
    found = register(_photographed(face), _photographed(moved))
    error = np.linalg.norm(found.displacement - truth, axis=-1)
    forehead, cheeks = error[62:92, 195:255], np.concatenate([error[125:150, 185:205], error[125:150, 240:262]], axis=1)
    assert found.verdict == "trusted"
    assert np.isfinite(forehead).all()
    assert np.median(forehead) < 0.25  # acceptance: 0.5
    assert np.median(cheeks) < 0.25
    assert found.overlap_fraction > 0.85


@pytest.mark.parametrize("noise", [Noise(), Noise(slope=0.02, pigment=0.6, exposure=0.8)])
def test_re_placed_and_stretched_skin_is_registered(noise: Noise) -> None:
    world = World(1)
    # 5 degrees, 1 mm, 2 % and a stretch of 0.1 mm; two furrows changed
    placement = Placement(5.0, (23.0, -23.0), 1.02, 3.3)
    moving, truth = moving_surface(world, Furrows((190.0, 150.0, 120.0)), placement, noise)
    found = register(first_surface(world, Furrows()), moving)
    error = np.linalg.norm(found.displacement - truth, axis=-1)
    assert found.is_trusted
    assert np.nanmedian(error) < 0.25  # acceptance: 0.5 and 1.5
    assert np.nanpercentile(error, 95) < 0.8
    assert found.residual_px is not None
    assert 0.3 < found.residual_px / np.sqrt(np.nanmean(error**2)) < 3  # an honest residual
    assert found.elastic_rms_px is not None


def test_matrix_and_displacement_mean_what_they_say() -> None:
    world = World(2)
    moving, truth = moving_surface(world, Furrows(), Placement(degrees=4.0, shift_px=(10.0, 6.0), scale=0.98))
    found = register(first_surface(world, Furrows()), moving)
    row, col = 150, 230
    in_moving = found.displacement[row, col]
    back = found.matrix @ [in_moving[1], in_moving[0], 1.0]
    assert np.allclose(in_moving, truth[row, col], atol=0.5)
    assert np.allclose(back[:2] / back[2], [col, row], atol=1.0)
    seen = np.isfinite(found.displacement[..., 0])
    assert (found.displacement[seen] >= 0).all()
    assert (found.displacement[seen] <= np.array(SHAPE) - 1).all()
    inside = ((truth >= 0) & (truth <= np.array(SHAPE) - 1)).all(axis=-1)
    assert abs(float(inside.mean()) - found.overlap_fraction) < 0.01


def test_a_capture_lies_on_itself() -> None:
    surface = first_surface(World(3), Furrows())
    found = register(surface, surface)
    grid = np.stack(np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]], axis=-1)
    assert found.is_trusted
    assert np.nanmax(np.abs(found.displacement - grid)) < 0.05


@pytest.mark.parametrize("degrees", [-15.0, 10.0, 15.0])
def test_turned_skin_is_the_same_side(degrees: float) -> None:
    world = World(4)
    moving, truth = moving_surface(world, Furrows(), Placement(degrees, (6.0, 4.0)), Noise(pigment=0.3, exposure=0.9))
    found = register(first_surface(world, Furrows()), moving)
    assert found.is_trusted
    assert np.nanmedian(np.linalg.norm(found.displacement - truth, axis=-1)) < 0.25


def _mirrored(surface: Surface) -> Surface:
    """The other side of a face that is exactly alike: photograph and relief."""
    names = ("height", "height_full", "uncertainty", "normals", "albedo", "photograph", "valid")
    return replace(surface, **{name: np.ascontiguousarray(getattr(surface, name)[:, ::-1]) for name in names})


def _mirrored_and_turned(surface: Surface) -> Surface:
    """As a camera held a little askew shows the other side."""
    size = surface.photograph.shape[1], surface.photograph.shape[0]
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), 8.0, 1.0)
    seen = cv2.warpAffine(surface.photograph[:, ::-1].copy(), turn, size, borderMode=cv2.BORDER_REFLECT)
    return _photographed(np.asarray(seen, dtype=np.uint8))


def _plain(surface: Surface) -> Surface:
    return _photographed(np.full_like(surface.photograph, 120))


def _noise_only(surface: Surface) -> Surface:
    grain = np.random.default_rng(0).integers(0, 255, surface.photograph.shape)
    return _photographed(grain.astype(np.uint8))


def _other_skin(surface: Surface) -> Surface:
    del surface
    return first_surface(World(9), Furrows((60.0, 90.0, 40.0)))


def _smaller_and_black(surface: Surface) -> Surface:
    del surface
    return _photographed(np.zeros((200, 300, 3), np.uint8))


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (_mirrored, "mirror"),
        (_mirrored_and_turned, "mirror"),
        (_plain, "points"),
        (_noise_only, "points"),
        (_other_skin, "points"),
        (_smaller_and_black, "points"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(spoil: Callable[[Surface], Surface], word: str) -> None:
    reference = first_surface(World(1), Furrows())
    found = register(reference, spoil(reference))
    assert found.verdict == "refused"
    assert word in found.reason
    assert found.displacement.shape == (*SHAPE, 2)
    assert np.isnan(found.displacement).all()


def test_a_plain_reference_is_refused_too() -> None:
    reference = first_surface(World(1), Furrows())
    assert not register(_plain(reference), reference).is_trusted
    assert not register(_plain(reference), _plain(reference)).is_trusted


def test_too_little_overlap_is_refused_but_shown() -> None:
    world = World(1)
    moving, _ = moving_surface(world, Furrows(), Placement(shift_px=(0.0, 0.0)))
    face = moving.photograph.copy()
    cropped = np.full_like(face, 90)
    cropped[:, :170] = face[:, 310:]
    found = register(_photographed(moving.photograph), _photographed(cropped))
    assert not found.is_trusted
    assert "%" in found.reason


def test_implausible_rotation_is_refused() -> None:
    surface = first_surface(World(1), Furrows())
    turned = np.ascontiguousarray(np.rot90(surface.photograph))
    found = register(_photographed(surface.photograph), _photographed(turned))
    assert not found.is_trusted
    assert "degrees" in found.reason


def _marked(truth: npt.NDArray, error_px: float = 4.0) -> PointPairs:
    """Two spots as a person clicks them: exact on the reference, a little off on the moving picture."""
    spots = ((100, 140), (260, 360))
    off = np.random.default_rng(0).normal(0, error_px, (2, 2))
    first, second = ((float(r), float(c)) for r, c in (truth[spot] + o for spot, o in zip(spots, off, strict=True)))
    return PointPairs(spots, (first, second))


@pytest.fixture(scope="module")
def faint() -> tuple[Surface, Surface, npt.NDArray]:
    """One light, most of the pigment new, the second picture out of focus: features alone find nothing."""
    world, placement = World(1), Placement(6.0, (25.0, -20.0), 1.04, 3.3)
    moving, truth = moving_surface(world, Furrows(), placement, Noise(pigment=0.6, exposure=0.8))
    blurred = cv2.GaussianBlur(moving.photograph, (0, 0), 3)
    reference = _photographed(first_surface(world, Furrows()).photograph)
    return reference, _photographed(np.asarray(blurred, np.uint8)), truth


def test_two_marked_points_start_what_features_cannot(faint: tuple[Surface, Surface, npt.NDArray]) -> None:
    reference, moving, truth = faint
    assert not register(reference, moving).is_trusted

    found = register(reference, moving, _marked(truth))

    assert found.is_trusted
    assert np.nanmedian(np.linalg.norm(found.displacement - truth, axis=-1)) < 1.5


@pytest.mark.parametrize("spoil", [_mirrored, _other_skin, _plain])
def test_marked_points_do_not_make_different_skin_alike(spoil: Callable[[Surface], Surface]) -> None:
    world = World(1)
    reference = first_surface(world, Furrows())
    _, truth = moving_surface(world, Furrows(), Placement())

    found = register(reference, spoil(reference), _marked(truth))

    assert found.verdict == "refused"
    assert found.reason


@pytest.fixture(scope="module")
def clear() -> tuple[Surface, Surface, npt.NDArray]:
    """Several lights: features alone would do, so that only the points can lead astray."""
    world = World(1)
    moving, truth = moving_surface(world, Furrows(), Placement(5.0, (10.0, -12.0), 1.02, 3.3), Noise(pigment=0.4))
    return first_surface(world, Furrows()), moving, truth


def _wrongly_marked(truth: npt.NDArray, share: float, degrees: float, scale: float) -> PointPairs:
    """As `_marked`, but elsewhere on the moving picture: so far away (share of the longer side), turned and scaled."""
    right = _marked(truth, 0.0)
    middle = np.mean(right.moving, axis=0)
    turn = np.radians(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    away = share * SHAPE[1] * np.array([np.sin(3 * share + turn), np.cos(3 * share + turn)])
    spots = [tuple((np.array(spot) - middle) @ matrix.T + middle + away) for spot in right.moving]
    return PointPairs(right.reference, (spots[0], spots[1]))


WRONG = [(share, degrees, scale) for share in (0.05, 0.12, 0.3) for degrees, scale in ((0.0, 1.0), (15.0, 1.15))]


@pytest.mark.parametrize("pair", ["faint", "clear"])
@pytest.mark.parametrize(("share", "degrees", "scale"), WRONG)
def test_wrong_points_on_the_same_site_never_end_in_a_wrong_answer(
    request: pytest.FixtureRequest, pair: str, share: float, degrees: float, scale: float
) -> None:
    """The pictures themselves may still bring them right; else they are refused, with what to do."""
    reference, moving, truth = request.getfixturevalue(pair)
    found = register(reference, moving, _wrongly_marked(truth, share, degrees, scale))
    if found.is_trusted:
        assert np.nanmedian(np.linalg.norm(found.displacement - truth, axis=-1)) < 1.5
        assert found.inliers >= 12 and found.residual_px < 2
    else:
        assert found.reason.endswith(".") and found.reason.count(". ") == 0


@pytest.mark.parametrize(("share", "degrees", "scale"), WRONG[::2])
@pytest.mark.parametrize("spoil", [_mirrored, _other_skin])
def test_no_points_make_another_site_or_the_mirrored_side_fit(
    faint: tuple[Surface, Surface, npt.NDArray],
    spoil: Callable[[Surface], Surface],
    share: float,
    degrees: float,
    scale: float,
) -> None:
    reference, moving, truth = faint
    elsewhere = spoil(moving)
    found = register(reference, _photographed(elsewhere.photograph), _wrongly_marked(truth, share, degrees, scale))
    assert found.verdict == "refused"
    assert "points" in found.reason or "scaled" in found.reason or "turned" in found.reason


def test_points_on_one_spot_are_refused(faint: tuple[Surface, Surface, npt.NDArray]) -> None:
    reference, moving, _ = faint
    found = register(reference, moving, PointPairs(((100, 100), (101, 102)), ((90, 90), (200, 300))))
    assert "too close together" in found.reason
