"""What is released, built and installed as others do it: all works without the repository. It needs an index."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.dockerfile import steps
from support.git_repository import SETTINGS, Repository

ROOT = Path(__file__).parents[3]
SOMEBODY = 1234
KEPT = ("PATH", "HOME", "LANG", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def call(*words: str | Path, cwd: Path, user: int | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """A program with hardly any environment."""
    around = {name: os.environ[name] for name in KEPT if name in os.environ} | SETTINGS | more
    return subprocess.run(
        [*map(str, words)], cwd=cwd, env=around, user=user, group=user, capture_output=True, text=True
    )


def good(*words: str | Path, cwd: Path, **more: str) -> str:
    done = call(*words, cwd=cwd, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Built(NamedTuple):
    sources: Path
    wheel: Path
    tree: Path
    """What git has, as a clone of it."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sources as they are, committed or not, and the wheel that is built from what was packed of them."""
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    listed = good("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tree / name)
    Repository.new(tree).commit()
    good(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder / "dist", cwd=tree)
    (sources,) = (folder / "dist").iterdir()
    with tarfile.open(sources) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    good(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=unpacked)
    (wheel,) = (folder / "dist").glob("*.whl")
    return Built(sources, wheel, tree)


def environment(folder: Path) -> Path:
    """The programs of a new virtual environment that others may use."""
    venv.create(folder, with_pip=True, symlinks=False)
    return folder / "bin"


@pytest.fixture(scope="session")
def programs(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = environment(tmp_path_factory.mktemp("installed") / "venv")
    good(made / "pip", "install", "--quiet", built.wheel, cwd=built.tree)
    return made


def test_sources_and_wheel_have_the_same_package(built: Built) -> None:
    with tarfile.open(built.sources) as archive, zipfile.ZipFile(built.wheel) as wheel:
        packed = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
        inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {name for name in packed if name.startswith("templatesync/") and Path(name).suffix}
    wanted |= {f"templatesync/{name}" for name in packed if name.startswith("schemas/")}
    assert wanted == inside


def test_it_works_without_the_repository(programs: Path, tmp_path: Path) -> None:
    own = programs / "templatesync"
    assert re.search(r"\d+\.\d+\.\d+", good(own, "--version", cwd=tmp_path))
    assert "Change what is live:" in good(own, "--help", cwd=tmp_path)
    good(own, "init", "shop", cwd=tmp_path)
    shop = tmp_path / "shop"
    assert (shop / "schemas" / "resource.schema.json").is_file()
    assert "no findings" in good(own, "validate", cwd=shop)
    good(own, "fmt", "--check", cwd=shop)
    good(own, "apply", "--yes", "--space", "local", cwd=shop)
    assert "No changes" in good(own, "plan", "--space", "local", cwd=shop)
    good(own, "preview", "-o", "preview.html", cwd=shop)
    assert "car-body-160" in good(own, "rules", "car-body-160", cwd=shop)
    assert '"$schema"' in good(own, "schema", "template", cwd=shop)
    for host, file in (("github", ".github/workflows/plan.yml"), ("gitlab", ".gitlab/templatesync.yml")):
        good(own, "ci", "init", host, cwd=shop)
        assert (shop / file).is_file()
    good(own, "outputs", "--format", "python", "--space", "local", cwd=shop)
    find = "import templatesync, pathlib; print((pathlib.Path(templatesync.__file__).parent / 'py.typed').is_file())"
    assert good(programs / "python", "-c", find, cwd=shop) == "True\n"


@contextlib.contextmanager
def serving(own: Path, cwd: Path) -> Iterator[str]:
    with subprocess.Popen([own, "emulator", "--port", "0"], cwd=cwd, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def test_the_emulator_is_inside(programs: Path, tmp_path: Path) -> None:
    with serving(programs / "templatesync", tmp_path) as said:
        assert said.startswith("listening on http://127.0.0.1:")


def test_hooks_work_as_pre_commit_runs_them(programs: Path, built: Built, tmp_path: Path) -> None:
    """pre-commit installs a clone with `pip install .` and runs the entry at the top of the repository."""
    made = environment(tmp_path / "hooks")
    good(made / "pip", "install", "--quiet", ".", cwd=built.tree)
    repository = Repository.new(tmp_path / "repository")
    good(made / "templatesync", "init", "shop", cwd=repository.root)
    file = repository.root / "shop" / "templates" / "bad.yaml"
    file.write_text("Language: en\nName: Bad\n")
    around = {"PATH": f"{made}{os.pathsep}{os.environ['PATH']}"}
    name = "shop/templates/bad.yaml"
    assert call("templatesync", "fmt", "-C", "shop", name, cwd=repository.root, **around).returncode == 0
    assert file.read_text().startswith("Name: Bad\n")
    assert call("templatesync", "validate", "-C", "shop", cwd=repository.root, **around).returncode == 3


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_the_steps_of_the_image(built: Built, open_folder: Path) -> None:
    """As far as there is no daemon: what is copied builds, the wheels install without an index, and the entry point
    runs for somebody else, in a checkout that is not theirs.
    """
    made = environment(open_folder / "image")
    source, wheels = open_folder / "src", open_folder / "wheels"
    source.mkdir()
    for step in (each for each in steps() if each.name == "COPY"):
        *names, target = step.text.split()
        for name in names:
            to = source / target if (built.tree / name).is_dir() else source / target / name
            (shutil.copytree if (built.tree / name).is_dir() else shutil.copyfile)(built.tree / name, to)
    pips = [each.text[each.text.index("pip ") :] for each in steps() if each.name == "RUN" and "pip " in each.text]
    assert [each.split()[1] for each in pips] == ["wheel", "install"]
    for command in pips:
        around = {"PATH": f"{made}{os.pathsep}{os.environ['PATH']}"}
        good("sh", "-euc", command.replace("/wheels", str(wheels)), cwd=source, **around)
    work = open_folder / "work"
    shutil.copytree(built.tree / "examples", work)
    assert "no findings" in good(made / "templatesync", "validate", cwd=work)
    if os.geteuid() != 0 or not _may_run(made / "python", SOMEBODY):
        pytest.skip("only root can become somebody else, and the Python must be one that everybody may run")
    done = call(made / "templatesync", "validate", cwd=work, user=SOMEBODY, HOME="/")
    assert done.returncode == 0 and "no findings" in done.stdout, done.stderr


def _may_run(python: Path, user: int) -> bool:
    try:
        return call(python, "-c", "", cwd=Path("/"), user=user).returncode == 0
    except PermissionError:
        return False
