"""Which side of a subject gets the treatment of a study, and which is the control."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from imaging.model.protocol import Laterality


class Treated(StrEnum):
    """The side that is treated, as a randomisation list says it."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NEITHER = "neither"


class Arm(StrEnum):
    TREATED = "treated"
    CONTROL = "control"


_SIDES: Mapping[Treated, frozenset[Laterality]] = {
    Treated.LEFT: frozenset({Laterality.LEFT}),
    Treated.RIGHT: frozenset({Laterality.RIGHT}),
    Treated.BOTH: frozenset({Laterality.LEFT, Laterality.RIGHT}),
    Treated.NEITHER: frozenset(),
}


@dataclass(frozen=True)
class Allocation:
    """What is known of a subject's treatment.

    Parameters
    ----------
    is_hidden : it is recorded, and the study is blinded: nobody is told before it is unblinded
    treated : None when not recorded, or hidden
    """

    is_hidden: bool = False
    treated: Treated | None = None

    @property
    def is_recorded(self) -> bool:
        return self.is_hidden or self.treated is not None

    @property
    def has_control(self) -> bool:
        """One side at least is known to be untreated."""
        return self.treated is not None and self.treated is not Treated.BOTH

    def arm_of(self, side: Laterality) -> Arm | None:
        """What a side gets; None when not known, and at the midline between a treated and an untreated side."""
        if self.treated is None:
            return None
        if side is Laterality.MIDLINE:
            whole = {Treated.BOTH: Arm.TREATED, Treated.NEITHER: Arm.CONTROL}
            return whole.get(self.treated)
        return Arm.TREATED if side in _SIDES[self.treated] else Arm.CONTROL
