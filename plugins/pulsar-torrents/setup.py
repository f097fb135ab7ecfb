"""Distribution ``pulsar-torrents``, import package ``torrents``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-torrents",
    version="0.1.0",
    description="Pulsar plugin: torrents, their files, groups, tags and downloads",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as torrents.versions.
    packages=[*find_packages(include=["torrents", "torrents.*"]), "torrents.versions"],
    package_dir={"torrents.versions": "versions"},
    install_requires=["pulsar-core", "fastbencode>=0.3.12"],
    entry_points={
        "pulsar.plugins": ["torrents = torrents"],
        "pulsar.commands": ["category = torrents.cli:category"],
    },
)
