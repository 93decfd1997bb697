"""Cameras in a sysfs tree as the kernel lays it out."""

from pathlib import Path

import pytest

from imaging.camera.discovery import cameras_in_sysfs, is_built_in


class SysfsTree:
    """Builds `devices/` and `class/video4linux/` with the links between them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.nodes = root / "class" / "video4linux"
        self.nodes.mkdir(parents=True)

    def add(self, node: str, port: str, bus: str = "usb1", **values: str) -> None:
        usb = self.root / "devices" / "pci0000:00" / "0000:00:14.0" / bus / f"{bus[3:]}-{port}"
        interface = usb / f"{bus[3:]}-{port}:1.{values.get('function', '0')}"
        interface.mkdir(parents=True, exist_ok=True)
        (usb / "idVendor").write_text(values.get("vendor", "046d") + "\n")
        (usb / "idProduct").write_text(values.get("product", "085c") + "\n")
        (usb / "removable").write_text(values.get("removable", "removable") + "\n")
        folder = self.nodes / node
        folder.mkdir()
        (folder / "name").write_text(values.get("name", "Dermatology camera") + "\n")
        (folder / "index").write_text(values.get("index", "0") + "\n")
        (folder / "device").symlink_to(interface)


@pytest.fixture
def sysfs(tmp_path: Path) -> SysfsTree:
    return SysfsTree(tmp_path)


def test_identity_path_and_name(sysfs: SysfsTree) -> None:
    sysfs.add("video0", "1.4")
    (camera,) = cameras_in_sysfs(sysfs.nodes)
    assert camera.identity == "046d:085c@0000:00:14.0-1.4"
    assert camera.vendor_product == "046d:085c"
    assert camera.path == "/dev/video0"
    assert camera.name == "Dermatology camera"
    assert not camera.is_builtin


def test_metadata_nodes_are_no_cameras(sysfs: SysfsTree) -> None:
    sysfs.add("video0", "2")
    sysfs.add("video1", "2", index="1")
    assert [camera.path for camera in cameras_in_sysfs(sysfs.nodes)] == ["/dev/video0"]


def test_the_identity_survives_another_node_and_another_bus_number(sysfs: SysfsTree, tmp_path: Path) -> None:
    sysfs.add("video0", "2", bus="usb1")
    later = SysfsTree(tmp_path / "later")
    later.add("video7", "2", bus="usb3")
    (before,), (after,) = cameras_in_sysfs(sysfs.nodes), cameras_in_sysfs(later.nodes)
    assert before.identity == after.identity
    assert after.path == "/dev/video7"


def test_two_of_a_kind_and_two_in_one_are_told_apart(sysfs: SysfsTree) -> None:
    sysfs.add("video0", "1")
    sysfs.add("video2", "2")
    sysfs.add("video4", "2", function="2", name="Infrared")
    identities = [camera.identity for camera in cameras_in_sysfs(sysfs.nodes)]
    assert len(set(identities)) == 3


def test_a_fixed_device_is_built_in(sysfs: SysfsTree) -> None:
    sysfs.add("video0", "5", removable="fixed")
    (camera,) = cameras_in_sysfs(sysfs.nodes)
    assert camera.is_builtin


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Integrated Camera", True), ("FaceTime HD Camera", True), ("HP IR Camera", True), ("DermLite DL5", False)],
)
def test_names_of_webcams(name: str, expected: bool) -> None:
    assert is_built_in(name) is expected


def test_no_sysfs_no_cameras(tmp_path: Path) -> None:
    assert list(cameras_in_sysfs(tmp_path / "nowhere")) == []
