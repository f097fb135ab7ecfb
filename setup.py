"""The core of Pulsar: distribution ``pulsar-core``, import package ``pulsar``."""

from setuptools import setup

setup()
