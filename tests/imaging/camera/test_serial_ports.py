"""What a port is called."""

import pytest

from imaging.camera.serial_ports import SerialPort, UsbFacts, find_ports, port_of


@pytest.mark.parametrize(
    ("usb", "identity"),
    [
        (UsbFacts(0x2341, 0x43, "A1B2", "1-4:1.0"), "2341:0043:A1B2"),
        (UsbFacts(0x1A86, 0x7523, None, "1-4.2:1.0"), "1a86:7523@1-4.2"),
        (UsbFacts(0x1A86, 0x7523, "", None), "1a86:7523@/dev/ttyS0"),
        (UsbFacts(None, None, None, None), "/dev/ttyS0"),
    ],
)
def test_the_usb_device_gives_the_name(usb: UsbFacts, identity: str) -> None:
    assert port_of("/dev/ttyS0", "n/a", usb) == SerialPort(identity, "/dev/ttyS0", "/dev/ttyS0")


def test_the_ports_of_this_computer_are_usb_devices() -> None:
    assert all(port.identity.count(":") >= 1 and port.identity != port.path for port in find_ports())
