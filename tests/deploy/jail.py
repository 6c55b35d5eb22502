"""What the image makes, without an engine that runs images: its files, its account, nothing to write to.

The folders and variables are read from deploy/Dockerfile. Linux's own means do the rest: a mount
namespace in which everything is read-only but /tmp and var, and an account without rights.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
DOCKERFILE = (PROJECT / "deploy" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
FINAL = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
ENTER = """\
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/assistant /srv/python /srv/secrets
mount --bind "$IMAGE" /srv/assistant
mount --bind "$LIBRARIES" /srv/assistant/.venv/lib/python3.10/site-packages
mount --bind "$PYTHON" /srv/python
mount --bind "$SECRETS" /srv/secrets
mount --bind "$KEPT" /srv/assistant/var
for folder in /srv /srv/assistant /srv/assistant/.venv/lib/python3.10/site-packages /srv/python /srv/secrets; do
  mount -o remount,bind,ro "$folder"
done
mount -t tmpfs -o mode=1777,size=768m tmpfs /tmp
mount -o remount,bind,ro /
cd /srv/assistant
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all env -i "$@"
"""


def instruction(name: str, part: str = FINAL) -> Any:
    """Returns the list that an instruction in JSON form carries."""
    (found,) = re.findall(rf"^\s*{name} (?:--\S+ )*(\[.*\])$", part, re.M)
    return json.loads(found)


def environment() -> dict[str, str]:
    """Returns the variables that the image sets."""
    lines = re.findall(r"^ENV (.*)$", DOCKERFILE, re.M)
    values = dict(pair.split("=", 1) for line in lines for pair in line.split())
    path = values["PATH"].replace("$PATH", "/usr/local/bin:/usr/bin:/bin")
    return {**values, "PATH": path}


@dataclass
class Jail:
    """One container's worth of files; ``settings`` are what a manifest adds."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.image, self.kept, self.secrets = (self.folder / n for n in ("image", "var", "secrets"))
        self.image.mkdir()
        for line in re.findall(r"^COPY (?!--from)(.*)$", FINAL, re.M):
            for source in line.split()[:-1]:
                self._copy(source)
        self._copy("models")  # from the stage that trains, which would find it trained
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "bot", "actions"],
            cwd=self.image, check=True,
        )  # fmt: skip
        venv = self.image / ".venv"
        (venv / "lib" / "python3.10" / "site-packages").mkdir(parents=True)
        (venv / "bin").mkdir()
        (venv / "bin" / "python").symlink_to("/srv/python/bin/python3.10")
        (venv / "pyvenv.cfg").write_text("home = /srv/python/bin\n", "utf-8")
        (self.image / "var").mkdir()
        for folder in (self.kept, self.secrets):
            folder.mkdir()
        os.chown(self.kept, 10001, 10001)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # The test's own machine: not for its neighbours, as a container's network would be.
        self.settings |= {"ASSISTANT_HOST": "127.0.0.1", "ASSISTANT_PORT": str(self.port)}

    def _copy(self, source: str) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, self.image / source, ignore=ignored)
        else:
            shutil.copy(PROJECT / source, self.image / source)

    def secret(self, name: str, value: str) -> None:
        """Writes a secret as the runbook does: for the account alone, named by its variable."""
        path = self.secrets / name.lower()
        path.write_text(value + "\n", "utf-8")
        os.chown(path, 10001, 10001)
        path.chmod(0o400)
        self.settings[f"ASSISTANT_{name}_FILE"] = f"/srv/secrets/{name.lower()}"

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        """Starts a command as the container would."""
        # This machine's interpreter may have its library beside it.
        found = {**environment(), **self.settings, "LD_LIBRARY_PATH": "/srv/python/lib"}
        variables = [f"{name}={value}" for name, value in found.items()]
        where = {
            "IMAGE": self.image, "KEPT": self.kept, "SECRETS": self.secrets,
            "PYTHON": sys.base_prefix, "LIBRARIES": sysconfig.get_paths()["purelib"],
        }  # fmt: skip
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", ENTER, "enter", *variables, *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **{n: str(v) for n, v in where.items()}},
            text=True, **options,
        )  # fmt: skip

    def run(self, command: list[str]) -> tuple[int, str]:
        """Runs a command to its end; returns its exit code and what it printed."""
        done = self.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = done.communicate(timeout=120)
        return done.returncode, output

    def files(self) -> set[str]:
        """Returns all that the image holds now."""
        return {str(path.relative_to(self.image)) for path in self.image.rglob("*")}
