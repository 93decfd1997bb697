"""A new study from a protocol template."""

from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QWidget

from gui.dialogs.form import CardButton, FormDialog, text_label
from gui.session.study import StudySession
from imaging.model.protocol import StudyProtocol


def describe(protocol: StudyProtocol) -> str:
    """A template in one line: "Weeks 0, 2, 4 · Crow's feet, Forehead · 3 replicates"."""
    weeks = ", ".join(str(window.week) for window in protocol.visits)
    when = f"Weeks {weeks}" if weeks else "Any number of visits"
    sites = ", ".join(site.name for site in protocol.sites[:3]) + (", …" if len(protocol.sites) > 3 else "")
    count = f"{protocol.replicates} pictures a site" if protocol.replicates > 1 else "1 picture a site"
    return f"{when} · {sites} · {count}"


class NewStudyDialog(FormDialog):
    """The template is copied into the archive: later changes to it leave the study alone."""

    def __init__(self, study: StudySession, parent: QWidget | None = None) -> None:
        super().__init__(
            "New study",
            "A study keeps its own copy of the protocol: sites, visits, pictures a site and the limits of the gates.",
            "Create study",
            parent,
        )
        self._study = study
        self._templates = study.templates
        study.failed.connect(self.say)
        self.templates = QButtonGroup(self)
        self.body.addWidget(text_label("Protocol"))
        for number, template in enumerate(self._templates):
            self._add_template(number, template)
        self.code = QLineEdit()
        self.code.setMaxLength(24)
        self.add_field("Study code", self.code, "Short; it stands on every export, for example SC-01.")
        self.name = QLineEdit()
        self.add_field("Title", self.name)
        self.blinded = QCheckBox("Blinded: who takes the pictures is shown neither results nor treated sides")
        self.body.addSpacing(8)
        self.body.addWidget(self.blinded)
        if self._templates:
            self.templates.button(0).setChecked(True)

    def what_is_wrong(self) -> str:
        if not self._templates:
            return f"No protocol template lies in {self._study.station.protocols}: install the program again."
        if not self.code.text().strip():
            return "Give the study a code."
        return ""

    def use(self) -> bool:
        template = self._templates[self.templates.checkedId()]
        code = self.code.text().strip()
        if self.blinded.isChecked():
            template = replace(template, is_blinded=True)
        return self._study.create_study(code, self.name.text().strip() or template.name, template)

    def _add_template(self, number: int, template: StudyProtocol) -> None:
        card = CardButton(f"{template.name}\n{describe(template)}")
        self.templates.addButton(card, number)
        self.body.addWidget(card)
