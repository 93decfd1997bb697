"""Made once for all tests of `calibrate`."""

from tests.imaging.commands.targets import grooves, pictures

__all__ = ["grooves", "pictures"]
