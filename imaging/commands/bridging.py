"""`bridging --archive DIR`: how a camera that replaced another reads the same skin, from sites taken with both."""

import argparse
import dataclasses
import json
from datetime import UTC, datetime
from math import exp
from typing import TYPE_CHECKING

from imaging.commands.arguments import Surroundings, add_archive, add_json
from imaging.commands.progress import Progress
from imaging.errors import MeasurementError

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.bridging_set import Cameras
    from imaging.model.bridging import Bridge

_HEADLINE = "wrinkles.deepest_mean_depth_um"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_archive(parser)
    parser.add_argument("--earlier", metavar="ID", help="camera until now; the one used first if not given")
    parser.add_argument("--later", metavar="ID", help="camera in its place; the one used last if not given")
    parser.add_argument("--list", action="store_true", help="say which sites are done with both, and measure nothing")
    add_json(parser)


def run(arguments: argparse.Namespace, surroundings: Surroundings) -> str:
    """Compare the cameras and keep what came out in the archive, or list the sites of the set.

    Raises
    ------
    MeasurementError
        the archive does not know two cameras, or fewer than three sites were photographed with both
    """
    from imaging.archive.store import open_archive
    from imaging.bridging_set import make_bridge

    with open_archive(arguments.archive, surroundings.operator) as archive, Progress() as progress:
        cameras = _cameras(archive, arguments)
        if arguments.list:
            return _listed(archive, cameras, arguments.json)
        found = archive.keep_bridge(make_bridge(archive, cameras, datetime.now(UTC).date(), progress.step))
    if arguments.json:
        return json.dumps(dataclasses.asdict(found) | {"made_on": found.made_on.isoformat()}, indent=1)
    return _sentence(found)


def _cameras(archive: "Archive", arguments: argparse.Namespace) -> "Cameras":
    from imaging.bridging_set import Cameras

    known = [use.identity for use in archive.cameras()]
    listed = ", ".join(known) or "none"
    for wanted in (arguments.earlier, arguments.later):
        if wanted is not None and wanted not in known:
            raise MeasurementError(f"The archive has no picture of camera {wanted}: choose one of {listed}.")
    earlier = arguments.earlier or next((one for one in known if one != arguments.later), None)
    later = arguments.later or next((one for one in reversed(known) if one != earlier), None)
    if earlier is None or later is None or earlier == later:
        raise MeasurementError(f"The archive knows too few cameras ({listed}): take the same sites with both first.")
    return Cameras(earlier, later)


def _listed(archive: "Archive", cameras: "Cameras", is_json: bool) -> str:
    from imaging.bridging_set import bridging_sites, missing_words

    sites = bridging_sites(archive, cameras)
    if is_json:
        rows = [dataclasses.asdict(site) | {"is_complete": site.is_complete} for site in sites]
        return json.dumps({"earlier": cameras.earlier, "later": cameras.later, "sites": rows}, indent=1)
    lines = [f"  {site.name}: {site.earlier} and {site.later} of {site.wanted}" for site in sites]
    said = missing_words(sites) or "The bridging set is complete."
    return "\n".join([f"{cameras.earlier} and {cameras.later}: {said}", *lines])


def _sentence(found: "Bridge") -> str:
    """The depth of the deepest wrinkle, and whether verdicts may rest on it."""
    row = found.row(_HEADLINE)
    said = "the deepest wrinkle could not be compared"
    if row is not None and row.is_relative:
        said = f"the deepest wrinkle reads {exp(row.bias) - 1:+.1%} ± {2 * row.u_bias:.1%} (95 %)"
    use = f"kept as revision {found.revision}" if found.is_large_enough else f"not enough: {found.shortcomings[0]}"
    return f"{found.later} against {found.earlier}, {len(found.sites)} sites: {said}; {use.rstrip('.')}."
