"""``pulsar secret``: replace the secret that members' secrets are derived from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..background import background_request
from ..interfaces import IDatabase, IEncryptedColumn, ISecrets, ISiteLog
from ..registry import Registry
from ..secrets.encrypted import count_encrypted, encrypt_again
from ..secrets.site import SiteSecrets, site_secrets, write_secrets
from ..settings import CoreSettings
from .application import Application


@click.group()
def secret() -> None:
    """Replace the site's secret in steps: add, replace, and later forget.

    Second factors, passkeys, feed keys and waiting mails stay valid. Restart all processes between
    the steps.
    """


@secret.command()
@click.pass_obj
def add(application: Application) -> None:
    """Generate the next secret; processes accept it, but do not use it yet."""
    settings = application.settings()
    site = site_secrets(settings)
    file = _file(settings)
    then = f"restart every process of the site, then: pulsar -c {application.uri} secret replace"
    if site.next:
        click.echo(f"There is a next secret already; {then}")
    elif file is not None:
        write_secrets(file, site.with_next())
        click.echo(f"{file} has the next secret now; copy it to other machines, {then}")
    else:
        click.echo(f"Put this line into [app:main] of {application.uri}, {then}")
        click.echo(f"pulsar.next_secret = {site.with_next().next}")


@secret.command()
@click.option("--yes", is_flag=True, help="Do not ask whether all processes were restarted.")
@click.pass_obj
def replace(application: Application, yes: bool) -> None:
    """Use the next secret, and encrypt data with it that was encrypted with older ones.

    The site may run at the same time, and the command may be repeated at any time.
    """
    registry = application.migrated()
    site = site_secrets(registry.settings)
    file = _file(registry.settings)
    command = f"pulsar -c {application.uri} secret"
    if not site.next and not site.old:
        raise click.ClickException(f"There is no next secret. Make one: {command} add")
    has_next = bool(site.next)
    if has_next:
        _confirm("Was every process of the site restarted since the next secret was added?", yes)
        site = site.replaced()
        if file is not None:
            write_secrets(file, site)
    _encrypt_again(registry, site)
    if has_next:
        _record(registry, "secret_replaced")
    if not has_next:
        click.echo(
            "Passkeys and feed keys of older secrets go on; to end them, and be rid of those "
            f"secrets: {command} forget"
        )
    elif file is not None:
        click.echo(
            f"{file} has the new secret as its first; copy it to other machines, restart every "
            f"process of the site, then run this again: {command} replace"
        )
    else:
        click.echo(
            f"In {application.uri}, put the value of pulsar.secret into pulsar.old_secrets, as its "
            "first line, and that of pulsar.next_secret into pulsar.secret, take out "
            "pulsar.next_secret, restart every process of the site, then run this again: "
            f"{command} replace"
        )


@secret.command()
@click.option("--yes", is_flag=True, help="Do not ask before members need new passkeys.")
@click.pass_obj
def forget(application: Application, yes: bool) -> None:
    """Drop old secrets, after asking. Prints how many passkeys and feed keys depend on them."""
    registry = application.migrated()
    site = site_secrets(registry.settings)
    command = f"pulsar -c {application.uri} secret"
    if not site.old:
        raise click.ClickException("There are no old secrets.")
    database = registry.getUtility(IDatabase)
    counts = {
        column.title: count_encrypted(database, column, site.old_keys, site.without_old().keys)
        for column in _columns(registry)
    }
    if any(counts.values()):
        raise click.ClickException(
            f"Old secrets are still needed ({_list(counts)}). Encrypt that with the current one: "
            f"{command} replace"
        )
    with database.session() as session:
        derived = registry.getUtility(ISecrets).count_derived(session, site.old_keys)
    if derived:
        click.echo(
            f"Derived from old secrets: {_list(derived)}. Their members are given new ones when "
            "they next look at them or download, and with a new passkey download their torrents "
            "again."
        )
    else:
        click.echo("No passkey and no feed key is derived from old secrets.")
    file = _file(registry.settings)
    if file is None:
        click.echo(
            "Where every process of the site was restarted since pulsar.secret was replaced, take "
            f"pulsar.old_secrets out of {application.uri}, and restart them again."
        )
        return
    _confirm(
        "Was every process of the site restarted since the secret was replaced, and are the old "
        "ones to be dropped?",
        yes,
    )
    write_secrets(file, site.without_old())
    _record(registry, "old_secrets_forgotten")
    click.echo(
        f"{file} has no old secrets any more; copy it to other machines, and restart every "
        "process of the site."
    )


def _encrypt_again(registry: Registry, site: SiteSecrets) -> None:
    """Encrypt all columns with the current secret, and print the results."""
    database = registry.getUtility(IDatabase)
    for column in _columns(registry):
        changed, unreadable = encrypt_again(database, column, site.keys)
        rest = f"; {unreadable} are readable with no secret of the site" if unreadable else ""
        click.echo(f"{column.title}: {changed} encrypted with the new secret{rest}.")


def _columns(registry: Registry) -> list[IEncryptedColumn]:
    return [column for _, column in sorted(registry.getUtilitiesFor(IEncryptedColumn))]


def _file(settings: dict[str, Any]) -> Path | None:
    """The secret file, unless the settings contain the secret."""
    if CoreSettings.secret.read(settings):
        return None
    return Path(CoreSettings.secret_file.read(settings))


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    try:
        click.confirm(question, abort=True)
    except click.Abort:
        raise click.ClickException("Nothing was done; --yes does it without asking.") from None


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.lower()}: {count}" for name, count in sorted(counts.items()) if count)


def _record(registry: Registry, action: str) -> None:
    with background_request(registry) as request:
        request.find_service(ISiteLog).record(request, action, "The whole site")
