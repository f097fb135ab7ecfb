"""Store the namespace of the feed's ids, which was derived from the site's secret before."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import context, op
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pulsar.secrets.site import site_secrets

revision = "news_0002"
down_revision = "news_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = op.create_table(
        "news_feed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("namespace", sa.Uuid(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_news_feed_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_feed")),
    )
    op.bulk_insert(table, [{"id": 1, "namespace": _namespace()}])


def downgrade() -> None:
    op.drop_table("news_feed")


def _namespace() -> uuid.UUID:
    """Return the namespace that the site's feed has had so far."""
    settings = context.config.attributes["registry"].settings
    derived = HKDF(hashes.SHA256(), 16, salt=None, info=b"pulsar news feed")
    return uuid.UUID(bytes=derived.derive(site_secrets(settings).keys[0]))
