"""The kinds of column that the tables of the index have, and their common base."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from imaging.errors import ArchiveError

Json = dict[str, Any]
JsonList = list[dict[str, Any]]
_JSON = JSON(none_as_null=True)


class UtcTime(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the table."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ArchiveError(f"The time {value} has no time zone: give it in UTC.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """Base of all tables of the index."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcTime, Json: _JSON, JsonList: _JSON}
