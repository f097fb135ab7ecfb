"""Distribution ``pulsar-news``, import package ``news``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-news",
    version="0.1.0",
    description="Pulsar plugin: news and a blog with comments, scheduling, a feed and unread marks",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as news.versions.
    packages=[*find_packages(include=["news", "news.*"]), "news.versions"],
    package_dir={"news.versions": "versions"},
    install_requires=["pulsar-core"],
    entry_points={"pulsar.plugins": ["news = news"]},
)
