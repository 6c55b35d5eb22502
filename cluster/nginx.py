"""A real nginx in front of the replicas, with the configuration that is deployed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template

from cluster.processes import Server
from cluster.redis_server import installed

TEMPLATE = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"
_MAIN = Template("""\
daemon off;
${user}
worker_processes 1;
worker_shutdown_timeout 1s;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 8192; }
http {
    access_log off;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    include ${folder}/site.conf;
}
""")


class NginxServer(Server):
    """nginx before the ports that ``replica_ports`` returns when it starts or reloads."""

    def __init__(self, folder: Path, replica_ports: Callable[[], Sequence[int]]) -> None:
        super().__init__("nginx", folder)
        self._replica_ports = replica_ports

    def command(self) -> Sequence[str]:
        """Returns the server's command, and writes its configuration."""
        self._configure()
        main = self.folder / "nginx.conf"
        return [installed("nginx", "nginx"), "-p", str(self.folder), "-c", str(main)]

    @property
    def url(self) -> str:
        """Returns the address of the whole service."""
        return f"http://127.0.0.1:{self.port}"

    def reload(self) -> None:
        """Reads the configuration anew; connections of before are cut after a second."""
        self._configure()
        os.kill(self.pid, signal.SIGHUP)

    def _configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        user = "user root;" if os.geteuid() == 0 else ""  # who else could enter our folder?
        main = _MAIN.substitute(folder=self.folder, user=user)
        (self.folder / "nginx.conf").write_text(main, "utf-8")
        servers = "\n    ".join(
            f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;"
            for port in self._replica_ports()
        )
        site = site_configuration(f"127.0.0.1:{self.port}", servers)
        (self.folder / "site.conf").write_text(site, "utf-8")


def site_configuration(listen: str, servers: str) -> str:
    """Returns the deployed configuration for an address and lines of an ``upstream``."""
    # nginx's own variables look the same, and stay.
    template = Template(TEMPLATE.read_text("utf-8"))
    return template.safe_substitute(LISTEN=listen, SERVERS=servers)
