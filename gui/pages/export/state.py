"""What the export page shows: what can be exported, under which name, and what was written."""

from dataclasses import dataclass, field

from gui.session.blinding import HIDDEN
from gui.session.chosen import Chosen
from gui.session.consent import why_no_export
from gui.session.publishing import Content, ExportOptions, FileFormat, Publishing

FACES = "Names and metadata stay out of the file. A face in the picture stays recognisable unless it is cropped."
_TITLES = {
    Content.HEAT_MAP: ("Picture with depth", "Depth colours, scale bar, colour bar, caption"),
    Content.PLAIN: ("Plain picture", "Scale bar and caption, no colours"),
    Content.COMPARISON: ("Comparison", "Before, after and change on one scale"),
    Content.RELIEF: ("Reliefs", "Both visits from the side, as turned when comparing"),
}


@dataclass(frozen=True)
class Choice:
    content: Content
    title: str
    sentence: str
    is_available: bool


@dataclass(frozen=True)
class State:
    choices: tuple[Choice, ...] = ()
    options: ExportOptions = field(default_factory=ExportOptions)
    file_name: str = ""
    folder: str = ""
    may_write: bool = False
    next_step: str = ""
    """What is still to do before it can be written; empty when nothing is."""
    is_busy: bool = False
    message: str = ""
    written: tuple[str, ...] = ()
    """What was written, as sentences."""
    shows_colours: bool = True
    shows_wrinkles: bool = True
    empty_title: str = ""
    empty_sentence: str = ""


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    if chosen.subject is None:
        return "Choose a subject first."
    if chosen.hides_results:
        return HIDDEN
    if not chosen.history:
        return "Nothing was taken of this subject yet."
    return why_no_export(chosen.subject, chosen.protocol)


def state_of(chosen: Chosen, publishing: Publishing) -> State:
    options, why_not = publishing.options, ready(chosen)
    return State(
        choices=tuple(Choice(c, *_TITLES[c], c in publishing.available) for c in Content),
        options=options,
        file_name=publishing.file_name,
        folder=str(publishing.folder) if publishing.folder else "",
        may_write=bool(publishing.preview is not None and publishing.folder and not publishing.is_busy and not why_not),
        next_step="" if publishing.folder or why_not else "Choose a folder to write into.",
        is_busy=publishing.is_busy,
        message=why_not,
        written=tuple(f"Written: {path.name}" for path in publishing.written),
        shows_colours=options.content is not Content.PLAIN,
        shows_wrinkles=not options.content.is_of_two_visits,
        empty_title=_empty_title(publishing),
        empty_sentence=publishing.message,
    )


def _empty_title(publishing: Publishing) -> str:
    if publishing.preview is not None:
        return ""
    return "Drawing the picture" if publishing.is_busy else "Nothing to export yet"


def format_words(file_format: FileFormat) -> str:
    return {FileFormat.PNG: "PNG", FileFormat.TIFF: "TIFF"}[file_format]
