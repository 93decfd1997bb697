"""The people of the simulated clinic: drawn from a seed, the same on every day but for what treatment changes."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from imaging.camera.device import Target
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.motion import Hand, Placement, hand_of
from imaging.camera.simulated.pigment import Tone
from imaging.camera.simulated.sites import recipe_of
from imaging.camera.simulated.skin import Skin, SkinPlan, make_skin
from imaging.camera.simulated.truth import write_truth
from imaging.model.allocation import Allocation, Arm, Treated
from imaging.model.protocol import Laterality

BIRTH_YEARS = (1957, 1997)
"""29 to 69 years old in the year the study is set in, as in the reference study."""
STUDY_YEAR = 2026
TREATMENT_WEEKS = 4.0
DAY_TO_DAY = 0.02
"""Standard deviation of a furrow's depth between days, as a share."""
TRANSLUCENCY_SPREAD = 0.1
"""Standard deviation of the logarithm of how far light wanders, between people."""


@dataclass(frozen=True)
class Person:
    """One simulated subject."""

    code: str
    birth_year: int
    response: float
    """Change of furrow depth after four weeks of treatment, as a share; negative is shallower."""
    age_share: float
    """0 at 29 years, 1 at 69."""
    tone: tuple[float, float]
    """Units of melanin and of blood."""
    depth_factor: float
    """Depth of this person's furrows relative to others of the same age."""
    translucency: float
    """How far light wanders under this person's skin, over usual skin."""
    treated: Treated = Treated.BOTH
    """Where the product is used; skin elsewhere differs from day to day only."""


def _stable(text: str) -> int:
    """The same number for the same text, in every run."""
    return zlib.crc32(text.encode())


class Population:
    """Subjects S-001, S-002 ...; any other code is a person too, drawn from the code.

    Parameters
    ----------
    seed : the same seed gives the same people, pixel for pixel
    subjects : how many there are in `subjects`
    is_treated : False: nobody uses the product, and skin differs from day to day only
    has_control : everybody uses it on one side of the face, drawn by lot; S-001 on the left
    """

    def __init__(self, seed: int = 1, subjects: int = 3, *, is_treated: bool = True, has_control: bool = False) -> None:
        self.seed = seed
        self.is_treated = is_treated
        self.has_control = has_control
        self.subjects = tuple(self.person(f"S-{n:03d}") for n in range(1, subjects + 1))

    def person(self, code: str) -> Person:
        """Who has this code. S-001 is a clear responder in her fifties."""
        rng = np.random.default_rng((self.seed, _stable(code), 11))
        age_share = float(rng.uniform(0.05, 1.0))
        response = float(np.clip(rng.normal(-0.085, 0.025), -0.13, -0.03))
        melanin, blood = float(rng.uniform(0.32, 0.8)), float(rng.uniform(0.28, 0.44))
        factor = float(np.exp(rng.normal(0, 0.15)))
        reach = float(np.exp(rng.normal(0, TRANSLUCENCY_SPREAD)))
        if code == "S-001":
            age_share, response, melanin, blood, factor, reach = 0.66, -0.22, 0.48, 0.36, 1.1, 1.0
        span = BIRTH_YEARS[1] - BIRTH_YEARS[0]
        born = round(BIRTH_YEARS[1] - span * age_share)
        return Person(code, born, response, age_share, (melanin, blood), factor, reach, self._treated(code))

    def _treated(self, code: str) -> Treated:
        if not self.is_treated or not self.has_control:
            return Treated.BOTH if self.is_treated else Treated.NEITHER
        is_left = code == "S-001" or bool(np.random.default_rng((self.seed, _stable(code), 14)).integers(2))
        return Treated.LEFT if is_left else Treated.RIGHT

    def plan(self, target: Target) -> SkinPlan:
        """What the skin of a target looks like in that week."""
        person, site, week = self.person(target.subject_code), target.site, float(target.week or 0)
        seed = (self.seed, _stable(person.code), _stable(str(site)))
        recipe = recipe_of(site.site)
        low, high = recipe.depth_um
        deepest = (low + (high - low) * person.age_share) * person.depth_factor
        is_used = Allocation(treated=person.treated).arm_of(site.laterality) is not Arm.CONTROL
        share = min(week / TREATMENT_WEEKS, 1.5) ** 0.8 if is_used else 0.0
        day = float(np.random.default_rng((*seed, round(week), 12)).normal(0, DAY_TO_DAY))
        tone = Tone(*person.tone, recipe.freckles_per_cm2 * (0.4 + person.age_share), recipe.vessels, recipe.hairs)
        return SkinPlan(
            seed, recipe, tone, deepest, (1 + person.response * share) * (1 + day),
            (1 + 0.9 * person.response * share) * (1 + 0.5 * day), person.translucency,
            site.laterality is Laterality.RIGHT,
        )  # fmt: skip

    def skin(self, target: Target, frame_shape: tuple[int, int]) -> Skin:
        """The skin itself: heights in µm and colour, with the margin around the frame."""
        return make_skin(self.plan(target), Grid(frame_shape))

    def hand(self, target: Target) -> Hand:
        """How the camera is held over a target. The first picture of a site defines it: that hand is there already."""
        replicate = round(target.week or 0) * 100 + target.replicate
        hand = hand_of((self.seed, _stable(target.subject_code), _stable(str(target.site)), replicate, 13))
        return hand if replicate > 1 else replace(hand, approach=Placement())

    def write_truth(self, folder: Path, targets: Sequence[Target], frame_shape: tuple[int, int] = (960, 1280)) -> None:
        """What the skin of these targets really is: see `imaging.camera.simulated.truth.write_truth`."""
        write_truth(self, folder, targets, frame_shape)
