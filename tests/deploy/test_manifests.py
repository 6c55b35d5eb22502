"""What the linters do not know: our settings, our secrets, our routes, and what must agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.bootstrap import build
from bot.settings import PREFIX, Settings, read_settings
from bot.web.app import create_app
from bot.web.refusals import RETRY_SECONDS, SENTENCES
from tests.web.console.conftest import NoAssistant

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
SETTINGS = {PREFIX + setting.name.upper(): setting for setting in fields(Settings)}
# What a manifest or compose itself reads, besides settings.
OF_COMPOSE = {"ASSISTANT_SECRETS", "ASSISTANT_IMAGE", "ASSISTANT_PORT"}
URLS_WITH_PASSWORDS = {"ASSISTANT_DATABASE_URL", "ASSISTANT_REDIS_URL"}


def documents(name: str) -> list[Any]:
    # PyYAML: once Rasa is imported, ruamel's readers expand ${…} from the environment themselves.
    return [d for d in yaml.safe_load_all((DEPLOY / name).read_text("utf-8")) if d]


@pytest.fixture(scope="module")
def compose() -> Any:
    return documents("compose.yml")[0]


@pytest.fixture(scope="module")
def cluster() -> dict[str, Any]:
    found = {document["kind"]: document for document in documents("kubernetes.yml")}
    assert len(found) == len(documents("kubernetes.yml"))
    return found


def pods(cluster: dict[str, Any]) -> Iterator[Any]:
    for kind in ("Job", "Deployment"):
        yield cluster[kind]["spec"]["template"]["spec"]


def containers(cluster: dict[str, Any]) -> Iterator[Any]:
    for pod in pods(cluster):
        yield from [*pod["containers"], *pod.get("initContainers", [])]


def test_every_variable_is_a_setting_and_secrets_come_from_files() -> None:
    for name in ("compose.yml", "kubernetes.yml", "Dockerfile"):
        for variable in set(re.findall(r"ASSISTANT_[A-Z_0-9]+", (DEPLOY / name).read_text())):
            if variable in OF_COMPOSE:
                continue
            setting = variable.removesuffix("_FILE")
            assert setting in SETTINGS, f"{name}: {variable}"
            secret = SETTINGS[setting].metadata["secret"] or setting in URLS_WITH_PASSWORDS
            assert variable.endswith("_FILE") == secret, f"{name}: {variable}"


def test_what_has_no_safe_default_must_be_given(compose: Any) -> None:
    text = (DEPLOY / "compose.yml").read_text("utf-8")
    defaults = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", text))
    assert set(defaults) == {"ASSISTANT_IMAGE", "ASSISTANT_PORT"}
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("${ASSISTANT_SECRETS:?")
    assert "Secret" not in {document["kind"] for document in documents("kubernetes.yml")}


def test_both_give_the_same_settings_and_secrets(compose: Any, cluster: Any) -> None:
    replica = compose["services"]["assistant-1"]["environment"]
    assert set(replica) == set(cluster["ConfigMap"]["data"])
    assert set(compose["services"]["assistant-1"]["secrets"]) == {
        Path(value).name for name, value in replica.items() if name.endswith("_FILE")
    }


def test_they_start_with_what_they_are_given(cluster: Any, tmp_path: Path) -> None:
    """The settings of the manifest are read as a replica reads them."""
    environment = dict(cluster["ConfigMap"]["data"])
    for name, value in environment.items():
        if name.endswith("_FILE"):
            (tmp_path / Path(value).name).write_text("kid:" + "s" * 40 + "\n", "utf-8")
            environment[name] = str(tmp_path / Path(value).name)
    settings = read_settings(environment)
    assert settings.jwt_keys == "kid:" + "s" * 40
    assert not settings.demo


def test_only_nginx_is_reached_and_only_from_this_machine(compose: Any) -> None:
    published = {n: s["ports"] for n, s in compose["services"].items() if "ports" in s}
    assert published == {"nginx": ["127.0.0.1:${ASSISTANT_PORT:-8080}:8080"]}
    assert compose["networks"]["data"]["internal"] is True
    for name in ("postgres", "redis", "migrate"):
        assert set(compose["services"][name]["networks"]) == {"data"}


def test_nginx_knows_the_replicas_and_they_know_nginx(compose: Any) -> None:
    services = compose["services"]
    replicas = [s for n, s in services.items() if n.startswith("assistant-")]
    addresses = {s["networks"]["front"]["ipv4_address"] for s in replicas}
    listed = (DEPLOY / "nginx" / "replicas.conf").read_text("utf-8")
    assert set(re.findall(r"^server ([\d.]+):8000 ", listed, re.M)) == addresses
    assert len(addresses) == 2
    nginx = services["nginx"]["networks"]["front"]["ipv4_address"]
    assert {s["environment"]["ASSISTANT_TRUSTED_PROXIES"] for s in replicas} == {nginx}
    gateway = compose["networks"]["front"]["ipam"]["config"][0]["gateway"]
    assert f"set_real_ip_from {gateway};" in (DEPLOY / "nginx" / "listen.conf").read_text()


def test_nothing_runs_as_root_or_writes_to_its_image(compose: Any, cluster: Any) -> None:
    for name, service in compose["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        if name == "postgres":  # its image becomes its own account, and writes to its volume
            continue
        assert service["user"].split(":")[0] != "0", name
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
    for pod in pods(cluster):
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
    for container in containers(cluster):
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"] == {"drop": ["ALL"]}
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    user = re.findall(r"^USER (\d+):(\d+)$", image, re.M)[-1]
    assert compose["services"]["assistant-1"]["user"] == ":".join(user)
    assert cluster["Deployment"]["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == int(user[0])  # fmt: skip


def test_everything_has_limits(compose: Any, cluster: Any) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"]), name
            assert service["logging"]["options"]["max-size"], name
    for container in containers(cluster):
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}


def test_probes_ask_what_they_should(cluster: Any) -> None:
    (replica,) = cluster["Deployment"]["spec"]["template"]["spec"]["containers"]
    asked = {n: replica[f"{n}Probe"]["httpGet"]["path"] for n in ("startup", "readiness", "liveness")}  # fmt: skip
    assert asked == {"startup": "/healthz", "readiness": "/readyz", "liveness": "/healthz"}
    probe = replica["readinessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] <= 5


def test_a_replica_has_time_to_finish_what_it_does(compose: Any, cluster: Any) -> None:
    turn = Settings().turn_seconds
    pod = cluster["Deployment"]["spec"]["template"]["spec"]
    (replica,) = pod["containers"]
    before = int(replica["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > turn + before + 10
    assert int(compose["services"]["assistant-1"]["stop_grace_period"].rstrip("s")) > turn + 10


def test_selectors_meet(cluster: Any) -> None:
    labels = cluster["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert cluster["Deployment"]["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert cluster["Service"]["spec"]["selector"].items() <= labels.items()
    assert cluster["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"].items() <= labels.items()  # fmt: skip
    target = cluster["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", cluster["Deployment"]["metadata"]["name"])  # fmt: skip
    assert "replicas" not in cluster["Deployment"]["spec"]  # the autoscaler's
    (port,) = cluster["Service"]["spec"]["ports"]
    names = {p["name"] for c in containers(cluster) for p in c.get("ports", [])}
    assert port["targetPort"] in names
    images = {container["image"] for container in containers(cluster)}
    assert len(images) == 1
    config = {s["configMapRef"]["name"] for c in containers(cluster) for s in c["envFrom"]}
    assert config == {cluster["ConfigMap"]["metadata"]["name"]}


def test_the_ingress_lets_in_what_people_call_and_nothing_else(cluster: Any) -> None:
    (rule,) = cluster["Ingress"]["spec"]["rules"]
    let_in = {path["path"] for path in rule["http"]["paths"]}
    assert let_in == outside_routes()


def outside_routes() -> set[str]:
    """Returns the first part of every path the app serves, but what is asked from inside."""
    environment = {"ASSISTANT_JWT_KEYS": "k:" + "s" * 40, "ASSISTANT_DATABASE_URL": "sqlite://",
                   "ASSISTANT_SLACK_BOT_TOKEN": "xoxb-1", "ASSISTANT_SLACK_SIGNING_SECRET": "s",
                   "ASSISTANT_SLACK_CHANNELS": "default=C1"}  # fmt: skip
    app = create_app(build(read_settings(environment), assistant=NoAssistant()))
    paths = {"/" + str(getattr(route, "path", "")).split("/")[1] for route in app.routes}
    return paths - {"/healthz", "/readyz", "/metrics"}


def test_nginx_keeps_figures_inside_and_says_what_sellers_read() -> None:
    nginx = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    assert "location ~ ^/(metrics|readyz)$" in nginx
    assert f"add_header Retry-After {RETRY_SECONDS} always;" in nginx
    words = (DEPLOY / "nginx" / "words.conf").read_text("utf-8")
    said = json.loads(re.findall(r"default '(.*)';", words)[0])
    assert said == {"error": {"code": "unavailable", "message": SENTENCES["unavailable"]}}


def test_the_image_takes_only_what_it_copies() -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", image, re.M)
        for source in line.split()[:-1]
    }
    ignore = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignore
    assert {line[1:] for line in ignore if line.startswith("!")} == copied
    for source in copied:
        assert (PROJECT / source).exists(), source
    for secret in (".env", "var/assistant.db", "deploy/.env", ".git"):
        assert not any(secret == source or secret.startswith(f"{source}/") for source in copied)


def test_images_are_named_without_a_host_and_with_a_version(compose: Any, cluster: Any) -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    named = [line.split()[1] for line in image.splitlines() if line.startswith("FROM")]
    stages = {line.split()[-1] for line in image.splitlines() if " AS " in line and line.startswith("FROM")}  # fmt: skip
    named = [name for name in named if name not in stages]
    named += [service["image"] for service in compose["services"].values()]
    named += [container["image"] for container in containers(cluster)]
    for name in named:
        if name.startswith("${"):
            continue
        assert re.fullmatch(r"[a-z-]+:[\w.-]+", name) and not name.endswith(":latest"), name
