"""Checks whether the imported package ``pulsar`` is ours.

Apache Pulsar's client, the distribution ``pulsar-client``, installs a package of the same name, and
overwrites modules of this one. The entry points check this before they import anything else.
"""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions

from .mistakes import EXIT_STATUS

OWN_DISTRIBUTION = "pulsar-core"


def require_own_package() -> None:
    """End the process with one sentence if another distribution has overwritten the package."""
    package = __name__.partition(".")[0]
    if hasattr(sys.modules[package], "main"):
        return
    others = sorted(set(packages_distributions().get(package, ())) - {OWN_DISTRIBUTION})
    print(
        f"{' and '.join(others) or 'Another distribution'} has overwritten modules of "
        f"{OWN_DISTRIBUTION}, since both install the package {package}: uninstall "
        f"{' and '.join(others) or 'it'}, and install {OWN_DISTRIBUTION} again with pip install "
        "--force-reinstall --no-deps, or use a virtual environment for each.",
        file=sys.stderr,
    )
    raise SystemExit(EXIT_STATUS)
