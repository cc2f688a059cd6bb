"""outbox: how often Twilio put a text off, and until when"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("not_before", core.tables.Moment(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("not_before")
        batch.drop_column("tries")
