"""Accounts, invites, moderation, notifications, jobs and the site log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.create_index("ix_job_runs_name_id", ["name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_runs_started"), ["started"], unique=False)

    op.create_table(
        "job_states",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("next_run", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_states")),
    )
    op.create_table(
        "login_failures",
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_failures")),
    )
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_login_failures_last_failure"), ["last_failure"], unique=False
        )

    op.create_table(
        "secondary_classes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondary_classes")),
    )
    op.create_table(
        "secondary_class_permissions",
        sa.Column("secondary_class_id", KEY, nullable=False),
        sa.Column("permission", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["secondary_class_id"],
            ["secondary_classes.id"],
            name=op.f("fk_secondary_class_permissions_secondary_class_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "secondary_class_id", "permission", name=op.f("pk_secondary_class_permissions")
        ),
    )
    op.create_table(
        "invites",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("inviter_id", KEY, nullable=False),
        sa.Column("invitee_id", KEY, nullable=True),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("from_ip", sa.String(length=45), nullable=False),
        sa.Column("time_sent", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitee_id"], ["users.id"], name=op.f("fk_invites_invitee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["users.id"], name=op.f("fk_invites_inviter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code", name=op.f("uq_invites_code")),
        sa.UniqueConstraint("invitee_id", name=op.f("uq_invites_invitee_id")),
    )
    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invites_expires"), ["expires"], unique=False)
        batch_op.create_index(batch_op.f("ix_invites_inviter_id"), ["inviter_id"], unique=False)

    op.create_table(
        "ip_bans",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network", sa.String(length=49), nullable=False),
        sa.Column("first", sa.LargeBinary(length=16), nullable=False),
        sa.Column("last", sa.LargeBinary(length=16), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["users.id"], name=op.f("fk_ip_bans_staff_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_bans")),
        sa.UniqueConstraint("network", name=op.f("uq_ip_bans_network")),
    )
    with op.batch_alter_table("ip_bans", schema=None) as batch_op:
        batch_op.create_index("ix_ip_bans_first_last", ["first", "last"], unique=False)
        batch_op.create_index(batch_op.f("ix_ip_bans_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "mail_tokens",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mail_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_mail_tokens_digest")),
    )
    with op.batch_alter_table("mail_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_tokens_expires"), ["expires"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notification_choices",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("type", sa.String(length=48), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_notification_choices_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "type", "channel", name=op.f("pk_notification_choices")),
    )
    op.create_table(
        "notifications",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("type", sa.String(length=48), nullable=False),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "contents", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notifications_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notifications_subject", ["subject_type", "subject_id"], unique=False
        )
        batch_op.create_index(
            "ix_notifications_unread",
            ["user_id", "type"],
            unique=False,
            sqlite_where=sa.text("read IS NULL"),
            postgresql_where=sa.text("read IS NULL"),
        )
        batch_op.create_index(
            "ix_notifications_user_id_type_id", ["user_id", "type", "id"], unique=False
        )

    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_codes_digest")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "secondary_class_members",
        sa.Column("secondary_class_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["secondary_class_id"],
            ["secondary_classes.id"],
            name=op.f("fk_secondary_class_members_secondary_class_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_secondary_class_members_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "secondary_class_id", "user_id", name=op.f("pk_secondary_class_members")
        ),
    )
    with op.batch_alter_table("secondary_class_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_secondary_class_members_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "site_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("target_type", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_site_log_actor_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_log")),
    )
    with op.batch_alter_table("site_log", schema=None) as batch_op:
        batch_op.create_index("ix_site_log_action_id", ["action", "id"], unique=False)
        batch_op.create_index("ix_site_log_actor_id_id", ["actor_id", "id"], unique=False)
        batch_op.create_index(
            "ix_site_log_target", ["target_type", "target_id", "id"], unique=False
        )

    op.create_table(
        "staff_notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["users.id"], name=op.f("fk_staff_notes_staff_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_staff_notes_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notes")),
    )
    with op.batch_alter_table("staff_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_notes_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_notes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "two_factor",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_two_factor_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_two_factor")),
    )
    op.create_table(
        "user_addresses",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("user_agent", sa.String(length=255), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_addresses_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "address", name=op.f("pk_user_addresses")),
    )
    with op.batch_alter_table("user_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_user_addresses_address", ["address", "user_id"], unique=False)

    op.create_table(
        "user_status_changes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["users.id"],
            name=op.f("fk_user_status_changes_staff_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_status_changes_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_status_changes")),
    )
    with op.batch_alter_table("user_status_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_status_changes_staff_id"), ["staff_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_user_status_changes_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "user_warnings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["users.id"], name=op.f("fk_user_warnings_staff_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_warnings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_warnings")),
    )
    with op.batch_alter_table("user_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_warnings_expires"), ["expires"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_warnings_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_warnings_user_id"), ["user_id"], unique=False)

    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    empty = sa.text("''")
    op.add_column("api_keys", sa.Column("ip", sa.String(45), server_default=empty, nullable=False))
    op.add_column(
        "api_keys", sa.Column("user_agent", sa.String(255), server_default=empty, nullable=False)
    )
    op.add_column("user_classes", sa.Column("promotion", json, nullable=True))
    op.add_column("user_classes", sa.Column("demotion", json, nullable=True))
    op.add_column("users", sa.Column("email_confirmed", sa.DateTime(timezone=True), nullable=True))

    op.create_index(
        "uq_secondary_classes_name_lower",
        "secondary_classes",
        [sa.text("lower(name)")],
        unique=True,
    )
    append_only()


def append_only() -> None:
    """Make the database refuse to change or delete rows of the site log."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION site_log_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the site log only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER site_log_append_only BEFORE UPDATE OR DELETE ON site_log "
            "FOR EACH ROW EXECUTE FUNCTION site_log_append_only()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER site_log_no_{event.lower()} BEFORE {event} ON site_log "
            "BEGIN SELECT RAISE(ABORT, 'the site log only grows'); END"
        )


