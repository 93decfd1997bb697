"""What leaves the house as a picture: the preview is the output of the very functions that write."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.arms import paper_note
from gui.session.compare.comparing import Comparing, Side
from gui.session.compare.cutting import relief_drawing
from gui.session.compare.session import CompareSession
from gui.session.consent import why_no_export
from gui.session.looking import Colours, Looking
from gui.session.publishing import Content, ExportOptions, Publishing
from gui.session.review import ReviewSession
from gui.session.visit import VisitSession
from imaging.errors import ExportError
from imaging.export.captions import CaptureRecord, caption_of, visit_caption
from imaging.export.comparison_picture import ComparisonStyle, render_comparison
from imaging.export.measured_picture import PictureStyle, measured_content
from imaging.export.picture import render_picture, write_picture
from imaging.model.geometry import Spacing
from imaging.model.visit import Capture, SiteKey, Visit

_NO_SCALE = "The visits were measured by different methods, so no picture shows both: export each visit by itself."
_PREVIEW, _WRITE = "export: preview", "export: write"


class ExportSession(QObject):
    """Exports what is looked at and what is compared."""

    changed = Signal(object)
    """The new `Publishing`."""
    failed = Signal(str)

    def __init__(
        self,
        visit: VisitSession,
        review: ReviewSession,
        compare: CompareSession,
        tasks: Tasks,
        fonts: Path | None = None,
    ) -> None:
        super().__init__(visit)
        self._visit = visit
        self._review = review
        self._compare = compare
        self._tasks = tasks
        self._fonts = fonts
        self._is_open = False
        self.publishing = Publishing()
        review.changed.connect(self._refresh)
        compare.changed.connect(self._refresh)

    def enter(self) -> None:
        """From now on keep the preview up to date."""
        self._is_open = True
        self._review.enter()
        self._compare.stay()
        self._open_comparison()
        self._refresh()

    def leave(self) -> None:
        self._is_open = False
        self._review.leave()
        self._compare.leave()

    def set_options(self, options: ExportOptions) -> None:
        self.publishing = replace(self.publishing, options=options, written=())
        self._open_comparison()
        self._refresh()

    def set_folder(self, folder: Path) -> None:
        self._show(replace(self.publishing, folder=folder))

    def write(self) -> None:
        """Write the picture into the folder, under a name that holds codes only and covers no earlier file."""
        now = self.publishing
        draw, spacing = self._drawing(now.options), self._spacing(now.options)
        if draw is None or now.folder is None:
            return
        why_not = self._why_forbidden()
        if why_not:
            self.failed.emit(why_not)
            return
        folder, name = now.folder, now.file_name
        self._show(replace(now, is_busy=True))
        self._tasks.run(_WRITE, lambda: _written(draw(), folder / name, spacing), self._wrote, self._failed)

    # -- within ----------------------------------------------------------------------------------

    def _why_forbidden(self) -> str:
        """As the archive says now: consent may have been withdrawn since the subject was chosen."""
        chosen, archive = self._visit.chosen, self._visit.archive
        subject = chosen.subject
        if subject is not None and archive is not None:
            subject = archive.subject(subject.identifier)
        return why_no_export(subject, chosen.protocol)

    def _open_comparison(self) -> None:
        """Two visits are measured and brought together only when that picture is asked for."""
        if self._is_open and self.publishing.options.content.is_of_two_visits:
            self._compare.enter()

    def _available(self) -> frozenset[Content]:
        found = {Content.COMPARISON, Content.RELIEF} if len(self._visit.chosen.history) > 1 else set()
        if self._review.looking.capture is not None:
            found |= {Content.HEAT_MAP, Content.PLAIN}
        return frozenset(found)

    def _refresh(self, _value: object = None) -> None:
        """Draw the preview anew, or say why there is none."""
        if not self._is_open:
            return
        now = self.publishing
        draw = self._drawing(now.options)
        name = self._file_name(now.options) if draw else ""
        base = replace(now, available=self._available(), file_name=name, message="" if draw else self._why_not())
        if draw is None:
            self._tasks.forget(_PREVIEW)
            self._show(replace(base, preview=None, is_busy=self._is_waiting()))
            return
        self._show(replace(base, is_busy=True))
        self._tasks.forget(_PREVIEW)
        self._tasks.run(_PREVIEW, draw, self._drawn, self._failed)

    def _drawing(self, options: ExportOptions) -> Callable[[], Colours] | None:
        """The call that draws what is asked for; None while there is nothing to draw."""
        if options.content.is_of_two_visits and not self._compare.comparing.is_one_scale:
            return None
        if options.content is Content.COMPARISON:
            return self._comparison_drawing(self._compare.comparing, options)
        if options.content is Content.RELIEF:
            return self._relief_drawing(self._compare.comparing, options)
        return self._capture_drawing(self._review.looking, options)

    def _capture_drawing(self, looking: Looking, options: ExportOptions) -> Callable[[], Colours] | None:
        record = self._record(looking.visit, looking.capture)
        measured = looking.measured
        if record is None or measured is None:
            return None
        style = PictureStyle(record.protocol.heat_map_limit_um, options.opacity, self._fonts)
        annotations = looking.annotations if options.has_annotations else ()

        def draw() -> Colours:
            content = measured_content(measured, caption_of(record, measured), style, annotations)
            if not options.has_wrinkles:
                content = replace(content, wrinkles=(), labels=None)
            return render_picture(content.without_heat_map() if options.content is Content.PLAIN else content)

        return draw

    def _comparison_drawing(self, comparing: Comparing, options: ExportOptions) -> Callable[[], Colours] | None:
        before = self._record(comparing.reference.visit, _first(comparing.reference))
        after = self._record(comparing.moving.visit, _first(comparing.moving))
        change, reference = comparing.change, comparing.reference.shown
        if change is None or reference is None or before is None or after is None:
            return None
        style = ComparisonStyle(
            PictureStyle(before.protocol.heat_map_limit_um, options.opacity, self._fonts),
            before.protocol.change_limit_um,
            visit_caption(before, comparing.reference.captures),
            visit_caption(after, comparing.moving.captures),
            paper_note(self._visit.chosen),
        )
        return lambda: render_comparison(change, reference, style)

    def _relief_drawing(self, comparing: Comparing, options: ExportOptions) -> Callable[[], Colours] | None:
        """Turned as a person left them on the compare page."""
        before = self._record(comparing.reference.visit, _first(comparing.reference))
        after = self._record(comparing.moving.visit, _first(comparing.moving))
        measured = comparing.reference.shown, comparing.moving.shown
        if comparing.change is None or before is None or after is None or None in measured:
            return None
        sides = (before, comparing.reference), (after, comparing.moving)
        captions = tuple(visit_caption(record, side.captures) for record, side in sides)
        return relief_drawing(comparing, self._compare.relief_view, options.opacity, (captions, self._fonts))

    def _record(self, visit: Visit | None, capture: Capture | None) -> CaptureRecord | None:
        chosen = self._visit.chosen
        if visit is None or capture is None or chosen.subject is None or chosen.protocol is None:
            return None
        arm = chosen.allocation.arm_of(capture.site.laterality)
        return CaptureRecord(chosen.subject.code, chosen.protocol, visit, capture, arm)

    def _spacing(self, options: ExportOptions) -> Spacing | None:
        if options.content is Content.RELIEF:
            return None
        compared = options.content is Content.COMPARISON
        shown = self._compare.comparing.reference.shown if compared else self._review.looking.measured
        return shown.surface.spacing if shown else None

    def _is_waiting(self) -> bool:
        compared = self.publishing.options.content.is_of_two_visits
        return self._compare.comparing.is_busy if compared else self._review.looking.is_busy

    def _why_not(self) -> str:
        if self._is_waiting():
            return ""
        if self.publishing.options.content.is_of_two_visits:
            if not self._compare.comparing.is_one_scale:
                return _NO_SCALE
            return self._compare.comparing.message or "There is no comparison yet: take this site at a second visit."
        return self._review.looking.message or "There is no picture yet: take one on the capture page."

    def _file_name(self, options: ExportOptions) -> str:
        chosen = self._visit.chosen
        code = chosen.subject.code if chosen.subject else ""
        if options.content.is_of_two_visits:
            pair = self._compare.comparing
            parts = [
                code,
                _site_part(pair.site),
                *([] if pair.is_one_site else [_site_part(pair.moving_site)]),
                f"{_visit_part(pair.reference.visit)}-{_visit_part(pair.moving.visit)}",
            ]
        else:
            looking = self._review.looking
            replicate = looking.capture.facts.replicate if looking.capture else 0
            parts = [code, _site_part(looking.site), _visit_part(looking.visit), f"r{replicate}"]
        words = "_".join([*parts, options.content.value.replace(" ", "-")])
        return f"{_safe(words)}.{options.file_format.value}"

    def _drawn(self, preview: Colours) -> None:
        self._show(replace(self.publishing, preview=preview, is_busy=False))

    def _wrote(self, path: Path) -> None:
        self._show(replace(self.publishing, written=(*self.publishing.written, path), is_busy=False))

    def _failed(self, message: str) -> None:
        self._show(replace(self.publishing, is_busy=False))
        self.failed.emit(message)

    def _show(self, publishing: Publishing) -> None:
        self.publishing = publishing
        self.changed.emit(publishing)


def _written(pixels: Colours, path: Path, spacing: Spacing | None) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"The folder {path.parent} cannot be made ({error.strerror}): choose another one.") from error
    free = _free_path(path)
    write_picture(free, pixels, spacing)
    return free


def _free_path(path: Path) -> Path:
    """The path itself, or with a number where a file is already there."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
    return free


def _first(side: Side) -> Capture | None:
    return side.captures[0] if side.captures else None


def _site_part(site: SiteKey | None) -> str:
    return f"{site.site}-{site.laterality.value}" if site else ""


def _visit_part(visit: Visit | None) -> str:
    if visit is None:
        return ""
    day = f"{visit.started_at:%Y%m%d}"
    return day if visit.week is None else f"week{visit.week}"


def _safe(words: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in words)
