"""Pixel spacing and lens distortion from pictures of a board of known size."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from imaging.calibration.boards import FoundBoard, corner_coverage
from imaging.errors import CalibrationError
from imaging.model.arrays import Points
from imaging.model.geometry import Spacing

Floats = npt.NDArray[np.float64]

KEYSTONE_LIMIT_PCT = 2.0
"""Change of scale across the picture; at a working distance of three picture widths a tilt of 3.4 degrees."""
SHEAR_LIMIT_DEG = 0.6
RESIDUAL_LIMIT_PX = 0.7
SPREAD_LIMIT = 0.005
"""How far the spacings of several pictures of one target may lie apart."""
PRINT_SHARE = 0.003
"""Standard uncertainty of a print whose check bar was not measured; with the bar measured it is `MEASURED_SHARE`."""
MEASURED_SHARE = 0.001
CHECK_BAR_MM = 100.0
_FRAMES_FOR_TWO_TERMS = 3
_COVERAGE_FOR_DISTORTION = 0.75
_COVERAGE_FOR_CENTRE = 0.5
_OUTLIER_PX = 3.0


@dataclass(frozen=True)
class PrintedSize:
    """Measured lengths of the two check bars of 100 mm, across and down the sheet; None when nobody measured."""

    across_mm: float
    down_mm: float


@dataclass(frozen=True)
class ScaleEstimate:
    """What boards say about the camera.

    Parameters
    ----------
    spacing : mm per pixel at the centre of the picture, row then column
    u_share : standard uncertainty of both, as a share
    residual_px : root mean square distance of the corners from the model
    distortion : k1 (and k2) of r' = r (1 + k1 r^2 + k2 r^4), r from the picture's centre in half diagonals; () when
        the corners do not show any
    edge_shift_px : how far the distortion moves the corner of the picture
    keystone_pct : largest change of scale across a picture, a sign of tilt
    """

    spacing: Spacing
    u_share: float
    residual_px: float
    distortion: tuple[float, ...]
    edge_shift_px: float
    keystone_pct: float
    corner_count: int
    board: str
    frame_shape: tuple[int, int]


def estimate_scale(boards: Sequence[FoundBoard], printed: PrintedSize | None = None) -> ScaleEstimate:
    """Spacing from one board or several, each lying flat on the object plane, turned as it likes.

    Each picture has its own homography; the radial distortion is common to all.

    Parameters
    ----------
    boards : of pictures of one size
    printed : corrects the print's scale

    Raises
    ------
    CalibrationError
        The board was tilted, the corners do not fit, the pictures disagree, or their sizes differ.

    References
    ----------
    Zhang 2000, IEEE PAMI 22(11), sections 2 and 3.3: homography of a plane, radial distortion.
    """
    if len({board.shape for board in boards}) != 1:
        raise CalibrationError("The pictures of the scale target differ in size: take them with one camera mode.")
    sizes = _print_factor(printed)
    boards = [FoundBoard(b.name, b.mm * sizes, b.px, b.shape) for b in boards]
    fit = _fitted(boards)
    views = [_view(matrix, board) for matrix, board in zip(fit.matrices, boards, strict=True)]
    _refuse_bad_views(views, fit.residual_px)
    spacing = _common_spacing(views)
    print_share = PRINT_SHARE if printed is None else MEASURED_SHARE
    fit_share = fit.residual_px * np.sqrt(2) / (np.sqrt(fit.corner_count) * _extent_px(boards) / 4)
    tilt_share = (max(v.keystone_pct for v in views) / 100 * 3) ** 2 / 2
    return ScaleEstimate(
        spacing=spacing,
        u_share=float(np.sqrt(print_share**2 + fit_share**2 + tilt_share**2 / 3)),
        residual_px=fit.residual_px,
        distortion=fit.distortion,
        edge_shift_px=_edge_shift_px(fit.distortion, boards[0].shape),
        keystone_pct=max(v.keystone_pct for v in views),
        corner_count=fit.corner_count,
        board=boards[0].name,
        frame_shape=boards[0].shape,
    )


def _print_factor(printed: PrintedSize | None) -> Points:
    if printed is None:
        return np.ones(2)
    factor = np.array([printed.across_mm, printed.down_mm]) / CHECK_BAR_MM
    if not (np.abs(factor - 1) < 0.05).all():
        raise CalibrationError(
            f"A check bar of {printed.across_mm:g} x {printed.down_mm:g} mm is more than 5 % from 100 mm: print the "
            "target again at 100 %, without fitting it to the page."
        )
    return factor


@dataclass(frozen=True)
class _Fit:
    matrices: tuple[Floats, ...]
    """3x3 each: mm on the board to undistorted pixels (col, row)."""
    distortion: tuple[float, ...]
    residual_px: float
    corner_count: int


def _fitted(boards: Sequence[FoundBoard]) -> _Fit:
    """Least squares without distortion, then with as many terms as the corners support and need."""
    boards = [_without_outliers(board) for board in boards]
    plain = _solve(boards, 0)
    if corner_coverage(boards) < _COVERAGE_FOR_DISTORTION:
        return plain
    terms = 2 if len(boards) >= _FRAMES_FOR_TWO_TERMS else 1
    bent = _solve(boards, terms)
    return bent if bent.residual_px < 0.9 * plain.residual_px else plain


def _without_outliers(board: FoundBoard) -> FoundBoard:
    _, inliers = cv2.findHomography(board.mm, board.px, cv2.RANSAC, _OUTLIER_PX + 0.01 * max(board.shape))
    keep = np.ravel(inliers) > 0
    return FoundBoard(board.name, board.mm[keep], board.px[keep], board.shape)


def _solve(boards: Sequence[FoundBoard], terms: int) -> _Fit:
    """All homographies and the common distortion together; mm are scaled to the order of 1 for the solver."""
    unit = float(np.abs(np.concatenate([b.mm for b in boards])).max())
    start = np.concatenate([np.zeros(terms), *(_start(board, unit) for board in boards)])

    def misfit(values: Floats) -> Floats:
        parts = [
            (_distorted(_projected(_matrix(values, terms, i), b.mm / unit), values[:terms], b.shape) - b.px).ravel()
            for i, b in enumerate(boards)
        ]
        return np.concatenate(parts)

    found = least_squares(misfit, start, x_scale="jac", method="trf", max_nfev=60)
    back = np.diag([1 / unit, 1 / unit, 1.0])
    matrices = tuple(_matrix(found.x, terms, i) @ back for i in range(len(boards)))
    count = sum(len(b.px) for b in boards)
    freedom = max(2 * count - len(start), 1)
    residual = float(np.sqrt(2 * np.sum(found.fun**2) / freedom))
    return _Fit(matrices, tuple(float(k) for k in found.x[:terms]), residual, count)


def _start(board: FoundBoard, unit: float) -> Floats:
    matrix, _ = cv2.findHomography(board.mm / unit, board.px, 0)
    return np.asarray((matrix / matrix[2, 2]).ravel()[:8], dtype=np.float64)


def _matrix(values: Floats, terms: int, index: int) -> Floats:
    first = terms + 8 * index
    return np.append(values[first : first + 8], 1.0).reshape(3, 3)


def _projected(matrix: Floats, points: Points) -> Points:
    """(n, 2) points through a homography."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def _distorted(px: Points, distortion: Floats | Sequence[float], shape: tuple[int, int]) -> Points:
    """Where the lens shows points that an ideal one would show at `px` (col, row)."""
    centre = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    away = px - centre
    squared = (away**2).sum(axis=1, keepdims=True) / (centre**2).sum()
    growth = sum(k * squared ** (i + 1) for i, k in enumerate(distortion))
    return np.asarray(centre + away * (1 + growth), dtype=np.float64)


