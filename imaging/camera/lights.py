"""Light controllers of real devices."""

from imaging.errors import CameraError


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
