"""The 24 patches of a ColorChecker Classic card, and how different two colours look."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROWS, COLS = 4, 6
PATCH_LAB_D50: tuple[tuple[float, float, float], ...] = (
    (37.54, 14.37, 14.92), (64.66, 19.27, 17.50), (49.32, -3.82, -22.54),
    (43.46, -12.74, 22.72), (54.94, 9.61, -24.79), (70.48, -32.26, -0.37),
    (62.73, 35.83, 56.50), (39.43, 10.75, -45.17), (50.57, 48.64, 16.67),
    (30.10, 22.54, -20.87), (71.77, -24.13, 58.19), (71.51, 18.24, 67.37),
    (28.37, 15.42, -49.80), (54.38, -39.72, 32.27), (42.43, 51.05, 28.62),
    (81.80, 2.67, 80.41), (50.63, 51.28, -14.12), (49.57, -29.71, -28.32),
    (95.19, -1.03, 2.93), (81.29, -0.57, 0.44), (66.89, -0.75, -0.06),
    (50.76, -0.13, 0.14), (35.63, -0.46, -0.48), (20.64, 0.07, -0.46),
)  # fmt: skip
"""CIE L*a*b* (D50, 2 degrees) row by row, as the maker gives them for cards since November 2014."""

_WHITE_D50 = np.array([0.96422, 1.0, 0.82521])
_WHITE_D65 = np.array([0.95047, 1.0, 1.08883])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_XYZ_OF_SRGB = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_LINEAR_TO = (6 / 29) ** 3


def linear_srgb_of_lab(lab_d50: Floats) -> Floats:
    """(n, 3) L*a*b* under D50 as linear sRGB (D65), not clipped to the gamut.

    References
    ----------
    CIE 15:2018 (L*a*b*), Bradford adaptation as in ICC.1:2022 annex E, IEC 61966-2-1 (sRGB).
    """
    fy = (lab_d50[:, 0] + 16) / 116
    f = np.column_stack([fy + lab_d50[:, 1] / 500, fy, fy - lab_d50[:, 2] / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _WHITE_D50
    gains = (_BRADFORD @ _WHITE_D65) / (_BRADFORD @ _WHITE_D50)
    adapt = np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD
    return np.asarray(xyz @ (np.linalg.inv(_XYZ_OF_SRGB) @ adapt).T, dtype=np.float64)


def lab_of_linear_srgb(rgb: Floats) -> Floats:
    """(n, 3) linear sRGB, 1 is white, as L*a*b* under D65."""
    xyz = np.maximum(rgb @ _XYZ_OF_SRGB.T, 0) / _WHITE_D65
    f = np.where(xyz > _LINEAR_TO, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.column_stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])])


def colour_difference(first: Floats, second: Floats) -> Floats:
    """CIEDE2000 of (n, 3) L*a*b* colours, (n,).

    References
    ----------
    Sharma, Wu, Dalal 2005, Color Res. Appl. 30(1): formula and test data; CIE 142-2001.
    """
    chroma = np.hypot(first[:, 1:2], first[:, 2:3])
    mean_chroma = (chroma + np.hypot(second[:, 1:2], second[:, 2:3])) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    (l1, c1, h1), (l2, c2, h2) = (_polar(lab, stretch[:, 0]) for lab in (first, second))
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + np.pi) % (2 * np.pi) - np.pi)
    hue = np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2)
    light, colourful = (l1 + l2) / 2, (c1 + c2) / 2
    weights = _hue_weight(hue)
    s_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    d_light = (l2 - l1) / s_light
    d_chroma = (c2 - c1) / (1 + 0.045 * colourful)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * colourful * weights)
    twist = _twist(hue, colourful)
    return np.asarray(np.sqrt(np.maximum(d_light**2 + d_chroma**2 + d_hue**2 + twist * d_chroma * d_hue, 0)))


def _polar(lab: Floats, stretch: Floats) -> tuple[Floats, Floats, Floats]:
    a = lab[:, 1] * stretch
    return lab[:, 0], np.hypot(a, lab[:, 2]), np.arctan2(lab[:, 2], a) % (2 * np.pi)


def _hue_weight(hue: Floats) -> Floats:
    terms = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    weight = np.ones_like(hue)
    for share, multiple, shift in terms:
        weight += share * np.cos(multiple * hue + np.radians(shift))
    return weight


def _twist(hue: Floats, chroma: Floats) -> Floats:
    degrees = np.degrees(hue) % 360
    angle = 60 * np.exp(-(((degrees - 275) / 25) ** 2))
    return np.asarray(-2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(angle)))
