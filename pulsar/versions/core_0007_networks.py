"""The networks of members' addresses."""

from __future__ import annotations

from ipaddress import IPv6Network

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

BATCH = 1_000

addresses = sa.table(
    "user_addresses", sa.column("address", sa.String()), sa.column("network", sa.String())
)


def upgrade() -> None:
    op.add_column(
        "user_addresses",
        sa.Column("network", sa.String(45), nullable=False, server_default=sa.text("''")),
    )
    connection = op.get_bind()
    connection.execute(
        sa.update(addresses)
        .where(addresses.c.address.not_like("%:%"))
        .values(network=addresses.c.address)
    )
    statement = (
        sa.update(addresses)
        .where(addresses.c.address == sa.bindparam("text"))
        .values(network=sa.bindparam("stands_for"))
    )
    ipv6 = (
        sa.select(addresses.c.address)
        .distinct()
        .where(addresses.c.address.like("%:%"))
        .order_by(addresses.c.address)
        .limit(BATCH)
    )
    texts = connection.scalars(ipv6).all()
    while texts:
        rows = [
            {"text": text, "stands_for": str(IPv6Network((text, 64), strict=False))}
            for text in texts
        ]
        connection.execute(statement, rows)
        texts = connection.scalars(ipv6.where(addresses.c.address > texts[-1])).all()
    op.create_index("ix_user_addresses_network", "user_addresses", ["network", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_user_addresses_network", "user_addresses")
    op.drop_column("user_addresses", "network")
