"""Distribution ``pulsar-forums``, import package ``forums``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as forums.versions.
    packages=[*find_packages(include=["forums", "forums.*"]), "forums.versions"],
    package_dir={"forums.versions": "versions"},
)
