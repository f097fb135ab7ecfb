"""Distribution ``pulsar-messages``, import package ``messages``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as messages.versions.
    packages=[*find_packages(include=["messages", "messages.*"]), "messages.versions"],
    package_dir={"messages.versions": "versions"},
)
