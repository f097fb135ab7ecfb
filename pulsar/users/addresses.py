"""The addresses of members: one row per member and address."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, Moment
from ..network import network_of

#: The value for members with the permission to go unrecorded (``site_no_ip_history``).
UNRECORDED = "0.0.0.0"  # noqa: S104  # stands for no address
MAX_USER_AGENT = 255


def _network(context: DefaultExecutionContext) -> str:
    return network_of(context.get_current_parameters()["address"])  # type: ignore[no-untyped-call]


class UserAddress(Base):
    """An address that a member used, and the last program that used it.

    ``network`` is the network of the address, see :func:`pulsar.network.network_of`.
    """

    __tablename__ = "user_addresses"
    __table_args__ = (
        Index("ix_user_addresses_address", "address", "user_id"),
        Index("ix_user_addresses_network", "network", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[str] = mapped_column(String(45), primary_key=True)
    network: Mapped[str] = mapped_column(String(45), default=_network, server_default=text("''"))
    user_agent: Mapped[str] = mapped_column(String(MAX_USER_AGENT), default="")
    first_seen: Mapped[Moment]
    last_seen: Mapped[Moment]
