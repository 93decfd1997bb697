"""What a subject has to agree to before pictures are taken or leave the house. Free of Qt."""

from imaging.model.protocol import StudyProtocol
from imaging.model.visit import ConsentUse, Subject


def needed_use(protocol: StudyProtocol) -> ConsentUse:
    """The use a picture of this study needs consent for."""
    return ConsentUse.CARE if protocol.kind == "follow-up" else ConsentUse.TRIAL


def why_no_export(subject: Subject | None, protocol: StudyProtocol | None) -> str:
    """Why nothing of this subject may leave the house; empty when it may."""
    if subject is None or protocol is None:
        return "Choose a subject first."
    use = needed_use(protocol)
    if subject.allows(use):
        return ""
    return f"This subject has not given consent for {use.value}: nothing may be exported."
