"""Tables of the treated sides: by code, for a randomisation list is there before its subjects come."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from imaging.archive.columns import Row


class AllocationRow(Row):
    """Which side of a subject of a study is treated; newest row."""

    __tablename__ = "allocation"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"), primary_key=True)
    subject_code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    treated: Mapped[str]
    recorded_at: Mapped[datetime]
    operator: Mapped[str]


class UnblindingRow(Row):
    """From when on everybody may know the treated sides of a blinded study."""

    __tablename__ = "unblinding"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"), primary_key=True)
    reason: Mapped[str]
    unblinded_at: Mapped[datetime]
    operator: Mapped[str]
