"""A fixed ring has nothing to switch."""

import pytest

from imaging.camera.device import LightController
from imaging.camera.lights import NoLights
from imaging.errors import CameraError


def test_all_on_is_the_only_state() -> None:
    lights = NoLights()
    assert isinstance(lights, LightController)
    assert lights.lights == ()
    lights.select(None)
    with pytest.raises(CameraError, match='no switchable light "upper-left"'):
        lights.select("upper-left")
    lights.close()
