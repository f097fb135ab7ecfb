"""Distribution ``pulsar-messages``, import package ``messages``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-messages",
    version="0.1.0",
    description="Pulsar plugin: private conversations of members, and their messages to staff",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as messages.versions.
    packages=[*find_packages(include=["messages", "messages.*"]), "messages.versions"],
    package_dir={"messages.versions": "versions"},
    install_requires=["pulsar-core"],
    entry_points={"pulsar.plugins": ["messages = messages"]},
)
