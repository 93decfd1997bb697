"""The real archive these pages are tested on."""

from tests.gui.measured import clinic_run, filled

__all__ = ["clinic_run", "filled"]