def downgrade() -> None:
    # Not in batch mode: on SQLite, copying a table loses its indexes on expressions.
    op.drop_column("users", "email_confirmed")
    op.drop_column("user_classes", "demotion")
    op.drop_column("user_classes", "promotion")
    op.drop_column("api_keys", "user_agent")
    op.drop_column("api_keys", "ip")

    with op.batch_alter_table("user_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_warnings_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_warnings_staff_id"))
        batch_op.drop_index(batch_op.f("ix_user_warnings_expires"))

    op.drop_table("user_warnings")
    with op.batch_alter_table("user_status_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_status_changes_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_status_changes_staff_id"))

    op.drop_table("user_status_changes")
    with op.batch_alter_table("user_addresses", schema=None) as batch_op:
        batch_op.drop_index("ix_user_addresses_address")

    op.drop_table("user_addresses")
    op.drop_table("two_factor")
    with op.batch_alter_table("staff_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_notes_user_id"))
        batch_op.drop_index(batch_op.f("ix_staff_notes_staff_id"))

    op.drop_table("staff_notes")
    with op.batch_alter_table("site_log", schema=None) as batch_op:
        batch_op.drop_index("ix_site_log_target")
        batch_op.drop_index("ix_site_log_actor_id_id")
        batch_op.drop_index("ix_site_log_action_id")

    op.drop_table("site_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION site_log_append_only")
    with op.batch_alter_table("secondary_class_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_secondary_class_members_user_id"))

    op.drop_table("secondary_class_members")
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_user_id"))

    op.drop_table("recovery_codes")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index("ix_notifications_user_id_type_id")
        batch_op.drop_index(
            "ix_notifications_unread",
            sqlite_where=sa.text("read IS NULL"),
            postgresql_where=sa.text("read IS NULL"),
        )
        batch_op.drop_index("ix_notifications_subject")

    op.drop_table("notifications")
    op.drop_table("notification_choices")
    with op.batch_alter_table("mail_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_tokens_user_id"))
        batch_op.drop_index(batch_op.f("ix_mail_tokens_expires"))

    op.drop_table("mail_tokens")
    with op.batch_alter_table("ip_bans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ip_bans_staff_id"))
        batch_op.drop_index("ix_ip_bans_first_last")

    op.drop_table("ip_bans")
    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invites_inviter_id"))
        batch_op.drop_index(batch_op.f("ix_invites_expires"))

    op.drop_table("invites")
    op.drop_table("secondary_class_permissions")
    op.drop_index("uq_secondary_classes_name_lower", "secondary_classes")
    op.drop_table("secondary_classes")
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_failures_last_failure"))

    op.drop_table("login_failures")
    op.drop_table("job_states")
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_runs_started"))
        batch_op.drop_index("ix_job_runs_name_id")

    op.drop_table("job_runs")
