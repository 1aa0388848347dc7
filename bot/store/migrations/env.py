"""Run by Alembic: applies the revisions on the connection that it is given, inside the caller's transaction."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can't alter most things of a table in place
)
context.run_migrations()
