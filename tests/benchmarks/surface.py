"""One capture: four decoded frames under near lights to height, wrinkles, texture and `annotated.png`.

Beside it, in the same run and on the same frames, what a user would put together from scikit-image, SciPy and surfalize
(`surface_peer.py`). The peer has no gloss, hair, uncertainty or sections to do; those stages stand without a ratio.
"""

import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from skimage import io

from imaging.camera.pictures import read_pictures
from imaging.camera.png import encode_png
from imaging.export.measured_picture import measured_content
from imaging.export.picture import render_picture, write_picture
from imaging.export.surface_files import write_measured
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.pipeline import measure
from imaging.surface.light.linearise import to_linear
from tests.benchmarks import surface_peer
from tests.benchmarks.figures import TINY, Figure, Length
from tests.benchmarks.memory import with_peak_mb
from tests.benchmarks.skin import megapixels, shoot
from tests.benchmarks.stopwatch import REST, TOTAL, Spent, Stages, Stopwatch, time_call, time_chain

_PEER = "scikit-image, SciPy"
_GOAL_RATIO, _GOAL_S, _GOAL_MB = "4 times faster is 0.25", 5.0, 1536.0
_GOAL_MP = 5.0
_HERE = "imaging.surface"
_STRAY = "gloss, bounces, coat"
"""Solved together on cells, with small normals, integrations and forms of its own that belong to it."""
STAGES: Stages = {
    "linear light": (f"{_HERE}.light.stack:linear_stack",),
    _STRAY: (f"{_HERE}.light.cells:cells_of", f"{_HERE}.stray:find_stray"),
    "normals": (f"{_HERE}.photometric:estimate_normals",),
    "integration": (f"{_HERE}.integration:integrate_normals",),
    "form": (f"{_HERE}.filters:remove_form",),
    "uncertainty": (
        f"{_HERE}.uncertainty:height_uncertainty",
        f"{_HERE}.uncertainty:misfit_of",
        f"{_HERE}.uncertainty:fine_gain",
        f"{_HERE}.endpoint_doubt:u_depth",
        f"{_HERE}.depression_doubt:bent_basins",
    ),
    "plausibility of the lights": (f"{_HERE}.checks:stack_warnings",),
    "hair": (f"{_HERE}.lines.hair:find_hair",),
    "ridges": (f"{_HERE}.lines.ridges:working_grid", f"{_HERE}.lines.ridges:find_ridges"),
    "skeleton": (f"{_HERE}.lines.thinning:thin",),
    "wrinkles": (f"{_HERE}.wrinkles:find_furrows", f"{_HERE}.wrinkles:draw_labels"),
    "8 mm reference": (f"{_HERE}.reference:reference_surface",),
    "depressions": (f"{_HERE}.depressions:find_basins",),
    "S- and L-filter": (f"{_HERE}.filters:s_filter", f"{_HERE}.filters:l_filter"),
    "roughness": (f"{_HERE}.texture:roughness",),
}
"""Our stages by the names the peer gives its own."""
_LIGHT = ("linear light", "normals")
"""The engine reads linear light inside its solve: the two are compared together."""
_WITH_INNER = (_STRAY, "uncertainty")
_OURS_ALONE = (*_WITH_INNER, "plausibility of the lights", "hair", REST)


@dataclass(frozen=True)
class _Chain:
    """One stack, and where its pictures go."""

    inputs: MeasureInputs
    folder: Path

    def ours(self, watch: Stopwatch) -> MeasuredCapture:
        measured = measure(self.inputs)
        with watch.stage("drawing"):
            pixels = render_picture(measured_content(measured, ("S-001",)))
        with watch.stage("writing annotated.png"):
            write_picture(self.folder / "annotated.png", pixels, self.inputs.spacing)
        return measured

    def peers(self, watch: Stopwatch) -> None:
        surface_peer.run_chain(watch, self.inputs, MeasureLimits(), self.folder / "peer.png")


def run(length: Length) -> list[Figure]:
    figures = []
    if length.repetitions > 1:
        _warm_up()
    for shape in length.shapes:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the peer's
            chain = _Chain(shoot(shape)[0].inputs, Path(folder))
            figures += _chain_figures(chain, length.repetitions, megapixels(shape))
            figures += _single_figures(chain, length.repetitions)
    return [*figures, *_growth_figures(length)]


def _growth_figures(length: Length) -> list[Figure]:
    """Processor time and memory for each megapixel of ever larger frames of one site, beside the smallest."""
    figures: list[Figure] = []
    taken = shoot(length.growing_shapes[0])[0].inputs
    for shape in length.growing_shapes:
        spent, peak, grown = _measured_once(_enlarged(taken, shape))
        size, per_mp = megapixels(shape), 1e6 / (shape[0] * shape[1])
        first = figures[:2] or (None, None)
        costs = ((f"{size}, cpu for each megapixel", spent.cpu_s, "s/MP", f"{spent.passed_s:.1f} s passed"),
                 ("  memory for each megapixel", grown, "MB/MP", f"peak of the process {peak:.0f} MB"))  # fmt: skip
        for (name, cost, unit, note), smallest in zip(costs, first, strict=True):
            beside = None if smallest is None else smallest.value
            figures.append(Figure(name, cost * per_mp, unit, beside, f"smallest: 1 is linear; {note}"))
    return figures


