"""Targets as they were photographed, and measured grooves: what the tests of `calibrate` share."""

from pathlib import Path

import cv2
import numpy as np
import pytest

import main
from imaging.calibration.colour_card import card_boxes, card_size_mm
from imaging.calibration.sheets import Sheet, picture_of
from imaging.surface.light.linearise import to_srgb8
from tests.imaging.calibration.balls import ball_pictures
from tests.imaging.calibration.target_pictures import Look, picture_of_board, printed_board
from tests.imaging.calibration.test_flat_field import plane
from tests.imaging.commands.pictures import LIGHTS, SPACING_UM, groove_um, shaded, write_frames

LAMPS = ((18, 0, 28), (0, 18, 28), (-18, 0, 28), (0, -18, 28))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Targets as they were photographed: boards, white fields, balls, a card."""
    folder = tmp_path_factory.mktemp("pictures")
    printed = printed_board()
    for name, look in {"board": Look(), "tilted": Look(tilted_deg=(8, 0)), "nearer": Look((49.0, 49.0))}.items():
        cv2.imwrite(str(folder / f"{name}.png"), picture_of_board(printed, look))
    for number, lamp in enumerate(LAMPS):
        cv2.imwrite(str(folder / f"white{number}.png"), to_srgb8(plane(lamp)))
        cv2.imwrite(str(folder / f"dim{number}.png"), to_srgb8(plane(lamp, level=0.45)))
    ball = ball_pictures(LIGHTS, "mirror", (120, 160, 80), False)
    for number, frame in enumerate(ball.frames):
        cv2.imwrite(str(folder / f"ball{number}.png"), np.round(65535 * np.asarray(frame)).astype(np.uint16))
    cv2.imwrite(str(folder / "mask.png"), ball.mask.astype(np.uint8) * 255)
    width, height = card_size_mm(4.0)
    card = picture_of(Sheet("card", tuple(card_boxes(5, 5, 4.0)), ()), 20, (2, 2, width + 8, height + 8))
    cv2.imwrite(str(folder / "card.png"), (0.9 * card[..., ::-1]).astype(np.uint8))
    return folder


def listed(folder: Path, name: str) -> list[str]:
    return [str(folder / f"{name}{number}.png") for number in range(4)]


def calibrate(kind: str, *arguments: str | Path) -> int:
    return main.main(["calibrate", kind, *(str(argument) for argument in arguments)])


def refused(capsys: pytest.CaptureFixture[str], kind: str, *arguments: str | Path) -> str:
    """Exit status 1 with one sentence on stderr; that sentence."""
    capsys.readouterr()
    assert calibrate(kind, *arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1
    return said.err


@pytest.fixture(scope="session")
def grooves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Measured folders: photometric of 150 and 75 µm, single light of the same."""
    folder = tmp_path_factory.mktemp("grooves")
    for name, share in (("deep", 1.0), ("shallow", 0.5)):
        frames = _write_groove(folder / name, share)
        lights = str(Path(frames[0]).with_name("lights.lp"))
        spacing = ["--spacing-um", str(SPACING_UM)]
        assert (
            main.main(["measure", *frames, "--lights", lights, *spacing, "--out", str(folder / f"{name}-measured")])
            == 0
        )
        assert (
            main.main(["measure", str(folder / name / "ring.png"), *spacing, "--out", str(folder / f"{name}-single")])
            == 0
        )
    return folder


def _write_groove(folder: Path, share: float) -> list[str]:
    folder.mkdir()
    frames = write_frames(folder)
    height = share * groove_um()
    for name, light in zip(frames, LIGHTS, strict=True):
        cv2.imwrite(name, shaded(height, light))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = [shaded(height, np.array([0.7 * np.cos(a), 0.7 * np.sin(a), 0.714])).astype(float) for a in angles]
    cv2.imwrite(str(folder / "ring.png"), np.mean(ring, axis=0).astype(np.uint16))
    return frames
