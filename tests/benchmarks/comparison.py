"""Two visits of one site, measured before the clock starts: registration, resampling, common skin, verdicts.

Beside it what scikit-image offers for the first two. Endpoints on common skin and verdicts stand without a ratio.
"""

import warnings

from imaging.comparison.change import CompareOptions
from imaging.model.measurement import MeasuredCapture
from imaging.pipeline import compare, measure
from tests.benchmarks import comparison_peer
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.memory import with_peak_mb
from tests.benchmarks.skin import megapixels, shoot
from tests.benchmarks.stopwatch import REST, TOTAL, Spent, Stages, Stopwatch, time_chain

_WEEKS = (0, 4)
_PEER = "scikit-image"
_RIGID, _ELASTIC, _RESAMPLING = "features, matching, matrix", "elastic part", "resampling"
STAGES: Stages = {
    _RIGID: ("imaging.comparison.registration:register",),
    _ELASTIC: ("imaging.comparison.elastic_field:find_elastic_field",),
    _RESAMPLING: ("imaging.comparison.visits:resample_surface",),
}
"""What the engine does in threads of their own (endpoints, change, its significance) is the rest."""
_NOTES = {
    _RIGID: f"{_PEER}: SIFT of the photograph, at one size; ours: photograph and relief, at two",
    _ELASTIC: f"{_PEER}: TV-L1 at {comparison_peer.FLOW_PX} px",
    _RESAMPLING: "SciPy map_coordinates, the same maps",
}


def run(length: Length) -> list[Figure]:
    figures = []
    for shape in length.shapes:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the peer's
            before, after = (measure(shot.inputs) for shot in shoot(shape, _WEEKS))
            figures += _figures(before, after, length.repetitions)
    return figures


def _figures(before: MeasuredCapture, after: MeasuredCapture, repetitions: int) -> list[Figure]:
    def ours(_: Stopwatch) -> None:
        compare([before], [after], CompareOptions())

    def peers(watch: Stopwatch) -> None:
        comparison_peer.run_chain(watch, before.surface, after.surface)

    spent, peak, grown = with_peak_mb(lambda: time_chain(ours, repetitions, STAGES))
    beside = time_chain(peers, max(1, repetitions - 1))
    whole, rigid, elastic = spent[TOTAL], spent[_RIGID], spent[_ELASTIC]
    together = _figure("  registration, whole", rigid + elastic, beside[_RIGID] + beside[_ELASTIC], _PEER)
    shared = [_figure(f"  {name}", spent[name], beside[name], _NOTES[name]) for name in STAGES]
    return [
        _alone(f"{megapixels(before.surface.shape)}, one capture against another", whole),
        together,
        *shared,
        _alone("  endpoints of both, change, verdicts", spent[REST]),
        Figure("  peak memory of the process", peak, "MB", beside_name=f"of that the comparison's {grown:.0f}"),
    ]


def _alone(name: str, ours: Spent) -> Figure:
    return Figure(name, ours.passed_s, "s", cpu=ours.cpu_s, beside_name="ours alone")


def _figure(name: str, ours: Spent, peers: Spent, peer_name: str) -> Figure:
    return Figure(name, ours.passed_s, "s", peers.passed_s, peer_name, ours.cpu_s, peers.cpu_s)
