"""From what a person or a settings file says to a camera."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from imaging.camera.device import Camera, Clock
from imaging.camera.discovery import find_cameras
from imaging.camera.found_settings import FoundSettings
from imaging.camera.opencv import OpenCvCamera
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo


def open_camera(wanted: str, clock: Clock | None = None, found: FoundSettings | None = None) -> Camera:
    """The camera that is meant; not started yet.

    Parameters
    ----------
    wanted : identity ("vendor:product@port"), "vendor:product", device node or index, video file, or URL
    clock : seconds on a monotonic clock; the system's when None
    found : where it is kept how a camera was set before, over a crash too

    Raises
    ------
    CameraError
        It is not there; the sentence names the cameras that are.
    """
    return OpenCvCamera(find_camera(wanted), clock=clock, found=found)


def find_camera(wanted: str) -> CameraInfo:
    """What `open_camera` would open, without opening it."""
    if "://" in wanted:
        return stream_info(wanted)
    if Path(wanted).is_file():
        return file_info(Path(wanted))
    return _chosen(wanted, find_cameras())


def stream_info(url: str) -> CameraInfo:
    """A network camera. A password in the URL opens it but is not part of its identity."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    shown = urlunsplit((parts.scheme, place, parts.path, "", ""))
    return CameraInfo(shown, f"Network camera {place}", "stream", path=url)


def file_info(path: Path) -> CameraInfo:
    """A video file, played over and over at its own rate."""
    return CameraInfo(str(path.resolve()), path.name, "file", path=str(path.resolve()))


def _chosen(wanted: str, there: tuple[CameraInfo, ...]) -> CameraInfo:
    found = [camera for camera in there if wanted in _names(camera)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CameraError(f'"{wanted}" fits more than one camera: choose one of {_listed(tuple(found))}.')
    if not there:
        raise CameraError(f'No camera is connected, so "{wanted}" was not found: plug the camera in and try again.')
    raise CameraError(f'The camera "{wanted}" was not found: plug it in, or choose one of {_listed(there)}.')


def _names(camera: CameraInfo) -> tuple[str | None, ...]:
    """Everything this camera answers to."""
    path = camera.path or ""
    index = path.removeprefix("/dev/video")
    return camera.identity, camera.vendor_product, path, index


def _listed(cameras: tuple[CameraInfo, ...]) -> str:
    return ", ".join(f"{camera.name} ({camera.identity})" for camera in cameras)
