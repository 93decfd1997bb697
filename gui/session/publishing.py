"""What is exported, as frozen values. Free of Qt."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gui.session.looking import Colours


class Content(StrEnum):
    HEAT_MAP = "heat map"
    PLAIN = "plain"
    COMPARISON = "comparison"
    RELIEF = "relief"

    @property
    def is_of_two_visits(self) -> bool:
        return self in (Content.COMPARISON, Content.RELIEF)


class FileFormat(StrEnum):
    PNG = "png"
    TIFF = "tif"


@dataclass(frozen=True)
class ExportOptions:
    """What a picture shows and how it is written."""

    content: Content = Content.HEAT_MAP
    file_format: FileFormat = FileFormat.PNG
    opacity: float = 0.6
    has_wrinkles: bool = True
    has_annotations: bool = True


@dataclass(frozen=True, eq=False)
class Publishing:
    """The picture as it will be written, and what was written."""

    options: ExportOptions = field(default_factory=ExportOptions)
    available: frozenset[Content] = frozenset()
    """What there is to export."""
    preview: Colours | None = None
    file_name: str = ""
    folder: Path | None = None
    written: tuple[Path, ...] = ()
    is_busy: bool = False
    message: str = ""
    """Why there is nothing to export; empty when there is."""
