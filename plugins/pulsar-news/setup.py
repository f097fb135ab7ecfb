"""Distribution ``pulsar-news``, import package ``news``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as news.versions.
    packages=[*find_packages(include=["news", "news.*"]), "news.versions"],
    package_dir={"news.versions": "versions"},
)
