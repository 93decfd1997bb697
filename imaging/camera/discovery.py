"""Which cameras are there: name, vendor and product, path, modes; never an index alone."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from imaging.camera.backends import Listed, backends_of, device_backend, identity_of, list_cameras, vendor_product_of
from imaging.camera.v4l2 import modes_of
from imaging.model.camera import CameraInfo

SYSFS = Path("/sys/class/video4linux")
_BUILT_IN = ("integrated", "built-in", "builtin", "facetime", "internal", "infrared", "ir camera", "laptop")


def find_cameras() -> tuple[CameraInfo, ...]:
    """Every camera that can deliver pictures now, those built into the computer last.

    The identity, "vendor:product@controller-port", is the same after replug and restart; the path may not be.
    """
    found = cameras_in_sysfs(SYSFS) if sys.platform.startswith("linux") else _cameras_by_backend()
    return tuple(sorted(found, key=lambda camera: (camera.is_builtin, camera.path or "")))


def cameras_in_sysfs(root: Path) -> Iterator[CameraInfo]:
    """The cameras below a `video4linux` folder of sysfs; metadata nodes (index above 0) are skipped."""
    for node in sorted(root.glob("video*"), key=lambda path: int(re.sub(r"\D", "", path.name) or 0)):
        if _line(node / "index") == "0":
            yield _camera_of(node)


def _line(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _camera_of(node: Path) -> CameraInfo:
    name, path = _line(node / "name") or node.name, f"/dev/{node.name}"
    interface = (node / "device").resolve()
    usb = next((folder for folder in (interface, interface.parent) if (folder / "idVendor").is_file()), None)
    if usb is None:
        return CameraInfo(f"v4l2@{interface.name}", name, "usb", None, path, modes_of(path), is_built_in(name))
    vendor_product = f"{_line(usb / 'idVendor')}:{_line(usb / 'idProduct')}"
    identity = f"{vendor_product}@{_port(usb)}{_function(interface.name)}"
    fixed = _line(usb / "removable") == "fixed"
    return CameraInfo(identity, name, "usb", vendor_product, path, modes_of(path), fixed or is_built_in(name))


def _port(usb: Path) -> str:
    """Controller and chain of ports: bus numbers change from start to start, these do not."""
    bus = next((folder for folder in usb.parents if re.fullmatch(r"usb\d+", folder.name)), None)
    ports = usb.name.partition("-")[2] or usb.name
    return f"{bus.parent.name}-{ports}" if bus is not None else usb.name


def _function(interface: str) -> str:
    """Tells two cameras in one USB device apart; empty for the first."""
    number = interface.rpartition(".")[2] if ":" in interface else "0"
    return "" if number == "0" else f":{number}"


def is_built_in(name: str) -> bool:
    """True if the name is that of a webcam in a laptop or screen."""
    return any(word in name.lower() for word in _BUILT_IN)


def _cameras_by_backend() -> Iterator[CameraInfo]:
    """Windows and macOS, where the modes cannot be asked without opening the camera."""
    return cameras_listed({way: list_cameras(way) for way in backends_of(device_backend())})


def cameras_listed(by_way: Mapping[int, Iterable[Listed]]) -> Iterator[CameraInfo]:
    """Each camera once, as the first way that knows it lists it; its number is looked up when it is opened."""
    seen: set[str] = set()
    for listed in by_way.values():
        for camera in listed:
            identity = identity_of(camera)
            if identity not in seen:
                seen.add(identity)
                name, ids = camera.name, vendor_product_of(camera)
                yield CameraInfo(identity, name, "usb", ids, str(camera.index), (), is_built_in(name))
