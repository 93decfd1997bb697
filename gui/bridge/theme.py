"""Two looks, light and dark: colours by what they mean, as a palette and as the tokens of style.qss."""

from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb". `canvas` lies around pictures and is dark in both looks."""

    name: str
    window: str
    surface: str
    raised: str
    line: str
    edge: str
    """Outline of what can be operated: at least 3 : 1 against window and surface."""
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    series: tuple[str, ...]
    """Lines of a chart: told apart by the colour-blind too, at least 3 : 1 against surface."""
    canvas: str = "#1b2124"
    canvas_text: str = "#f2f5f6"
    canvas_muted: str = "#b4c0c6"

    def colour(self, token: str) -> QColor:
        return QColor(str(getattr(self, token)))


LIGHT = Theme(
    name="light", window="#f2f5f6", surface="#ffffff", raised="#e8edef", line="#d3dbdf", edge="#76868f",
    text="#17232a", muted="#4c5d66", disabled="#8a989f", accent="#0b666f", accent_hover="#085159",
    accent_text="#ffffff", accent_soft="#d9edef", good="#14703a", good_soft="#dcf1e3", warn="#8a5200",
    warn_soft="#fdeed2", bad="#b3261e", bad_soft="#fbe3e1",
    series=("#0b666f", "#b8500f", "#5a48b8", "#8f1d63", "#6b6200", "#3f4d57"),
)  # fmt: skip
DARK = Theme(
    name="dark", window="#13191c", surface="#1c2327", raised="#283137", line="#364249", edge="#7b8b94",
    text="#e9eff1", muted="#a9b7be", disabled="#6b7a82", accent="#5cc3cc", accent_hover="#84d5dc",
    accent_text="#06282b", accent_soft="#17393d", good="#63cf90", good_soft="#163625", warn="#f2b658",
    warn_soft="#3b2d12", bad="#ff8f86", bad_soft="#46201d", canvas="#0c1012",
    series=("#5cc3cc", "#ffab6b", "#b5a8ff", "#ff8cc0", "#dccd55", "#c3ced4"),
)  # fmt: skip


def theme_named(name: str) -> Theme:
    """ "light", "dark", or "system": what the desktop asks for."""
    if name == "system":
        is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if is_dark else LIGHT
    return DARK if name == "dark" else LIGHT


def current_theme() -> Theme:
    """The look that is on, read from the application's palette."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply_theme(app: QApplication, theme: Theme, style_file: Path) -> None:
    """Put on a look: palette first, then the style sheet with its tokens filled in."""
    app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    app.setStyleSheet(style_sheet(style_file.read_text(encoding="utf-8"), theme))


def style_sheet(text: str, theme: Theme) -> str:
    """Fill `$token` with the theme's colours; KeyError when the sheet names one that does not exist."""
    return Template(text).substitute(asdict(theme))


def palette_of(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, theme.colour(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("disabled"))
    return palette


_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "accent_text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "line",
}
