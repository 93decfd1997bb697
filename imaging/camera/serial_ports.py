"""Which serial ports are there; a port is known by its USB device, never by its name alone."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SerialPort:
    """One port.

    Parameters
    ----------
    identity : "vendor:product:serial number", or "vendor:product@bus place" for a device without a number: stable over
        replug and restart. A port that is no USB device is its own path
    path : where to open it now, for example "/dev/ttyACM0" or "COM3"
    name : what the device calls itself
    """

    identity: str
    path: str
    name: str


FindPorts = Callable[[], tuple[SerialPort, ...]]


def find_ports() -> tuple[SerialPort, ...]:
    """Every serial port of a USB device; sockets of the computer itself are left out."""
    from serial.tools.list_ports import comports

    found = [port_of(port.device, port.description, UsbFacts.of(port)) for port in comports()]
    return tuple(sorted((port for port in found if port.identity != port.path), key=lambda port: port.path))


@dataclass(frozen=True)
class UsbFacts:
    """What the system says about the USB device behind a port."""

    vendor: int | None
    product: int | None
    number: str | None
    place: str | None

    @classmethod
    def of(cls, port: object) -> "UsbFacts":
        return cls(*(getattr(port, name, None) for name in ("vid", "pid", "serial_number", "location")))


def port_of(path: str, description: str | None, usb: UsbFacts) -> SerialPort:
    """The identity of a port from what the system says."""
    name = description if description and description != "n/a" else path
    if usb.vendor is None or usb.product is None:
        return SerialPort(path, path, name)
    device = f"{usb.vendor:04x}:{usb.product:04x}"
    if usb.number:
        return SerialPort(f"{device}:{usb.number}", path, name)
    return SerialPort(f"{device}@{(usb.place or path).partition(':')[0]}", path, name)
