"""Run by Alembic: applies the revisions on the connection handed over by `imaging.archive.database`."""

from alembic import context

from imaging.archive.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
