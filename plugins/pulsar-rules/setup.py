"""Distribution ``pulsar-rules``, import package ``site_rules``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as site_rules.versions.
    packages=[*find_packages(include=["site_rules", "site_rules.*"]), "site_rules.versions"],
    package_dir={"site_rules.versions": "versions"},
)
