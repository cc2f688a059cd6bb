"""what flows have filed, each once"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "filing",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("receipt", sa.String(80), nullable=True),
        sa.Column("at", core.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_filing")),
    )
    op.create_index(op.f("ix_filing_conversation_id"), "filing", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("filing")
