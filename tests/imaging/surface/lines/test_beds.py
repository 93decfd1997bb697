"""Where the shoulders of a furrow stand, and what it reads on shoulders that were found elsewhere."""

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.surface.lines.beds import find_bed
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.sections import read_sections

_PITCH_MM = 0.03
_LINE = np.column_stack([np.arange(20.0, 180.0), np.full(160, 120.0)])


def furrow_in_a_hollow(hollow_um: float) -> Relief:
    """A furrow 100 µm deep and 0.15 mm wide (sigma) on the floor of a hollow four times as wide."""
    x = (np.arange(240) - 120) * _PITCH_MM
    section = -100 * np.exp(-0.5 * (x / 0.15) ** 2) - hollow_um * np.exp(-0.5 * (x / 0.6) ** 2)
    return Relief(np.tile(section.astype(np.float32), (200, 1)), Spacing(_PITCH_MM, _PITCH_MM))


def test_on_one_course_a_hair_of_relief_moves_the_depth_by_as_little() -> None:
    """By themselves these two rest on different shoulders: half a micrometre of the hollow makes four of the furrow."""
    one, other = furrow_in_a_hollow(17.0), furrow_in_a_hollow(17.5)
    beds = find_bed(one, _LINE), find_bed(other, _LINE)
    alone = [np.nanmean(read_sections(*found).depth) for found in zip((one, other), beds, strict=True)]
    assert alone[1] - alone[0] > 4

    for bed in beds:
        depths = [np.nanmean(read_sections(relief, bed).depth) for relief in (one, other)]
        assert depths[1] - depths[0] == pytest.approx(0.3, abs=0.2)


def test_the_walls_of_a_flat_floor_are_found_beyond_it() -> None:
    """Two windows lie within the floor and are as shallow as each other: a scratch in the middle."""
    x = np.abs((np.arange(240) - 120) * _PITCH_MM)
    section = -110 * np.clip((0.8 - x) / 0.45, 0, 1) - 1.5 * np.exp(-0.5 * (x / 0.05) ** 2)
    relief = Relief(np.tile(section.astype(np.float32), (200, 1)), Spacing(_PITCH_MM, _PITCH_MM))
    read = np.nanmean(read_sections(relief, find_bed(relief, _LINE)).depth)
    assert read == pytest.approx(111, abs=2)


def test_a_furrow_of_known_width_is_read_over_all_of_it() -> None:
    """Floor of 0.9 mm with a scratch: windows of 0.2, 0.28 and 0.4 mm lie within it."""
    x = np.abs((np.arange(240) - 120) * _PITCH_MM)
    section = -70 * np.clip((1.0 - x) / 0.55, 0, 1) - 2 * np.exp(-0.5 * (x / 0.05) ** 2)
    relief = Relief(np.tile(section.astype(np.float32), (200, 1)), Spacing(_PITCH_MM, _PITCH_MM))
    read = np.nanmean(read_sections(relief, find_bed(relief, _LINE, width_mm=1.8)).depth)
    assert read == pytest.approx(72, abs=2)
