"""Distribution ``pulsar-requests``, import package ``torrent_requests``."""

from setuptools import find_packages, setup

setup(
    # The revisions at the root of the folder are installed as torrent_requests.versions.
    packages=[
        *find_packages(include=["torrent_requests", "torrent_requests.*"]),
        "torrent_requests.versions",
    ],
    package_dir={"torrent_requests.versions": "versions"},
)
