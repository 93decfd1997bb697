"""Who takes the pictures of a blinded study sees none of its results. Free of Qt.

There is one login and no list of roles: who started a visit of the study takes its pictures.
"""

from imaging.archive.store import Archive

HIDDEN = (
    "This study is blinded and you take its pictures: results are shown to those who do not, and to you once it is "
    "unblinded."
)


def hides_results(archive: Archive, study_id: str, operator: str) -> bool:
    """Does this person have to be kept from heat maps, numbers and verdicts of the study?"""
    if not archive.is_blinded(study_id):
        return False
    return any(visit.operator == operator for visit in archive.visits(study_id=study_id))
