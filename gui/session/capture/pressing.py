"""Why a press of the shutter takes no picture. Free of Qt."""

from gui.session.capture.standing import NOT_AT_REST, Standing
from imaging.capture.feed import FeedView


def why_no_shot(view: FeedView | None, standing: Standing, message: str) -> str:
    """One plain sentence; empty when the shutter may fire (perhaps with a reason). `message` is the camera's."""
    if view is None or view.state != "live" or view.frame is None:
        return f"No picture was taken. {message or 'The camera shows nothing yet.'}"
    if not view.guidance.may_shoot:
        return f"No picture was taken. {view.guidance.instruction}"
    return NOT_AT_REST if standing.lights.is_manual and not standing.rest.is_complete else ""
