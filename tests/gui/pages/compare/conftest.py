"""The real archive these pages are tested on."""

from tests.gui.measured import compared, filled

__all__ = ["compared", "filled"]
