"""Sphinx configuration: `make docs` writes HTML to docs/_build/html."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "Pulsar"
copyright = "the Pulsar maintainers"
version = release = metadata.version("pulsar-core")
extensions = ["myst_parser", "sphinx.ext.autodoc", "pulsar_reference"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "extensions"]
html_theme = "furo"
html_title = "Pulsar"
# The pages are also read offline, so they load nothing from other sites.
html_static_path = []
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
nitpicky = False
