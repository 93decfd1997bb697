"""The quadrants of a Dino-Lite, over a small library with the exports of the maker's."""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.camera.device import LightController
from imaging.camera.vendor_lights import QUADRANTS, USUAL_PLACE, VendorLights
from imaging.errors import CameraError

SOURCE = Path(__file__).parent / "firmware" / "dnx64.c"
COMPILER = shutil.which("gcc") or shutil.which("cc")
NAMES = ("upper-right", "upper-left", "lower-left", "lower-right")
SECOND = 1

pytestmark = pytest.mark.skipif(COMPILER is None, reason="no C compiler here: install gcc")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kit") / "DNX64.dll"
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-Wall", "-Werror", str(SOURCE), "-o", str(path)], check=True)
    return path


@pytest.fixture
def kit(path: Path) -> Iterator[ctypes.CDLL]:
    """The same library as the controller loads: a second load of one file is the first."""
    kit = ctypes.CDLL(str(path))
    kit.test_start_over()
    yield kit
    kit.test_start_over()


def test_each_quadrant_alone_and_all(kit: ctypes.CDLL, path: Path) -> None:
    lights = VendorLights(path, NAMES)
    assert isinstance(lights, LightController)
    assert lights.lights == NAMES
    for number, name in enumerate(NAMES):
        lights.select(name)
        assert kit.test_lit(SECOND) == 1 << number
    lights.darken()
    assert kit.test_lit(SECOND) == 0
    lights.select(None)
    assert kit.test_lit(SECOND) == 15


def test_the_level_is_always_the_same_and_closing_leaves_all_on(kit: ctypes.CDLL, path: Path) -> None:
    lights = VendorLights(path)
    assert kit.test_level(SECOND) == 6
    lights.select(QUADRANTS[1])
    lights.close()
    lights.close()
    assert kit.test_lit(SECOND) == 15


def test_the_camera_with_quadrants_is_found(kit: ctypes.CDLL, path: Path) -> None:
    assert VendorLights(path).device_id == "AM4517-0001"
    kit.test_set_config(0, 0x02)
    assert VendorLights(path, camera="Dino-Lite Edge").device_id == "AM4517-0001"
    assert VendorLights(path, camera="Dino-Lite Basic").device_id == "AM2111-0002"
    kit.test_set_config(0, 0x04)


def test_no_camera_with_quadrants(kit: ctypes.CDLL, path: Path) -> None:
    kit.test_set_config(SECOND, 0x04)
    with pytest.raises(CameraError, match="has switchable quadrants"):
        VendorLights(path)


def test_a_quadrant_it_has_not(kit: ctypes.CDLL, path: Path) -> None:  # noqa: ARG001
    with pytest.raises(CameraError, match='no quadrant "top"'):
        VendorLights(path).select("top")


def test_names_of_another_number_of_lights_are_not_taken(kit: ctypes.CDLL, path: Path) -> None:  # noqa: ARG001
    assert VendorLights(path, ("left", "right")).lights == QUADRANTS


def test_a_library_that_is_not_there_or_another(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="is not there: install DNX64"):
        VendorLights(tmp_path / "DNX64.dll")
    (tmp_path / "DNX64.dll").write_bytes(b"no library")
    with pytest.raises(CameraError, match="is no Dino-Lite library"):
        VendorLights(tmp_path / "DNX64.dll")
    other = tmp_path / "other.dll"
    subprocess.run([str(COMPILER), "-shared", "-o", str(other), "-x", "c", "-"], input=b"int f;", check=True)
    with pytest.raises(CameraError, match="is no Dino-Lite library"):
        VendorLights(other)
    assert USUAL_PLACE.name == "DNX64.dll"
