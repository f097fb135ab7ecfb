"""The configurator that an ``includeme`` receives, with every directive of the core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyramid.config
from pyramid.config import PHASE3_CONFIG

from .registry import Registry

if TYPE_CHECKING:
    from . import directives, jobs, lifecycle, plugins
    from .comments import directive as comments
    from .metrics import counter, metric, statistics
    from .moderation import criteria
    from .notifications import types as notification_types
    from .populate import directive as populators
    from .text import formatters
    from .users import gates

#: The order of actions that run after all registrations of plugins and before the application is
#: made.
CHECKS = PHASE3_CONFIG + 10


class Configurator(pyramid.config.Configurator):
    """Pyramid's configurator; the directives are methods here, so that mypy checks calls."""

    registry: Registry

    if TYPE_CHECKING:
        add_background_task = lifecycle.add_background_task
        add_comments = comments.add_comments
        add_counter = counter.add_counter
        add_domain = directives.add_domain
        add_field = directives.add_field
        add_health_check = directives.add_health_check
        add_job = jobs.add_job
        add_link = directives.add_link
        add_metric = metric.add_metric
        add_migrations = directives.add_migrations
        add_notification_channel = notification_types.add_notification_channel
        add_notification_type = notification_types.add_notification_type
        add_permission = directives.add_permission
        add_permission_pattern = directives.add_permission_pattern
        add_plugin = plugins.add_plugin
        add_populator = populators.add_populator
        add_promotion_criterion = criteria.add_promotion_criterion
        add_registration_gate = gates.add_registration_gate
        add_rate_limit = directives.add_rate_limit
        add_resource = directives.add_resource
        add_schema_node = directives.add_schema_node
        add_secret_kind = directives.add_secret_kind
        add_encrypted_column = directives.add_encrypted_column
        add_serializer = directives.add_serializer
        add_service = directives.add_service
        declare_settings = directives.declare_settings
        add_statistic = statistics.add_statistic
        add_text_formatter = formatters.add_text_formatter
