"""log of personal lookups, wrong tries, and when personal values of a conversation are erased"""

import sqlalchemy as sa
from alembic import op

import core.tables

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", core.tables.Moment(timezone=True), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("hash", name=op.f("uq_disclosure_hash")),
    )
    op.create_table(
        "disclosure_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_place", sa.BigInteger(), nullable=False),
        sa.Column("first_previous", sa.String(64), nullable=False),
        sa.Column("last_place", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_chain")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("at", core.tables.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt") as batch:
        batch.create_index(batch.f("ix_attempt_key_kind_at"), ["key", "kind", "at"])
        batch.create_index(batch.f("ix_attempt_at"), ["at"])
    with op.batch_alter_table("conversation") as batch:
        batch.add_column(sa.Column("origin", sa.String(64)))
        batch.add_column(sa.Column("erase_at", core.tables.Moment(timezone=True)))
        batch.add_column(sa.Column("erased_to", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("erase_through", sa.BigInteger()))
        batch.create_index(batch.f("ix_conversation_erase_at"), ["erase_at"])
        batch.create_index(batch.f("ix_conversation_erase_through"), ["erase_through"])
    op.execute("UPDATE conversation SET erase_at = last_at")


def downgrade() -> None:
    with op.batch_alter_table("conversation") as batch:
        batch.drop_index(batch.f("ix_conversation_erase_through"))
        batch.drop_index(batch.f("ix_conversation_erase_at"))
        batch.drop_column("erase_through")
        batch.drop_column("erased_to")
        batch.drop_column("erase_at")
        batch.drop_column("origin")
    op.drop_table("attempt")
    op.drop_table("disclosure_chain")
    op.drop_table("disclosure")
