"""notices by text message that residents have asked for"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", core.tables.Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reference_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("number_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("last_status", sa.String(64), nullable=True),
        sa.Column("asked_at", core.tables.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", core.tables.Moment(timezone=True), nullable=True),
        sa.Column("next_at", core.tables.Moment(timezone=True), nullable=True),
        sa.Column("ends_at", core.tables.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claim", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_conversation_id"), "subscription", ["conversation_id"])
    op.create_index(op.f("ix_subscription_next_at"), "subscription", ["next_at"])
    op.create_index(op.f("ix_subscription_ends_at"), "subscription", ["ends_at"])
    op.add_column("outbox", sa.Column("is_unasked", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("outbox", "is_unasked")
    op.drop_table("subscription")
