"""Distribution ``pulsar-forums``, import package ``forums``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-forums",
    version="0.1.0",
    description="Pulsar plugin: forums with threads, posts, polls and subscriptions",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as forums.versions.
    packages=[*find_packages(include=["forums", "forums.*"]), "forums.versions"],
    package_dir={"forums.versions": "versions"},
    install_requires=["pulsar-core"],
    entry_points={"pulsar.plugins": ["forums = forums"]},
)
