"""Distribution ``pulsar-torrents``, import package ``torrents``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as torrents.versions.
    packages=[*find_packages(include=["torrents", "torrents.*"]), "torrents.versions"],
    package_dir={"torrents.versions": "versions"},
)
