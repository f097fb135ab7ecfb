"""The core of Pulsar: distribution ``pulsar-core``, import package ``pulsar``."""

from setuptools import find_packages, setup

setup(
    name="pulsar-core",
    version="0.1.0",
    description="The backend of a BitTorrent indexer, built of plugins, on Pyramid",
    license="MIT",
    python_requires=">=3.11",
    packages=find_packages(include=["pulsar", "pulsar.*"]),
    include_package_data=True,
    package_data={
        "pulsar": [
            "py.typed",
            "cli/templates/**/*",
            "db/alembic/*.mako",
            "openapi/assets/*",
            "users/*.txt",
        ]
    },
    install_requires=[
        "alembic>=1.16",
        "argon2-cffi>=25.1",
        "click>=8.1",
        "colander>=2.0",
        "cryptography>=44",
        "huey>=3.5",
        "markdown-it-py>=4.3",
        "msgspec>=0.19",
        "multipart>=1.2",
        "nh3>=0.3.8",
        "orjson>=3.10",
        "plaster-pastedeploy>=1.0",
        "prometheus_client>=0.21",
        "psycopg[binary]>=3.2",
        "pyotp>=2.9",
        "pyramid>=2.1,<3",
        "pyramid_mailer>=0.15.1",
        "pyramid_retry>=2.1.1",
        "pyramid_tm>=2.6",
        "redis>=5.2",
        "repoze.sendmail>=4.4.1",
        "rich>=14",
        "segno>=1.6",
        # Pyramid 2.1 still imports pkg_resources, which setuptools 82 removed.
        "setuptools<82",
        "SQLAlchemy>=2.0.36,<2.1",
        "structlog>=25.1",
        "transaction>=5.0",
        "waitress>=3.0.1",
        "zope.interface>=7.0",
        "zope.sqlalchemy>=4.0",
    ],
    extras_require={
        "testing": [
            "hypothesis>=6.100",
            "jsonschema>=4.20",
            "openapi-spec-validator>=0.7.2",
            "pytest>=8",
            "pytest-xdist>=3.6",
            "PyYAML>=6",
            "time-machine>=2.16",
            "WebTest>=3.0.2",
        ],
    },
    entry_points={
        "paste.app_factory": ["main = pulsar:main"],
        "console_scripts": ["pulsar = pulsar.cli:main"],
        "pytest11": ["pulsar = pulsar.testing.plugin"],
    },
)
