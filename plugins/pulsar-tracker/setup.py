"""Distribution ``pulsar-tracker``, import package ``tracker``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as tracker.versions.
    packages=[*find_packages(include=["tracker", "tracker.*"]), "tracker.versions"],
    package_dir={"tracker.versions": "versions"},
)
