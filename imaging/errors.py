"""What can go wrong, by whose fault. Each message says what happened, where, and what to do next."""


class ImagingError(Exception):
    """The work could not be done. `str(error)` is one plain sentence for the person at the screen."""


class CameraError(ImagingError):
    """The camera or a light did not do what was asked."""


class CalibrationError(ImagingError):
    """A calibration, lights or device file is missing, unreadable or out of its limits."""


class MeasurementError(ImagingError):
    """These frames cannot be measured."""


class RegistrationError(ImagingError):
    """These two captures cannot be brought together."""


class ArchiveError(ImagingError):
    """The archive cannot be opened, read or written."""


class ExportError(ImagingError):
    """A file could not be written."""
