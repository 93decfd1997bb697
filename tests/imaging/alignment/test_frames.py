import cv2
import numpy as np
import numpy.typing as npt
import pytest

from imaging.alignment.frames import align_moved, align_stack, motion_warnings
from tests.imaging.alignment.pictures import SHAPE, noise

_LIGHTS = [np.array([np.cos(a), np.sin(a), 4 / 3]) * 0.6 for a in np.radians([45, 135, 225, 315])]
_MOVES = [(0.0, 0.0, 0.0), (2.4, -1.7, 0.2), (-2.0, 2.6, -0.15), (1.1, 1.9, 0.1)]

Frames = list[npt.NDArray[np.uint8]]


def _frames(pigment: float) -> tuple[Frames, Frames]:
    """A stack that moved between its lights, and the same without the motion; shading changes sign with the light."""
    height = 8 * noise(1, 3, SHAPE) + 20 * noise(2, 7, SHAPE)
    melanin = pigment * (noise(3, 2, SHAPE) + noise(4, 6, SHAPE))
    albedo = np.stack([0.6 * np.exp(0.4 * melanin), 0.4 * np.exp(melanin), 0.3 * np.exp(1.2 * melanin)], axis=-1)
    down, across = np.gradient(height / 30)
    normals = np.stack([-across, down, np.ones_like(across)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    rng = np.random.default_rng(5)
    still = [albedo * np.maximum(normals @ light, 0)[..., None] for light in _LIGHTS]
    moved = [_shifted(picture, move) for picture, move in zip(still, _MOVES, strict=True)]
    return [_developed(picture, rng) for picture in moved], [_developed(picture, rng) for picture in still]


def _shifted(picture: npt.NDArray[np.float64], move: tuple[float, float, float]) -> npt.NDArray[np.float64]:
    matrix = cv2.getRotationMatrix2D((SHAPE[1] / 2, SHAPE[0] / 2), move[2], 1.0)
    matrix[:, 2] += move[:2]
    size = SHAPE[1], SHAPE[0]
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT))


def _developed(linear: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    noisy = np.clip(1.2 * (linear + rng.normal(0, 0.004, linear.shape)), 0, 1)
    return (255 * noisy ** (1 / 2.2)).astype(np.uint8)


def _difference(one: npt.NDArray[np.uint8], two: npt.NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(float) - two)[20:-20, 20:-20].mean())


@pytest.mark.parametrize("pigment", [0.03, 0.08])
def test_breathing_between_the_lights_is_taken_out(pigment: float) -> None:
    frames, still = _frames(pigment)
    aligned, residual = align_stack(frames)
    assert residual is not None
    assert residual < 0.3
    floor = _difference(frames[0], still[0])  # two noises of one picture
    for moved, back, truth in zip(frames[1:], aligned[1:], still[1:], strict=True):
        assert _difference(back, truth) < 1.15 * floor < _difference(moved, truth)


def test_a_stack_at_rest_is_left_as_it_is() -> None:
    _, still = _frames(0.08)
    aligned, residual = align_stack(still)
    assert residual is not None
    assert residual < 0.1
    assert all(np.array_equal(one, two) for one, two in zip(aligned, still, strict=True))


def test_without_pigment_nothing_is_moved_by_shading() -> None:
    frames, _ = _frames(0.0)
    aligned, residual = align_stack(frames)
    assert residual is None
    assert all(one is two for one, two in zip(aligned, frames, strict=True))


def test_grey_frames_and_single_frames_come_back_unjudged() -> None:
    frames, _ = _frames(0.08)
    grey = [frame[..., 1] for frame in frames]
    assert align_stack(grey)[1] is None
    assert align_stack([np.repeat(frame[..., :1], 3, axis=2) for frame in frames])[1] is None
    aligned, residual = align_stack(frames[:1])
    assert residual is None
    assert aligned[0] is frames[0]


def test_motion_that_stays_is_told_and_grey_frames_are_not_nagged() -> None:
    frames, _ = _frames(0.0)
    assert motion_warnings(frames, 0.4) == ()
    assert "3.1 px" in motion_warnings(frames, 3.1)[0]
    assert "could not be judged" in motion_warnings(frames, None)[0]
    assert motion_warnings([frame[..., 0] for frame in frames], None) == ()
    assert motion_warnings([np.zeros_like(frames[0])] * 4, None) == ()


def test_files_that_lay_still_are_not_touched_and_plain_motion_is_taken_out_and_named() -> None:
    frames, still = _frames(0.08)
    kept, nothing = align_moved(still)
    assert nothing == ()
    assert all(one is other for one, other in zip(kept, still, strict=True))
    back, words = align_moved(frames)
    assert "px between the lights: the frames were brought onto the first one" in words[0]
    assert all(_difference(a, c) < _difference(b, c) for a, b, c in zip(back[1:], frames[1:], still[1:], strict=True))
    grey = [picture[..., 1] for picture in frames]
    assert align_moved(grey)[1] == ()
