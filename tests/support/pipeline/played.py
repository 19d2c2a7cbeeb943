"""Actions of others that our workflows use, played: what they do to machine and GitHub. Runs none of their code."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.pipeline.machine import Machine, Played, StepFailed
from support.pipeline.routes import Call
from support.pipeline.state import Artifact, GitHub, Repository, RunRecord, Token


@dataclass(frozen=True)
class Role:
    """Of RAM: which subjects may take it, and what they then are."""

    subjects: tuple[str, ...]
    key: str
    secret: str
    token: str = ""


@dataclass
class Job:
    """What played actions need to know of the job that they are in."""

    github: GitHub
    repository: Repository
    record: RunRecord
    token: Token
    ref: str
    sha: str
    subject: str
    """Of its id token; empty when it may have none."""
    roles: Mapping[str, Role]

    def call(self, token: str = "") -> Call:
        return Call(self.github, self.repository, self.github.tokens.get(token) if token else self.token, {}, {})


def all_of(job: Job) -> dict[str, Played]:
    """By name, without the version."""

    def bound(play: object) -> Played:
        return lambda machine, given: play(job, machine, given)  # type: ignore[operator]

    plays = {
        "actions/checkout": checkout,
        "actions/setup-python": setup_python,
        "actions/upload-artifact": upload,
        "actions/download-artifact": download,
        "actions/cache": cache,
        "actions/cache/restore": restore,
        "actions/cache/save": save,
        "aliyun/configure-aliyun-credentials-action": credentials,
    }
    return {name: bound(play) for name, play in plays.items()}


def only(given: Mapping[str, str], *known: str) -> None:
    if unknown := set(given) - set(known):
        raise StepFailed(f"Unexpected input(s) '{', '.join(sorted(unknown))}'")


def checkout(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(given, "repository", "ref", "fetch-depth", "persist-credentials", "path", "token", "sparse-checkout", "clean")
    name = given.get("repository") or job.repository.name
    held = job.github.repositories.get(name)
    token = job.github.tokens.get(given["token"]) if given.get("token") else job.token
    own = token is not None and token.repository in ("", name) and token.may("contents", "read")
    if held is None or (held.private and not own):
        raise StepFailed(f"repository '{name}' not found")
    ref = given.get("ref") or (job.sha if name == job.repository.name else held.default_branch)
    sha = held.git.sha(ref) or held.git.sha(f"refs/heads/{ref}")
    if not sha:
        raise StepFailed(f"A branch or tag with the name '{ref}' could not be found")
    folder = machine.workspace / given.get("path", ".")
    folder.mkdir(parents=True, exist_ok=True)
    depth = given.get("fetch-depth", "1")

    def git(*words: str) -> None:
        environment = {**machine.environment({}), "GIT_CONFIG_GLOBAL": "/dev/null"}
        subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)

    git("init", "-q", "--template=")
    git("remote", "add", "origin", held.git.url)
    if depth == "0":
        git("fetch", "-q", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*", sha)
    else:
        git("fetch", "-q", f"--depth={depth}", "origin", sha)
    branch = job.ref.removeprefix("refs/heads/")
    if job.ref.startswith("refs/heads/") and not given.get("ref"):
        git("checkout", "-q", "-B", branch, sha)
    else:
        git("checkout", "-q", "--detach", sha)
    if given.get("persist-credentials", "true") == "true":
        git("config", "http.extraheader", f"AUTHORIZATION: basic {token.value if token else ''}")
    elif held.private:
        git("remote", "set-url", "origin", f"https://github.com/{name}")  # where nobody is let in without credentials
    return {"ref": ref, "commit": sha}


def setup_python(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(given, "python-version", "cache", "check-latest", "cache-dependency-path", "python-version-file")
    return {"python-version": given.get("python-version", ""), "python-path": sys.executable, "cache-hit": "false"}


def upload(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(
        given,
        "name",
        "path",
        "if-no-files-found",
        "retention-days",
        "overwrite",
        "include-hidden-files",
        "compression-level",
    )
    name = given.get("name") or "artifact"
    if not name or re.search(r'[":<>|*?\r\n\\/]', name):
        raise StepFailed(f"The artifact name is not valid: {name}")
    files = _files(machine.workspace, given["path"], hidden=given.get("include-hidden-files") == "true")
    if not files:
        if given.get("if-no-files-found", "warn") == "error":
            raise StepFailed(
                f"No files were found with the provided path: {given['path']}. No artifacts will be uploaded."
            )
        return {}
    held = [
        one
        for one in job.repository.artifacts.values()
        if (one.run, one.attempt) == (job.record.id, job.record.attempt)
    ]
    for one in (one for one in held if one.name == name):
        if given.get("overwrite") != "true":
            raise StepFailed(
                "Failed to CreateArtifact: (409) Conflict: an artifact with this name already exists on the run"
            )
        del job.repository.artifacts[one.id]
    root = Path(*_common([file.parent.parts for file in files]))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in files:
            archive.writestr(str(file.relative_to(root)), file.read_bytes())
    made = Artifact(
        next(job.github.ids), name, job.record.id, data.getvalue(), job.github.now(), attempt=job.record.attempt
    )
    job.repository.artifacts[made.id] = made
    url = f"https://github.com/{job.repository.name}/actions/runs/{job.record.id}/artifacts/{made.id}"
    return {"artifact-id": str(made.id), "artifact-url": url, "artifact-digest": "0" * 64}


def _files(workspace: Path, written: str, *, hidden: bool) -> list[Path]:
    found: dict[Path, None] = {}
    for line in written.split("\n"):
        pattern = line.strip()
        if not pattern:
            continue
        start = Path(pattern) if pattern.startswith("/") else workspace / pattern
        whole = [start] if start.exists() else list(Path("/").glob(str(start)[1:]))
        for place in whole:
            for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
                inside = file.relative_to(workspace) if file.is_relative_to(workspace) else Path(file.name)
                if file.is_file() and (hidden or not any(part.startswith(".") for part in inside.parts)):
                    found[file] = None
    return list(found)


def _common(parts: list[tuple[str, ...]]) -> list[str]:
    first, shared = parts[0], []
    for at, name in enumerate(first):
        if any(len(other) <= at or other[at] != name for other in parts):
            break
        shared.append(name)
    return shared


def download(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(given, "name", "path", "pattern", "merge-multiple", "github-token", "repository", "run-id", "artifact-ids")
    run = int(given.get("run-id") or job.record.id)
    held = job.github.repositories[given.get("repository") or job.repository.name]
    if given.get("run-id") and not job.call(given.get("github-token", "")).may("actions", "read"):
        raise StepFailed("Resource not accessible by integration")
    found = [one for one in held.artifacts.values() if one.run == run and not one.expired]
    if given.get("artifact-ids"):
        found = [one for one in found if str(one.id) in given["artifact-ids"].split(",")]
    if name := given.get("name"):
        found = [one for one in found if one.name == name][-1:]
        if not found:
            raise StepFailed(f"Unable to download artifact(s): Artifact not found for name: {name}")
    if pattern := given.get("pattern"):
        found = [one for one in found if Path(one.name).match(pattern)]
    folder = machine.workspace / given.get("path", ".")
    flat = bool(name or given.get("merge-multiple") == "true" or (given.get("artifact-ids") and len(found) == 1))
    for one in found:
        with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
            archive.extractall(folder if flat else folder / one.name)
    return {"download-path": str(folder)}


def cache(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    """Restores now, and saves after a job that went well."""
    outputs = restore(job, machine, given)
    if outputs["cache-hit"] != "true":
        machine.after.append(lambda: None if machine.failed or machine.cancelled else _keep(job, machine, given))
    return outputs


def restore(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(given, "path", "key", "restore-keys", "fail-on-cache-miss", "lookup-only", "enableCrossOsArchive")
    mine = [job.ref, f"refs/heads/{job.repository.default_branch}"]
    for key in [given["key"], *given.get("restore-keys", "").split()]:
        for (ref, name), data in reversed(job.repository.caches.items()):
            if ref in mine and name.startswith(key):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    archive.extractall(machine.workspace)
                hit = "true" if name == given["key"] else "false"
                return {"cache-hit": hit, "cache-matched-key": name, "cache-primary-key": given["key"]}
    return {"cache-hit": "", "cache-matched-key": "", "cache-primary-key": given["key"]}


def save(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    only(given, "path", "key", "upload-chunk-size", "enableCrossOsArchive")
    _keep(job, machine, given)
    return {}


def _keep(job: Job, machine: Machine, given: Mapping[str, str]) -> None:
    if (job.ref, given["key"]) in job.repository.caches:
        return
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in _files(machine.workspace, given["path"], hidden=True):
            archive.writestr(str(file.relative_to(machine.workspace)), file.read_bytes())
    job.repository.caches[(job.ref, given["key"])] = data.getvalue()


def credentials(job: Job, machine: Machine, given: Mapping[str, str]) -> dict[str, str]:
    """A role of RAM by the job's id token. `audience` is said: versions of the action differ in what they take."""
    only(given, "role-to-assume", "oidc-provider-arn", "audience", "role-session-name", "role-session-expiration")
    if not job.subject:
        raise StepFailed("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable: is `id-token: write` missing?")
    for name in ("role-to-assume", "oidc-provider-arn"):
        if not given.get(name):
            raise StepFailed(f"Input required and not supplied: {name}")
    role = job.roles.get(given["role-to-assume"])
    if given.get("audience") != "sts.aliyuncs.com" or role is None or job.subject not in role.subjects:
        raise StepFailed(f"AuthenticationFail.NoPermission: {job.subject} cannot assume {given['role-to-assume']}")
    values = {"KEY_ID": role.key, "KEY_SECRET": role.secret}
    machine.env |= {f"ALIBABA_CLOUD_ACCESS_{name}": value for name, value in values.items()}
    if role.token:
        machine.env["ALIBABA_CLOUD_SECURITY_TOKEN"] = role.token
    machine.masks |= {value for value in (role.secret, role.token) if len(value) > 8}
    return {}


def forget(folder: Path) -> None:
    """A job's machine is gone after it."""
    shutil.rmtree(folder, ignore_errors=True)
