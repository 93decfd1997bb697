"""A new subject: code, birth year, and what may be done with the pictures."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from gui.dialogs.form import ChoiceRow, FormDialog, text_label
from gui.session.arms import SIDE_NAMES, may_treat
from gui.session.visit import VisitSession
from imaging.model.allocation import Treated
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse

USES = {
    ConsentUse.CARE: "Own treatment",
    ConsentUse.TRIAL: "Clinical study",
    ConsentUse.TEACHING: "Teaching",
    ConsentUse.PUBLICATION: "Publication",
}
_ANSWERS = {ConsentAnswer.GIVEN.value: "Given", ConsentAnswer.REFUSED.value: "Refused"}


class NewSubjectDialog(FormDialog):
    """Asks for consent use by use; nothing is assumed."""

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        super().__init__(
            "New subject",
            "The subject appears by this code everywhere. Names are not entered here.",
            "Add subject",
            parent,
        )
        self._visit = visit
        visit.failed.connect(self.say)
        self.code = QLineEdit()
        self.code.setMaxLength(24)
        self.birth_year = QLineEdit()
        self.birth_year.setMaxLength(4)
        self.birth_year.setPlaceholderText("for example 1968")
        self.add_beside(("Subject code", self.code), ("Birth year", self.birth_year))
        self.treated = ChoiceRow({side.value: name for side, name in SIDE_NAMES.items()})
        if may_treat(visit.chosen.protocol) and not visit.chosen.is_blinded:
            self._add_treated()
        self._add_consents()
        self.form_version = QLineEdit()
        self.add_field("Version of the signed form", self.form_version, "As printed on the form, for example 2.1.")

    def consents(self) -> tuple[Consent, ...]:
        today, version = self._visit.now.date(), self.form_version.text().strip()
        answered = ((use, row.answer) for use, row in self.rows.items())
        return tuple(Consent(use, ConsentAnswer(answer), version, today) for use, answer in answered if answer)

    def what_is_wrong(self) -> str:
        if not self.code.text().strip():
            return "Give the subject a code."
        if self._year() is None:
            return "Enter the birth year with four digits."
        open_uses = [USES[use].lower() for use, row in self.rows.items() if row.answer is None]
        if open_uses:
            return f"Say whether consent was given or refused for: {', '.join(open_uses)}."
        if not self.form_version.text().strip():
            return "Enter the version of the form that was signed."
        return ""

    def use(self) -> bool:
        if not self._visit.add_subject(self.code.text().strip(), self._year(), self.consents()):
            return False
        answer = self.treated.answer
        return answer is None or self._visit.set_treated(Treated(answer))

    def _year(self) -> int | None:
        text = self.birth_year.text().strip()
        this_year = self._visit.now.year
        return int(text) if text.isdigit() and this_year - 120 <= int(text) <= this_year else None

    def _add_treated(self) -> None:
        """In one line: the dialog has to fit the lowest screen."""
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(text_label("Treated side, if known"))
        line.addWidget(self.treated, 1)
        self.treated.setAccessibleName("Treated side, if known")
        self.body.addSpacing(8)
        self.body.addLayout(line)
        self.body.addSpacing(8)

    def _add_consents(self) -> None:
        self.body.addWidget(text_label("Consent to the use of the pictures"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.rows: dict[ConsentUse, ChoiceRow] = {}
        for number, (use, name) in enumerate(USES.items()):
            self.rows[use] = ChoiceRow(_ANSWERS)
            grid.addWidget(text_label(name), number, 0)
            grid.addWidget(self.rows[use], number, 1)
        self.body.addLayout(grid)
