"""Each wrinkle then and now, and how well the two visits lie on each other, in words. Free of Qt."""

from dataclasses import dataclass

from gui.bridge.numbers import GAP, number_text
from imaging.model.comparison import Change, WrinkleChange
from imaging.model.geometry import Spacing


@dataclass(frozen=True)
class WrinkleRow:
    """One wrinkle: its number, depth, width and length then and now."""

    label: int
    cells: tuple[str, str, str, str]


def wrinkle_rows(change: Change) -> tuple[WrinkleRow, ...]:
    """Deepest first; none where the visits were not brought together."""
    return tuple(map(_row, change.wrinkles)) if change.registration.is_trusted else ()


def registration_words(change: Change, spacing: Spacing | None) -> str:
    """What speaks for the registration, in one line; empty when it was refused."""
    found = change.registration
    if not found.is_trusted:
        return ""
    residual = ""
    if found.residual_px is not None:
        length = f" ({1000 * spacing.mean_mm * found.residual_px:.1f}{GAP}µm)" if spacing else ""
        residual = f", within {found.residual_px:.2f}{GAP}px{length}"
    points = f", {found.inliers} points agree" if found.inliers else ""
    return f"Brought together: {100 * found.overlap_fraction:.0f}{GAP}% seen at both visits{points}{residual}."


def _row(wrinkle: WrinkleChange) -> WrinkleRow:
    pairs = (
        (wrinkle.reference_depth_um, wrinkle.moving_depth_um),
        (wrinkle.reference_width_um, wrinkle.moving_width_um),
        (wrinkle.reference_length_mm, wrinkle.moving_length_mm),
    )
    depth, width, length = (_then_now(*pair) for pair in pairs)
    return WrinkleRow(wrinkle.label, (str(wrinkle.label), depth, width, length))


def _then_now(then: float | None, now: float | None) -> str:
    return f"{number_text(then)} → {number_text(now)}"
