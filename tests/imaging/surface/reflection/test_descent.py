"""Descents over closed forms: the right ground, the limits, and noise that does not count."""

import numpy as np
import pytest

from imaging.surface.reflection.descent import Evaluation, Evidence, Problem, descend

LINES = np.linspace(-1, 1, 400).astype(np.float32).repeat(2)
NO_SHAPE = np.zeros(1, dtype=np.float32)


def line_problem(noise: float, spread: float = 10.0) -> Problem:
    """Samples of 0.3 + 0.5 x, with noise of its own in each of two neighbours, and a belief in (0, 0)."""
    rng = np.random.default_rng(4)
    seen = 0.3 + 0.5 * LINES + noise * rng.standard_normal(LINES.size).astype(np.float32)

    def evaluate(numbers: np.ndarray, shape: np.ndarray, _is_near: bool) -> Evaluation:
        rows = (seen - numbers[0] - numbers[1] * LINES)[None].astype(np.float32)
        return Evaluation((rows,), numbers / spread, shape)

    evidence = Evidence(noise**2, LINES.size, 50.0, 0.002**2)
    return Problem(evaluate, (evidence,), np.array([-1.0, -1.0]), np.array([1.0, 1.0]), np.array([0.01, 0.01]))


@pytest.mark.parametrize("start", [(-0.9, 0.9), (0.9, -0.9)])
def test_the_ground_is_found_from_anywhere(start: tuple[float, float]) -> None:
    found = descend(line_problem(0.0), np.array(start), NO_SHAPE)
    assert found.numbers == pytest.approx([0.3, 0.5], abs=1e-3)


def test_a_number_stops_at_its_limit_and_the_other_goes_on() -> None:
    problem = line_problem(0.0)
    cut = Problem(problem.evaluate, problem.evidence, problem.lowest, np.array([1.0, 0.2]), problem.differences)
    assert descend(cut, np.zeros(2), NO_SHAPE).numbers == pytest.approx([0.3, 0.2], abs=1e-3)


def test_what_the_data_cannot_tell_is_left_to_belief_in_proportion_to_their_noise() -> None:
    slopes = [descend(line_problem(noise, 0.05), np.zeros(2), NO_SHAPE).numbers[1] for noise in (0.01, 0.6, 6.0)]
    assert slopes[0] == pytest.approx(0.5, abs=0.01)
    assert 0.2 < slopes[1] < 0.45
    assert abs(slopes[2]) < 0.1


def test_noise_holds_no_cost() -> None:
    """Its mean square is 100 times that of the error looked for, its mean product is not."""
    problem = line_problem(0.3)
    right = problem.evaluate(np.array([0.3, 0.5]), NO_SHAPE, False)
    assert abs(right.shared()[0]) < 0.15 * float(np.mean(right.rows[0] ** 2))
