"""The core's first tables, and the two classes of a new site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0001"
down_revision = None
branch_labels = ("pulsar",)
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "known_permissions",
        sa.Column("permission", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("permission", name=op.f("pk_known_permissions")),
    )
    op.create_table(
        "user_classes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_classes")),
    )
    op.create_table(
        "user_class_permissions",
        sa.Column("user_class_id", KEY, nullable=False),
        sa.Column("permission", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_class_id"],
            ["user_classes.id"],
            name=op.f("fk_user_class_permissions_user_class_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "user_class_id", "permission", name=op.f("pk_user_class_permissions")
        ),
    )
    op.create_table(
        "users",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("passhash", sa.String(length=255), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("user_class_id", KEY, nullable=False),
        sa.Column("inviter_id", KEY, nullable=True),
        sa.Column("invites", sa.BigInteger(), nullable=False),
        sa.Column("uploaded", sa.BigInteger(), nullable=False),
        sa.Column("downloaded", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("downloaded >= 0", name=op.f("ck_users_downloaded")),
        sa.CheckConstraint("invites >= 0", name=op.f("ck_users_invites")),
        sa.CheckConstraint("uploaded >= 0", name=op.f("ck_users_uploaded")),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["users.id"], name=op.f("fk_users_inviter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_class_id"],
            ["user_classes.id"],
            name=op.f("fk_users_user_class_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("ix_users_email", ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_users_inviter_id"), ["inviter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_users_user_class_id"), ["user_class_id"], unique=False)

    op.create_table(
        "api_keys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("hash", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("timeout", sa.Integer(), nullable=False),
        sa.Column(
            "permissions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_keys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_permissions",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("permission", sa.String(length=36), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_permissions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "permission", name=op.f("pk_user_permissions")),
    )
    op.create_table(
        "user_secrets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_secrets_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_secrets")),
        sa.UniqueConstraint("digest", name=op.f("uq_user_secrets_digest")),
    )
    with op.batch_alter_table("user_secrets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_secrets_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_user_secrets_live",
            ["user_id", "kind"],
            unique=True,
            sqlite_where=sa.text("revoked IS NULL"),
            postgresql_where=sa.text("revoked IS NULL"),
        )

    for table, column in (("user_classes", "name"), ("users", "username")):
        op.create_index(
            f"uq_{table}_{column}_lower", table, [sa.text(f"lower({column})")], unique=True
        )
    op.execute(
        "INSERT INTO user_classes (id, name, rank) VALUES (1, 'User', 0), (2, 'Staff', 1000)"
    )
    op.execute(
        "INSERT INTO user_class_permissions (user_class_id, permission) VALUES (2, 'site_god_mode')"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval('user_classes_id_seq', 2)")


def downgrade() -> None:
    with op.batch_alter_table("user_secrets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_user_secrets_live",
            sqlite_where=sa.text("revoked IS NULL"),
            postgresql_where=sa.text("revoked IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_user_secrets_user_id"))

    op.drop_table("user_secrets")
    op.drop_table("user_permissions")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_keys_user_id"))

    op.drop_table("api_keys")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_user_class_id"))
        batch_op.drop_index(batch_op.f("ix_users_inviter_id"))
        batch_op.drop_index("ix_users_email")

    op.drop_index("uq_users_username_lower", "users")
    op.drop_index("uq_user_classes_name_lower", "user_classes")
    op.drop_table("users")
    op.drop_table("user_class_permissions")
    op.drop_table("user_classes")
    op.drop_table("known_permissions")
