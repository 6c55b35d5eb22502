"""Real servers that tests of any folder may use; one that is not installed is a failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.postgres import PostgresServer
from cluster.redis_server import RedisServer
from tests.databases import ENGINES, Databases


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.stop()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """The URL of a migrated database."""
    with databases.migrated(request.param) as url:
        yield url


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    with databases.empty(request.param) as url:
        yield url


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL of the module's own, which its tests may kill."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    made = RedisServer(tmp_path_factory.mktemp("redis"))
    yield made
    made.stop()


@pytest.fixture
def redis_server(running_redis: RedisServer) -> RedisServer:
    """A running Redis; a test may kill it and start it again."""
    running_redis.start()
    return running_redis
