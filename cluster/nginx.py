"""A real nginx in front of the replicas, with the configuration that is deployed."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from cluster.processes import Server
from cluster.redis_server import installed

DEPLOYED = Path(__file__).resolve().parent.parent / "deploy" / "nginx"
_SHARED = ("nginx.conf", "words.conf")


class NginxServer(Server):
    """nginx before the ports that ``replica_ports`` returns when it starts or reloads."""

    def __init__(self, folder: Path, replica_ports: Callable[[], Sequence[int]]) -> None:
        super().__init__("nginx", folder)
        self._replica_ports = replica_ports

    def command(self) -> Sequence[str]:
        """Returns the server's command, and writes its configuration."""
        self._configure()
        main = self.folder / "nginx.conf"
        here = ["daemon off;", "worker_shutdown_timeout 1s;"]
        if os.geteuid() == 0:
            here.append("user root;")  # who else could enter our folder?
        nginx = installed("nginx", "nginx")
        return [nginx, "-p", str(self.folder), "-c", str(main), "-g", " ".join(here)]

    @property
    def url(self) -> str:
        """Returns the address of the whole service."""
        return f"http://127.0.0.1:{self.port}"

    def reload(self) -> None:
        """Reads the configuration anew; connections of before are cut after a second."""
        self._configure()
        os.kill(self.pid, signal.SIGHUP)

    def _configure(self) -> None:
        """Lays what is deployed beside what differs here: where it listens, and the replicas."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in _SHARED:
            shutil.copyfile(DEPLOYED / name, self.folder / name)
        listen = f"listen 127.0.0.1:{self.port};\naccess_log off;\n"
        (self.folder / "listen.conf").write_text(listen, "utf-8")
        servers = "".join(
            f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;\n"
            for port in self._replica_ports()
        )
        (self.folder / "replicas.conf").write_text(servers, "utf-8")
