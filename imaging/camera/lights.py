"""Light controllers that need no wire: a fixed ring, and a person at the switches."""

from collections.abc import Callable

from imaging.errors import CameraError

QUADRANTS = ("upper-right", "upper-left", "lower-left", "lower-right")
"""What four lights are called when nothing else is known of them; as seen in the picture."""


class NoLights:
    """A fixed ring or room light: nothing to switch."""

    @property
    def lights(self) -> tuple[str, ...]:
        return ()

    def select(self, light: str | None) -> None:
        """All on is the only state there is."""
        if light is not None:
            raise CameraError(f'This camera has no switchable light "{light}": choose a device with light quadrants.')

    def close(self) -> None:
        """Nothing to release."""


class ManualLights:
    """Lights that a person switches when asked; nothing obeys by itself.

    Parameters
    ----------
    names : in the order of the device's calibration
    told : hears what is asked for: a simulated person at the switches; None for a real one, whom the page asks
    """

    def __init__(self, names: tuple[str, ...] = QUADRANTS, told: Callable[[str | None], None] | None = None) -> None:
        self._names, self._told = names, told
        self.asked: str | None = None

    @property
    def lights(self) -> tuple[str, ...]:
        return self._names

    def select(self, light: str | None) -> None:
        """Remember what is asked for; the picture tells when it was done."""
        if light is not None and light not in self._names:
            raise CameraError(f'There is no light "{light}": the lights are {", ".join(self._names)}.')
        self.asked = light
        if self._told is not None:
            self._told(light)

    def close(self) -> None:
        """Nothing to release."""
