"""Distribution ``pulsar-wiki``, import package ``wiki``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-wiki",
    version="0.1.0",
    description="Pulsar plugin: a wiki with translations, revisions, aliases and links",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as wiki.versions.
    packages=[*find_packages(include=["wiki", "wiki.*"]), "wiki.versions"],
    package_dir={"wiki.versions": "versions"},
    install_requires=["pulsar-core"],
    entry_points={"pulsar.plugins": ["wiki = wiki"]},
)
