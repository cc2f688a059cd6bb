"""booking: the number a resident was given, and the appointment behind it"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("upstream_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", core.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_booking")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_booking_key_hash")),
    )
    with op.batch_alter_table("booking") as batch:
        batch.create_index(batch.f("ix_booking_conversation_id"), ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("booking")
