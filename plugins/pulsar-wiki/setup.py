"""Distribution ``pulsar-wiki``, import package ``wiki``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as wiki.versions.
    packages=[*find_packages(include=["wiki", "wiki.*"]), "wiki.versions"],
    package_dir={"wiki.versions": "versions"},
)
