"""Line icons from SVG files, in the colour of the text beside them."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QDir, QFile, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

_STATES = {
    QIcon.Mode.Normal: QPalette.ColorGroup.Active,
    QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled,
}


def use_folder(folder: Path) -> None:
    """Say once where the icons lie; afterwards "icons:name.svg" works in code and style sheet."""
    QDir.setSearchPaths("icons", [str(folder)])


def icon(name: str, colour: QColor | None = None, size: int = 24) -> QIcon:
    """The icon `name`, tinted by the application's palette or by `colour`. Empty when there is no such file."""
    answer = QIcon()
    palette = QGuiApplication.palette()
    for mode, group in _STATES.items():
        tint = colour if colour is not None and mode == QIcon.Mode.Normal else palette.color(group, _TEXT)
        for scale in (1, 2):
            picture = draw_icon(name, tint, QSize(size * scale, size * scale))
            if not picture.isNull():
                picture.setDevicePixelRatio(scale)
                answer.addPixmap(picture, mode)
    return answer


def draw_icon(name: str, colour: QColor, size: QSize) -> QPixmap:
    """One tinted pixmap; null when there is no such icon."""
    text = _svg_text(name)
    if not text:
        return QPixmap()
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour.name()).encode()))
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return picture


def _svg_text(name: str) -> str:
    file = QFile(f"icons:{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        return ""
    return bytes(file.readAll().data()).decode()


_TEXT = QPalette.ColorRole.ButtonText
