"""Commands that stand in compose.yml and no linter reads, run on the servers of this machine."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import redis
import yaml

from cluster.processes import free_port

# PyYAML: once Rasa is imported, ruamel's readers expand ${…} from the environment themselves.
COMPOSE = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "deploy" / "compose.yml").read_text("utf-8")
)


def test_redis_takes_its_password_from_a_file_and_shows_it_to_nobody(tmp_path: Path) -> None:
    secret = tmp_path / "redis_password"
    secret.write_text("a-password-of-redis\n", "utf-8")
    port = free_port()
    shell, flag, script = COMPOSE["services"]["redis"]["command"]
    script = script.replace("$$", "$").replace("/run/secrets/redis_password", str(secret))
    assert "exec redis-server " in script
    script = script.replace(
        "exec redis-server ", f"exec redis-server --port {port} --bind 127.0.0.1 "
    )
    running = subprocess.Popen([shell, flag, script], cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port, password="a-password-of-redis")
        deadline = time.monotonic() + 30
        while True:
            try:
                assert client.ping()
                break
            except redis.ConnectionError:
                assert running.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
        said = {name: client.config_get(name)[name] for name in ("save", "appendonly", "maxmemory")}
        assert said == {"save": "", "appendonly": "no", "maxmemory": str(200 * 1024 * 1024)}
        children = psutil.Process(running.pid).children(recursive=True)
        shown = [each.cmdline() for each in [psutil.Process(running.pid), *children]]
        assert any("redis-server" in part for line in shown for part in line)
        assert "a-password-of-redis" not in str(shown)
        client.set("kept", "1")
        client.shutdown(nosave=True)
        running.wait(20)
        assert os.listdir(tmp_path) == ["redis_password"], "nothing is written down"
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(20)
