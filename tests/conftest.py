"""What all tests share: where the real data lies."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _named_path(variable: str, what: str) -> Path:
    value = os.environ.get(variable)
    if value and Path(value).exists():
        return Path(value).resolve()
    message = f"{what} not here: set {variable}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of real photographs and surfaces."""
    return _named_path("RHYTID_TEST_DATA", "real test data")


@pytest.fixture(scope="session")
def camera_vm() -> Path:
    """Script that runs a command in a guest with a real UVC webcam."""
    return _named_path("RHYTID_CAMERA_VM", "camera guest")
