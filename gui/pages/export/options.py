"""What to export and where to."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from gui.pages.export.state import FACES, State, format_words
from gui.session.publishing import Content, ExportOptions, FileFormat
from gui.widgets.buttons import WordButton
from gui.widgets.choice import WideRadio
from gui.widgets.folder_line import FolderLine
from gui.widgets.words import card, labelled


class OptionsPanel(QWidget):
    """Edits one `ExportOptions`."""

    options_changed = Signal(object)
    folder_chosen = Signal(object)
    write_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = ExportOptions()
        self.contents = {content: WideRadio() for content in Content}
        self._sentences = {content: labelled("", "small") for content in Content}
        self.formats = {file_format: WideRadio(format_words(file_format)) for file_format in FileFormat}
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity_words = QLabel("Strength of the colours")
        self.wrinkles, self.annotations = QCheckBox("Wrinkles"), QCheckBox("Annotations")
        self.folder_line = FolderLine()
        self.folder = self.folder_line.field
        self.file_name = labelled("", "muted")
        self.write = WordButton("Export", "large", "export")
        self._next_step = labelled("", "muted")
        self._set_up()
        self._lay_out()
        self._connect()

    def show_state(self, state: State) -> None:
        """Says nothing."""
        self._options = options = state.options
        widgets = (*self.contents.values(), *self.formats.values(), self.opacity, self.wrinkles, self.annotations)
        for widget in widgets:
            widget.blockSignals(True)
        for choice in state.choices:
            button = self.contents[choice.content]
            button.setText(choice.title)
            button.setEnabled(choice.is_available or choice.content is options.content)
            self._sentences[choice.content].setText(choice.sentence)
        self.contents[options.content].setChecked(True)
        self.formats[options.file_format].setChecked(True)
        self.opacity.setValue(round(options.opacity * 100))
        self.wrinkles.setChecked(options.has_wrinkles)
        self.annotations.setChecked(options.has_annotations)
        for widget in widgets:
            widget.blockSignals(False)
        self._show_rest(state)

    def _show_rest(self, state: State) -> None:
        for widget in (self.opacity, self._opacity_words):
            widget.setEnabled(state.shows_colours)
        for box in (self.wrinkles, self.annotations):
            box.setEnabled(state.shows_wrinkles)
        self.folder_line.show_folder(state.folder)
        self.file_name.setText(state.file_name)
        self.write.setEnabled(state.may_write)
        self._next_step.setText(state.next_step)

    def _set_up(self) -> None:
        for buttons in (self.contents, self.formats):
            group = QButtonGroup(self)
            for button in buttons.values():
                group.addButton(button)
        self.opacity.setRange(10, 100)
        self.opacity.setAccessibleName("Strength of the colours")
        self.file_name.setWordWrap(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._what())
        column.addWidget(self._where())
        faces = labelled(FACES, "small")
        faces.setWordWrap(True)
        column.addWidget(faces)
        column.addWidget(self.write)
        column.addWidget(self._next_step)
        column.addStretch(1)

    def _what(self) -> QWidget:
        frame = card()
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(0)
        for content, button in self.contents.items():
            column.addWidget(button)
            self._sentences[content].setIndent(36)
            column.addWidget(self._sentences[content])
        column.addSpacing(16)
        column.addWidget(self._opacity_words)
        column.addWidget(self.opacity)
        column.addLayout(_row(self.wrinkles, self.annotations))
        return frame

    def _where(self) -> QWidget:
        frame = card()
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addLayout(_row(*self.formats.values()))
        column.addWidget(self.folder_line)
        column.addWidget(self.file_name)
        return frame

    def _connect(self) -> None:
        for content, button in self.contents.items():
            button.clicked.connect(lambda _=False, content=content: self._edit(content=content))
        for file_format, button in self.formats.items():
            button.clicked.connect(lambda _=False, file_format=file_format: self._edit(file_format=file_format))
        self.opacity.valueChanged.connect(lambda value: self._edit(opacity=value / 100))
        self.wrinkles.toggled.connect(lambda is_on: self._edit(has_wrinkles=is_on))
        self.annotations.toggled.connect(lambda is_on: self._edit(has_annotations=is_on))
        self.folder_line.chosen.connect(self.folder_chosen)
        self.write.clicked.connect(self._write)

    def _edit(self, **new: object) -> None:
        self._options = replace(self._options, **new)  # type: ignore[arg-type]
        self.options_changed.emit(self._options)

    def _write(self) -> None:
        self.folder_line.take()
        self.write_asked.emit()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return row
