"""Distribution ``pulsar-rules``, import package ``rules``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-rules",
    version="0.1.0",
    description="Pulsar plugin: the site's rules, from files and edited by staff with history",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as rules.versions.
    packages=[*find_packages(include=["rules", "rules.*"]), "rules.versions"],
    package_dir={"rules.versions": "versions"},
    package_data={"rules": ["data/*/*.toml"]},
    install_requires=["pulsar-core"],
    entry_points={"pulsar.plugins": ["rules = rules"]},
)
