"""Points that a person marked on two captures to bring them together: kept in the trail, with who and when."""

from sqlalchemy import select

from imaging.archive.bridging import BridgingVerbs
from imaging.archive.tables import AuditRow, CaptureRow
from imaging.model.comparison import PointPairs

MARKED, TAKEN_BACK = "mark points", "take points back"


class MarkedPointVerbs(BridgingVerbs):
    """Keep and find marked points; each marking is an entry of the trail, the newest counts."""

    def mark_points(self, reference_id: str, moving_id: str, points: PointPairs | None) -> None:
        """Keep two points marked on a reference and a moving capture; None takes earlier ones back.

        Raises
        ------
        ArchiveError
            one of the captures is unknown
        """
        places = {} if points is None else {"at": _words(points.reference), "moving_at": _words(points.moving)}
        action = TAKEN_BACK if points is None else MARKED
        with self._writing(action, capture=reference_id, moving_capture=moving_id, **places) as writing:
            for capture_id in (reference_id, moving_id):
                self._found(writing.session, CaptureRow, capture_id, "capture")

    def marked_points(self, reference_id: str, moving_id: str) -> PointPairs | None:
        """The points marked last on these two captures; None when there are none, or they were taken back."""
        found = select(AuditRow).where(AuditRow.action.in_((MARKED, TAKEN_BACK))).order_by(AuditRow.number.desc())
        with self._reading() as session:
            rows = session.scalars(found)
            same = (r for r in rows if (r.ids.get("capture"), r.ids.get("moving_capture")) == (reference_id, moving_id))
            newest = next(same, None)
            if newest is None or newest.action == TAKEN_BACK:
                return None
            return PointPairs(_places(newest.ids["at"]), _places(newest.ids["moving_at"]))


_Two = tuple[tuple[float, float], tuple[float, float]]


def _words(points: _Two) -> str:
    return " ".join(f"{row:.2f},{col:.2f}" for row, col in points)


def _places(words: str) -> _Two:
    first, second = ([float(number) for number in point.split(",")] for point in words.split())
    return (first[0], first[1]), (second[0], second[1])
