"""`tools/lint-deploy` passes what is deployed, and finds errors that are planted in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
# Rounds of errors, one in each file: what is replaced, by what, and what the linter says of it.
PLANTED = [
    {
        "Dockerfile": ("WORKDIR ", "WORKDR ", "unexpected 'W'"),
        "compose.yml": ("    shm_size:", "    shmsize:", "shmsize"),
        "kubernetes.yml": ("runAsNonRoot:", "runAsNonRot:", "runAsNonRot"),
        "nginx/nginx.conf": ("least_conn;", "least_con;", "least_con"),
        "alerts.yml": ("rate(assistant_refused_total", "rat(assistant_refused_total", "rat"),
    },
    {
        "Dockerfile": ("python:3.10-slim-bookworm AS base", "python AS base", "DL3006"),
        "compose.yml": ("read_only: true", "read_only: [1]", "read_only"),
        "kubernetes.yml": ("failureThreshold: 60", "failureThreshold: often", "failureThreshold"),
        "nginx/nginx.conf": ("include words.conf;", "include wordz.conf;", "wordz.conf"),
        "prometheus.yml": ("scrape_interval: 15s", "scrape_intervall: 15s", "scrape_intervall"),
    },
    {
        "Dockerfile": ('CMD ["python", "-m", "bot", "serve"]', "CMD python -m bot serve", "DL3025"),
        "compose.yml": ("    shm_size: 256m\n", "    shm_size: 256m\n    shm_size: 1m\n", "duplication"),
        "kubernetes.yml": ("*backend", "*of_another_document", "of_another_document"),
        "nginx/nginx.conf": ("proxy_set_header X-Forwarded-For $remote_addr;",
                             "add_header X-Path $uri;", "http_splitting"),
    },
]  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "deploy", tmp_path / "deploy"))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [PROJECT / "tools" / "lint-deploy", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_deployed_is_in_order(copy: Path) -> None:
    done = lint(copy)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_errors_are_found(planted: dict[str, tuple[str, str, str]], copy: Path) -> None:
    for name, (before, after, _) in planted.items():
        text = (copy / name).read_text("utf-8")
        assert before in text
        (copy / name).write_text(text.replace(before, after, 1), "utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert [said for _, _, said in planted.values() if said not in done.stderr] == []
