"""Requests for works, with bounties from the members' upload credit."""

from __future__ import annotations

from pulsar.config import Configurator
from pulsar.interfaces import IRoot
from pulsar.jobs.schedule import DAILY

from .audit import count_requests, held, owed, require_balance, unbalanced
from .comments import Comments
from .criteria import add_request_criterion, same_category
from .interfaces import (
    IRequestComment,
    IRequestCreated,
    IRequestDeleted,
    IRequestEdited,
    IRequestFilled,
    IRequestResource,
    IRequestUnfilled,
    IRequestVote,
    ITorrentRequest,
)
from .modifications import modify
from .notifications import add_notification_types
from .permissions import add_permissions
from .resources import Requests
from .serializers import RequestSerializer, VoteSerializer
from .settings import RequestsSettings


def includeme(config: Configurator) -> None:
    config.add_plugin(
        "requests", requires=("torrents",), title="Requests", settings=RequestsSettings
    )
    config.add_migrations("torrent_requests.versions", label="requests")
    config.add_directive("add_request_criterion", add_request_criterion)
    add_request_criterion(config, "category", same_category)
    add_permissions(config)
    add_notification_types(config)
    config.add_resource("requests", Requests, parent=IRoot)
    config.add_serializer(RequestSerializer, ITorrentRequest)
    config.add_serializer(VoteSerializer, IRequestVote)
    config.add_comments(
        Comments,
        IRequestComment,
        parent=IRequestResource,
        title="Somebody quotes or mentions you below a request.",
    )
    config.add_statistic("requests", "Requests that are not deleted.", count_requests)
    config.add_statistic("requests_bounty", "Bytes put up for open requests.", held)
    config.add_statistic(
        "requests_unbalanced", "Requests whose books disagree; more than 0 is a defect.", unbalanced
    )
    config.add_statistic("requests_debt", "Upload credit that members owe, in bytes.", owed)
    config.add_counter(
        "request_changes",
        "Changes of requests for torrents.",
        label="change",
        events={
            "created": IRequestCreated,
            "edited": IRequestEdited,
            "filled": IRequestFilled,
            "unfilled": IRequestUnfilled,
            "deleted": IRequestDeleted,
        },
    )
    config.add_job(
        "requests_audit", DAILY, require_balance, title="See that the books of bounties agree"
    )
    config.add_link("requests", "/requests")
    config.add_populator(".populate.populate")
    modify(config)
    config.scan(".views")