def _measured_once(inputs: MeasureInputs) -> tuple[Spent, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        chain = _Chain(inputs, Path(folder))
        return with_peak_mb(lambda: time_call(lambda: chain.ours(Stopwatch()), 1))


def _enlarged(inputs: MeasureInputs, shape: tuple[int, int]) -> MeasureInputs:
    """The same skin on smaller pixels: the camera takes minutes to render as many."""
    assert inputs.spacing is not None
    rows, cols = inputs.frames[0].shape[:2]
    size = (shape[1], shape[0])
    frames = tuple(cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC) for frame in inputs.frames)
    spacing = Spacing(inputs.spacing.row_mm * rows / shape[0], inputs.spacing.col_mm * cols / shape[1])
    return replace(inputs, frames=frames, spacing=spacing)


def _warm_up() -> None:
    """Late imports and tables of both sides, on a small stack."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chain = _Chain(shoot(TINY.shapes[0])[0].inputs, Path(folder))
        chain.ours(Stopwatch())
        chain.peers(Stopwatch())


def _chain_figures(chain: _Chain, repetitions: int, size: str) -> list[Figure]:
    """The whole chain first, then its stages."""
    ours, peak, grown = with_peak_mb(lambda: time_chain(chain.ours, repetitions, STAGES, _WITH_INNER))
    peers, peer_peak, peer_grown = with_peak_mb(lambda: time_chain(chain.peers, max(1, repetitions - 1)))
    whole = _figure(f"{size}, frames to annotated.png", ours[TOTAL], peers[TOTAL], f"{_PEER}; {_GOAL_RATIO}")
    goal = [Figure("  the same against the clock", ours[TOTAL].passed_s, "s", _GOAL_S, "at most, on two idle cores")]
    return [
        whole,
        *(goal if is_goal_size(chain.inputs) else []),
        *_stage_figures(ours, peers),
        Figure("  peak memory of the process", peak, "MB", _GOAL_MB, "at most"),
        Figure("  of that the chain's", grown, "MB", peer_grown, f"{_PEER} (peak {peer_peak:.0f} MB)"),
    ]


def is_goal_size(inputs: MeasureInputs) -> bool:
    rows, cols = inputs.frames[0].shape[:2]
    return rows * cols >= _GOAL_MP * 1e6


def _stage_figures(ours: dict[str, Spent], peers: dict[str, Spent]) -> list[Figure]:
    together = _figure("  linear light and normals", _sum(ours), _sum(peers), _PEER)
    shared = [
        _figure(f"  {name}", ours[name], peers[name], "surfalize" if name == "roughness" else _PEER)
        for name in ours
        if name in peers and name not in (*_LIGHT, TOTAL, REST, "wrinkles")
    ]
    lines = Figure(
        "  centre lines and their sections", ours["wrinkles"].passed_s, "s", cpu=ours["wrinkles"].cpu_s,
        beside_name=f"peer: labels and region properties {peers['wrinkles'].passed_s:.2f} s",
    )  # fmt: skip
    alone = [
        Figure(f"  {name}", spent.passed_s, "s", cpu=spent.cpu_s, beside_name="ours alone")
        for name, spent in ours.items()
        if name in _OURS_ALONE
    ]
    return [together, *shared, lines, *alone]


def _sum(spent: dict[str, Spent]) -> Spent:
    return sum((spent.get(name, Spent()) for name in _LIGHT), Spent())


def _single_figures(chain: _Chain, repetitions: int) -> list[Figure]:
    """What lies outside the chain: reading frames, linear light alone, and everything `measure` writes."""
    names = []
    for number, frame in enumerate(chain.inputs.frames):
        names.append(chain.folder / f"frame{number}.png")
        names[-1].write_bytes(encode_png(frame))
    measured = chain.ours(Stopwatch())
    beside = (chain.folder, measured)
    return [
        _pair("  decoding four PNG", lambda: read_pictures(names), lambda: [io.imread(n) for n in names],
              repetitions),
        _pair("  linear light of four frames alone", lambda: [to_linear(f) for f in chain.inputs.frames],
              lambda: surface_peer.linearise(np.stack(chain.inputs.frames)), repetitions),
        _alone("  writing all files of measure", lambda: write_measured(beside[0] / "out", beside[1]), repetitions),
    ]  # fmt: skip


def _pair(name: str, ours: Callable[[], object], peers: Callable[[], object], repetitions: int) -> Figure:
    ours(), peers()
    return _figure(name, time_call(ours, repetitions), time_call(peers, repetitions), _PEER)


def _alone(name: str, ours: Callable[[], object], repetitions: int) -> Figure:
    spent = time_call(ours, repetitions)
    return Figure(name, spent.passed_s, "s", cpu=spent.cpu_s, beside_name="ours alone")


def _figure(name: str, ours: Spent, peers: Spent, peer_name: str) -> Figure:
    return Figure(name, ours.passed_s, "s", peers.passed_s, peer_name, ours.cpu_s, peers.cpu_s)
