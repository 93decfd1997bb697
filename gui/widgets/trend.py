"""Values over time as frozen values: what a `TrendPlot` draws. Free of Qt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrendPoint:
    """One visit: its mean with the 95 % interval, and what it is the mean of."""

    day: float
    """Days since the first visit."""
    mean: float
    replicates: tuple[float, ...] = ()
    spread: float | None = None
    """Half of the 95 % interval; None when not known."""
    words: str = ""
    """Said when the pointer comes near."""
    starts_anew: bool = False
    """Not comparable with the points before (another camera, another unit): the line is broken here."""


@dataclass(frozen=True)
class TrendLine:
    """One site on one side. The same colour stands for both sides, the dashed line for the control or the right one."""

    name: str
    points: tuple[TrendPoint, ...]
    colour: int = 0
    """Which colour of the theme's series."""
    is_dashed: bool = False
    is_strong: bool = False
    band: tuple[float, float] | None = None
    """What unchanged skin stays within (minimal detectable change about the first visit)."""

    @property
    def pieces(self) -> tuple[tuple[TrendPoint, ...], ...]:
        """Points that one line may run through."""
        starts = [n for n, point in enumerate(self.points) if n == 0 or point.starts_anew]
        ends = [*starts[1:], len(self.points)]
        return tuple(self.points[start:end] for start, end in zip(starts, ends, strict=True))


@dataclass(frozen=True)
class Trend:
    title: str = ""
    """Of the values, with their unit."""
    lines: tuple[TrendLine, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    """Days and what stands below them."""
    breaks: tuple[tuple[float, str], ...] = ()
    """Days across which no line runs, and why."""

    @property
    def days(self) -> tuple[float, float]:
        """First and last day; a single visit gets a week on both sides."""
        days = [day for day, _ in self.ticks] or [0.0]
        low, high = min(days), max(days)
        room = (high - low) * 0.08 or 7.0
        return low - room, high + room

    @property
    def has_values(self) -> bool:
        """Without any, numbers on the axis would say nothing."""
        return any(line.points for line in self.lines)

    @property
    def values(self) -> tuple[float, float]:
        """Lowest and highest value on the axis: never less than half the largest one, so that little looks little."""
        found = [value for line in self.lines for value in _values(line)]
        if not found:
            return 0.0, 1.0
        low, high = min(found), max(found)
        wanted = max((high - low) * 1.15, max(abs(low), abs(high)) * 0.5, 1e-6)
        room = (wanted - (high - low)) / 2
        bottom = low - room
        if low >= 0 > bottom:
            bottom = 0.0
        return bottom, bottom + wanted


def _values(line: TrendLine) -> list[float]:
    values = [*(line.band or ())]
    for point in line.points:
        half = point.spread or 0.0
        values += [point.mean - half, point.mean + half, *point.replicates]
    return values
