"""One server as a process of its own: started, watched, killed, restarted, its log kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS = 120.0
STOP_SECONDS = 20.0
_PAUSE = 0.05
_LOG_LINES = 15


class ServerFailed(RuntimeError):
    """A server did not start, or ended by itself; the message has the end of its log."""


@dataclass(frozen=True)
class Usage:
    """What a server uses now: memory in MB (shared pages by their share), CPU time in seconds."""

    memory: float
    cpu: float


class Server:
    """A server in a folder of its own, on a free loopback port that it keeps when restarted."""

    def __init__(self, name: str, folder: Path, *, user: str | None = None) -> None:
        self.name = name
        self.folder = folder
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self._user = user
        self._process: psutil.Popen | None = None

    def command(self) -> Sequence[str]:
        """Returns the command that serves in the foreground."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Returns what its environment has besides ours."""
        return {}

    def is_ready(self) -> bool:
        """Tells whether it answers; never raises."""
        return accepts(self.port)

    @property
    def is_running(self) -> bool:
        """Tells whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Returns the process id; raises ServerFailed when it was never started."""
        if self._process is None:
            raise ServerFailed(f"{self.name} was not started")
        return int(self._process.pid)

    def start(self, *, wait: bool = True) -> None:
        """Starts it unless it runs; raises ServerFailed when it does not get ready."""
        if self.is_running:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = psutil.Popen(
                list(self.command()),
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                user=self._user, group=self._user, extra_groups=[] if self._user else None,
            )  # fmt: skip
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Returns once it answers; raises ServerFailed when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if not self.is_running:
                raise ServerFailed(f"{self.name} ended:\n{self.end_of_log()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} is not ready:\n{self.end_of_log()}")
            time.sleep(_PAUSE)

    def kill(self) -> None:
        """Kills it with -9, and whatever it started; nothing is cleaned up."""
        if self._process is None:
            return
        family = self._family()
        for process in family:
            _send(process, signal.SIGKILL)
        psutil.wait_procs(family, timeout=STOP_SECONDS)
        self._process.wait()

    def wait_until_ended(self, seconds: float = STOP_SECONDS) -> None:
        """Waits for a process that ends by itself; raises ServerFailed when it lives on."""
        if self._process is not None:
            try:
                self._process.wait(seconds)
            except psutil.TimeoutExpired as error:
                raise ServerFailed(f"{self.name} lives on") from error

    def stop(self) -> None:
        """Ends it as an operator would, and kills it when it takes too long."""
        if self._process is None:
            return
        _send(self._process, self.stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            self.kill()
        self._process = None

    def restart(self) -> None:
        """Kills it and starts it again on the same port, with what is on its disk."""
        self.kill()
        self.start()

    def usage(self) -> Usage:
        """Returns what it uses with its children now; zero while it does not run."""
        memory = cpu = 0.0
        for process in self._family() if self.is_running else []:
            try:
                memory += process.memory_full_info().pss / 1e6
                times = process.cpu_times()
                cpu += times.user + times.system
            except psutil.NoSuchProcess:
                continue
        return Usage(memory, cpu)

    def end_of_log(self) -> str:
        """Returns the last lines it wrote."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-_LOG_LINES:])

    @property
    def stop_signal(self) -> int:
        """Returns the signal that ends it in order."""
        return signal.SIGTERM

    def _family(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def accepts(port: int) -> bool:
    """Tells whether something listens on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    """Returns a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _send(process: psutil.Process | psutil.Popen, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
