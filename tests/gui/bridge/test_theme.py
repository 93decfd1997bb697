"""Both looks: readable, and with every token the style sheet names."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from gui.bridge.theme import DARK, LIGHT, Theme, style_sheet

RESOURCES = Path(__file__).parents[3] / "resources"
TEXTS = [
    ("text", "window"), ("text", "surface"), ("text", "raised"), ("muted", "window"), ("muted", "surface"),
    ("accent_text", "accent"), ("accent_text", "accent_hover"), ("text", "accent_soft"), ("text", "good_soft"),
    ("text", "warn_soft"), ("text", "bad_soft"), ("good", "good_soft"), ("warn", "warn_soft"), ("bad", "bad_soft"),
    ("muted", "raised"), ("canvas_text", "canvas"), ("canvas_muted", "canvas"), ("bad", "surface"),
]  # fmt: skip
SHAPES = [("edge", "window"), ("edge", "surface"), ("accent", "surface"), ("good", "window"), ("warn", "window")]


def luminance(name: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _rgb(name)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def _rgb(name: str) -> tuple[float, float, float]:
    colour = QColor(name)
    return colour.redF(), colour.greenF(), colour.blueF()


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("front", "back"), TEXTS)
def test_text_reaches_aa(theme: Theme, front: str, back: str) -> None:
    assert contrast(getattr(theme, front), getattr(theme, back)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_shapes_stand_out(theme: Theme, front: str, back: str) -> None:
    assert contrast(getattr(theme, front), getattr(theme, back)) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_token_and_every_icon_of_the_sheet_exists(theme: Theme) -> None:
    sheet = style_sheet((RESOURCES / "style.qss").read_text(encoding="utf-8"), theme)
    assert "$" not in sheet
    named = [part.split(")")[0] for part in sheet.split("url(icons:")[1:]]
    assert named
    for name in named:
        assert (RESOURCES / "icons" / name).is_file(), name


def test_an_unknown_token_is_refused() -> None:
    with pytest.raises(KeyError):
        style_sheet("QWidget { color: $nothing; }", LIGHT)
