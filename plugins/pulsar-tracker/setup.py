"""Distribution ``pulsar-tracker``, import package ``tracker``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-tracker",
    version="0.1.0",
    description="Pulsar plugin: the HTTP tracker, its accounting and swarms",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as tracker.versions.
    packages=[*find_packages(include=["tracker", "tracker.*"]), "tracker.versions"],
    package_dir={"tracker.versions": "versions"},
    install_requires=["pulsar-core", "pulsar-torrents"],
    entry_points={"pulsar.plugins": ["tracker = tracker"]},
)
