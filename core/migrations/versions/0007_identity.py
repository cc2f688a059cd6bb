"""sign-in before a personal look-up"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "identity_request",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("held_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", core.tables.Moment(timezone=True), nullable=False),
        sa.Column("used_at", core.tables.Moment(timezone=True), nullable=True),
        sa.Column("verified_until", core.tables.Moment(timezone=True), nullable=True),
        sa.Column("subject", sa.String(32), nullable=True),
        sa.Column("claims_cipher", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_request")),
    )
    op.create_index(op.f("ix_identity_request_conversation_id"), "identity_request", ["conversation_id"])
    op.create_index(op.f("ix_identity_request_created_at"), "identity_request", ["created_at"])


def downgrade() -> None:
    op.drop_table("identity_request")
