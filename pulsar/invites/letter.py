"""The mail to people who are invited."""

from __future__ import annotations

from ..mail.unconfirmed import send_unconfirmed
from ..request import Request
from ..settings import CoreSettings
from .models import Invite


def mail(request: Request, invite: Invite) -> None:
    """Mail an invite after the commit, if the site sends mail. Raises TooManyMails.

    The site's address comes from the settings only, because the sender of a request chooses its
    Host.
    """
    settings = request.registry.settings
    site, link = CoreSettings.site_name.read(settings), CoreSettings.invite_link.read(settings)
    if link:
        how = f"To register, open this page:\n\n{link.replace('{code}', invite.code)}"
    else:
        url = f"{CoreSettings.site_url.read(settings).rstrip('/')}/users"
        how = f"To register, send this code with POST {url}:\n\n{invite.code}"
    body = (
        f"Hello,\n\n{invite.inviter.username} invites you to {site}.\n\n{how}\n\n"
        f"It can be used once, until {invite.expires:%Y-%m-%d %H:%M} UTC.\n"
    )
    send_unconfirmed(request, invite.email, f"{site}: you are invited", body)
