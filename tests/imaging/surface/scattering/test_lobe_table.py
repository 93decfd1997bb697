"""The lobe between the skins and roughnesses on which it was looked at."""

import numpy as np
import pytest

from imaging.surface.scattering.lobe_evidence import PULLED_PER_MM, ROUGHNESSES, LobeEvidence
from imaging.surface.scattering.lobe_table import LobeTable

POWER = 4.0


def evidence(scale: float) -> LobeEvidence:
    """Broader lobes need to be stronger by a power of their roughness to say the same."""
    strength = scale * ROUGHNESSES**POWER
    pull = np.tile(ROUGHNESSES[:, None], len(PULLED_PER_MM))
    return LobeEvidence(strength, 0.1 * strength, pull, 0.5 * ROUGHNESSES, np.full_like(ROUGHNESSES, 0.2))


TABLE = LobeTable(*([(np.log(shown), evidence(10.0)) for shown in (0.2, 0.4)] for _ in range(2)))


@pytest.mark.parametrize("roughness", [0.25, 0.3, 0.42, 0.5])
def test_strength_and_doubt_follow_the_power_law_between_roughnesses(roughness: float) -> None:
    found = TABLE.at(np.log([0.25]), np.array([roughness]), np.array([0.5]))
    assert found.strength == pytest.approx(10 * roughness**POWER, rel=1e-6)
    assert found.doubt == pytest.approx(roughness**POWER, rel=1e-6)


def test_steps_and_rows_are_mixed_evenly() -> None:
    rows = [[(np.log(0.2), evidence(low)), (np.log(0.8), evidence(high))] for low, high in ((1.0, 1.0), (4.0, 4.0))]
    found = LobeTable(*rows).at(np.log([0.4]), ROUGHNESSES[1:2], np.array([0.5]))
    assert found.strength == pytest.approx(2 * ROUGHNESSES[1] ** POWER, rel=1e-6)  # halfway by ratio
    assert found.explained == pytest.approx(0.2)
