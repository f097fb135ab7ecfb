"""Distribution ``pulsar-rules``, import package ``rules``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as rules.versions.
    packages=[*find_packages(include=["rules", "rules.*"]), "rules.versions"],
    package_dir={"rules.versions": "versions"},
)