def _edge_shift_px(distortion: Sequence[float], shape: tuple[int, int]) -> float:
    corner = np.array([[shape[1] - 1.0, shape[0] - 1.0]])
    return float(np.linalg.norm(_distorted(corner, distortion, shape) - corner))


@dataclass(frozen=True)
class _View:
    """One board as seen at the picture's centre."""

    row_mm: float
    col_mm: float
    shear_deg: float
    keystone_pct: float


def _view(matrix: Floats, board: FoundBoard) -> _View:
    """Spacing from the Jacobian of the homography, and what tells that the board was tilted.

    It is read at the picture's centre, or amid the corners of a board that fills only a part: not extrapolated.

    For a board facing the camera the Jacobian is diag(1 / col, 1 / row) times a rotation: its rows are perpendicular
    and their lengths are pixels per mm, whatever the shape of the pixels and the rotation of the board.
    """
    shape = board.shape
    col, row = board.px.mean(axis=0) / (shape[1] - 1, shape[0] - 1)
    fills = corner_coverage([board]) >= _COVERAGE_FOR_CENTRE
    jacobian = _jacobian(matrix, shape, (0.5, 0.5) if fills else (float(col), float(row)))
    per_col, per_row = np.linalg.norm(jacobian, axis=1)
    cosine = float(jacobian[0] @ jacobian[1] / (per_col * per_row))
    areas = [
        np.sqrt(abs(np.linalg.det(_jacobian(matrix, shape, at)))) for at in ((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1))
    ]
    change = np.hypot(np.log(areas[1] / areas[0]), np.log(areas[3] / areas[2]))
    return _View(1 / per_row, 1 / per_col, float(np.degrees(abs(np.arcsin(cosine)))), float(100 * change))


