"""Pictures stretched by a known strain; a camera that only stands elsewhere strains nothing."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging.alignment.pose import PoseReference
from imaging.guidance.expression import microrelief_strain, relax_instruction
from imaging.model.arrays import Pixels
from imaging.model.geometry import Roi
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from tests.imaging.alignment.pictures import skin_world

SHAPE = (480, 640)
ROI = Roi(60, 80, 420, 560)
MIDDLE = np.array([319.5, 239.5])
Bend = Callable[[np.ndarray], np.ndarray]


def seen(world: np.ndarray, bend: Bend, seed: int = 0) -> Pixels:
    """What lies at the middle of `world` plus bend(from the middle, px), with sensor noise."""
    rows, cols = SHAPE
    at = np.stack(np.meshgrid(np.arange(cols), np.arange(rows)), axis=-1).reshape(-1, 2) - MIDDLE
    where = (bend(at) + (np.array(world.shape[1::-1]) - 1) / 2).astype(np.float32).reshape(rows, cols, 2)
    picture = cv2.remap(world, where[..., 0], where[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.clip(picture + np.random.default_rng(seed).normal(0, 1.5, SHAPE), 0, 255).astype(np.uint8)


def as_it_is(at: np.ndarray) -> np.ndarray:
    return at


def stretched(strain: float, degrees: float = 0.0) -> Bend:
    """The skin pulled in one direction: a point of the live picture shows skin from nearer to the middle."""
    along = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    return lambda at: at - (strain / (1 + strain)) * (at @ along)[:, None] * along


def moved(shift: tuple[float, float], degrees: float, size: float) -> Bend:
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / size
    return lambda at: at @ matrix.T + shift


def tilted(degrees: float, curvature_px: float = np.inf, distance_px: float = 1700.0) -> Bend:
    """The camera turned about the skin's middle, in a plane or on a dome of this radius; 640 px are 23 mm."""
    angle = np.radians(degrees)

    def bend(at: np.ndarray) -> np.ndarray:
        # Once for the flat picture, once again for the height found there: enough for a dome that is nearly flat.
        found = at
        for _ in range(4):
            height = -np.sum(found**2, axis=1) / (2 * curvature_px)
            depth = distance_px - found[:, 0] * np.sin(angle) - height * np.cos(angle)
            across = (at[:, 0] * depth / distance_px + height * np.sin(angle)) / np.cos(angle)
            found = np.column_stack([across, at[:, 1] * depth / distance_px])
        return found

    return bend


@pytest.fixture(scope="module")
def skin() -> np.ndarray:
    return skin_world(7)


@pytest.fixture(scope="module")
def owl(test_data: Path) -> np.ndarray:
    """A real photograph, all of its lights together, large enough to look around in."""
    lit = [
        cv2.imread(str(path)).astype(np.float32) for path in sorted((test_data / "multi-light/owl").glob("owl.?.png"))
    ]
    grey = np.mean([picture.mean(axis=2) for picture in lit], axis=0)
    rows, cols = np.nonzero(cv2.imread(str(test_data / "multi-light/owl/owl.mask.png"), cv2.IMREAD_GRAYSCALE))
    cut = grey[rows.min() : rows.max(), cols.min() : cols.max()]
    return cv2.resize(
        cut * np.float32(150 / cut.mean()), (900, 900 * cut.shape[0] // cut.shape[1]), interpolation=cv2.INTER_CUBIC
    )


def strain_of(world: np.ndarray, bend: Bend) -> float | None:
    pose = PoseReference(seen(world, as_it_is), ROI).locate(seen(world, bend, seed=1))
    assert pose is not None
    return microrelief_strain(pose.points, ROI)


@pytest.mark.parametrize("degrees", [0, 35, 90])
@pytest.mark.parametrize("strain", [-0.06, 0.0, 0.01, 0.03, 0.05, 0.1])
def test_a_known_strain_is_found(skin: np.ndarray, strain: float, degrees: float) -> None:
    found = strain_of(skin, stretched(strain, degrees))
    assert found == pytest.approx(abs(strain), abs=0.0015 + 0.06 * abs(strain))


@pytest.mark.parametrize("strain", [0.0, 0.02, 0.04, 0.08])
def test_a_known_strain_is_found_in_a_real_photograph(owl: np.ndarray, strain: float) -> None:
    assert strain_of(owl, stretched(strain, 20)) == pytest.approx(strain, abs=0.002 + 0.06 * strain)


@pytest.mark.parametrize(
    "bend",
    [
        moved((25, -14), 0, 1), moved((0, 0), 6, 1), moved((0, 0), 0, 1.04), moved((-12, 9), -4, 0.97),
        tilted(3), tilted(6), tilted(-6),
    ],
)  # fmt: skip
def test_a_camera_that_stands_elsewhere_strains_nothing(skin: np.ndarray, bend: Bend) -> None:
    assert strain_of(skin, bend) < 0.007


def test_a_tilt_over_curved_skin_stays_below_the_limit(skin: np.ndarray) -> None:
    """A temple has a radius of about 40 mm; five degrees are more than the pose gate lets pass."""
    assert strain_of(skin, tilted(5, curvature_px=40 / 23 * 640)) < 0.02


def test_a_wrinkle_folding_on_a_part_of_the_skin_is_not_the_expression(skin: np.ndarray) -> None:
    def folded(at: np.ndarray) -> np.ndarray:
        return at + 3.0 * np.tanh(at[:, :1] / 12) * np.array([1.0, 0.0])

    assert strain_of(skin, folded) < 0.02


def test_too_few_points_say_nothing() -> None:
    rng = np.random.default_rng(0)
    few = rng.uniform([80, 60], [560, 420], (10, 2))
    assert microrelief_strain(np.stack([few, few], axis=1), ROI) is None
    corner = rng.uniform([80, 60], [200, 150], (80, 2))
    assert microrelief_strain(np.stack([corner, corner], axis=1), ROI) is None


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("crows-feet", "The skin is pulled by 5 %: do not smile or squint."),
        ("forehead", "The skin is pulled by 5 %: let the brows rest."),
        ("scar", "The skin is pulled by 5 %: relax the face, as at the baseline."),
    ],
)
def test_what_to_relax_depends_on_the_site(site: str, words: str) -> None:
    assert relax_instruction(0.052, SiteKey(site, Laterality.LEFT)) == words
