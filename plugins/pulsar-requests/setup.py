"""Distribution ``pulsar-requests``, import package ``torrent_requests``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-requests",
    version="0.1.0",
    description="Pulsar plugin: requests for works, with bounties out of upload credit",
    license="MIT",
    python_requires=">=3.11",
    # The revisions live at the root of the folder and are installed as torrent_requests.versions.
    packages=[
        *find_packages(include=["torrent_requests", "torrent_requests.*"]),
        "torrent_requests.versions",
    ],
    package_dir={"torrent_requests.versions": "versions"},
    install_requires=["pulsar-core", "pulsar-torrents"],
    entry_points={"pulsar.plugins": ["requests = torrent_requests"]},
)