def _jacobian(matrix: Floats, shape: tuple[int, int], at: tuple[float, float]) -> Floats:
    """d(col, row) / d(x, y) in pixels per mm at a place of the picture, in shares of its width and height."""
    px = np.array([[(shape[1] - 1) * at[0], (shape[0] - 1) * at[1]]])
    x, y = _projected(np.asarray(np.linalg.inv(matrix), dtype=np.float64), px)[0]
    depth = float(matrix[2] @ [x, y, 1.0])
    return np.asarray((matrix[:2, :2] - np.outer(px[0], matrix[2, :2])) / depth, dtype=np.float64)


def _refuse_bad_views(views: Sequence[_View], residual_px: float) -> None:
    for number, view in enumerate(views, start=1):
        which = f" in picture {number}" if len(views) > 1 else ""
        if view.keystone_pct > KEYSTONE_LIMIT_PCT:
            raise CalibrationError(
                f"The scale target is tilted{which}: its scale changes by {view.keystone_pct:.1f} % across the picture "
                f"(limit {KEYSTONE_LIMIT_PCT:g} %); lay it flat, square to the camera, and repeat."
            )
        if view.shear_deg > SHEAR_LIMIT_DEG:
            raise CalibrationError(
                f"The scale target is tilted or bent{which}: its right angles read {90 - view.shear_deg:.1f} degrees; "
                "lay it flat, square to the camera, and repeat."
            )
    if residual_px > RESIDUAL_LIMIT_PX:
        raise CalibrationError(
            f"The corners of the scale target are {residual_px:.2f} px from a flat board (limit {RESIDUAL_LIMIT_PX:g} "
            "px): flatten the paper, bring it into focus and hold the camera still."
        )


def _common_spacing(views: Sequence[_View]) -> Spacing:
    rows, cols = np.array([v.row_mm for v in views]), np.array([v.col_mm for v in views])
    spread = max(float(np.ptp(values) / values.mean()) for values in (rows, cols))
    if spread > SPREAD_LIMIT:
        raise CalibrationError(
            f"The pictures of the scale target disagree by {100 * spread:.1f} %: keep the distance to the camera, "
            "only turn and shift the target, and repeat."
        )
    return Spacing(float(rows.mean()), float(cols.mean()))


def _extent_px(boards: Sequence[FoundBoard]) -> float:
    """Diagonal of the region that corners cover."""
    px = np.concatenate([b.px for b in boards])
    return float(np.linalg.norm(np.ptp(px, axis=0)))
