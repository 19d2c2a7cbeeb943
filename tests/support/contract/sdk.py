"""An official SDK in a process of its own, and one caller's view of it. Knows no operation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DRIVERS = Path(__file__).parents[2] / "contract"
# Where `make test` puts the SDKs: beside the environment of the tests, and outside what they can import.
KEPT = Path(__file__).parents[3] / ".venv"

# Seconds that one order may take; the SDK itself gives up after ten.
PATIENCE = 60.0


class Driver:
    """A running driver. Not for two threads at a time."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors

    def order(self, do: str, **details: Any) -> dict[str, Any]:
        """Have one thing done; fails the test with the driver's own words when it dies of it."""
        process = self._process
        assert process.stdin and process.stdout
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watch.cancel()
            watch.join()
        assert line, f"the SDK's process ended: {self._errors.read_text(errors='replace')[-2000:]}"
        outcome = json.loads(line)
        assert isinstance(outcome, dict)
        return outcome


@contextmanager
def _driver(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Driver]:
    with tempfile.TemporaryDirectory() as home:
        errors = Path(home) / "stderr"
        # No proxy, no profile, no debugging switch of whoever runs the tests.
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        with (
            errors.open("w") as err,
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                encoding="utf-8",
                cwd=home,
                env={**kept, "HOME": home, "NO_PROXY": "127.0.0.1", **environment},
            ) as process,
        ):
            try:
                yield Driver(process, errors)
            finally:
                assert process.stdin
                process.stdin.close()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


@contextmanager
def python_driver(version: str) -> Iterator[Driver]:
    """The Python SDK in that version. What the versions share is kept with the newer one."""
    folders = [KEPT / f"sdk-{version}", KEPT / "sdk-5.3.1"]
    missing = [folder for folder in folders if not (folder / "alibabacloud_cams20200606").is_dir()]
    assert not missing, "the official SDK is not installed; `make test` does that"
    path = os.pathsep.join(dict.fromkeys(map(str, folders)))
    environment = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    with _driver([sys.executable, "-s", str(DRIVERS / "python_driver.py")], environment) as driver:
        yield driver


@contextmanager
def node_driver(node: str) -> Iterator[Driver]:
    """The Node SDK; `node` is the program to run it with."""
    with _driver([node, str(DRIVERS / "node" / "driver.js")], {"NODE_PATH": str(NODE_MODULES)}) as driver:
        yield driver


NODE_MODULES = KEPT / "sdk-node" / "node_modules"


@dataclass(frozen=True)
class Sdk:
    """An SDK as one caller has set it up: `way` is `sync` or `async`, which Node ignores."""

    driver: Driver
    way: str
    endpoint: str
    space: str = "cams-contract"
    key: str = "emulator"
    secret: str = "emulator"
    token: str = ""

    def but(self, **changes: str) -> Sdk:
        """The same caller, set up differently."""
        return replace(self, **changes)

    def outcome(self, action: str, **params: Any) -> dict[str, Any]:
        """What the SDK makes of a call: `status` and `body`, or `error`, `status` and `code`."""
        return self.driver.order(
            "call",
            endpoint=self.endpoint.removeprefix("http://"),
            way=self.way,
            key=self.key,
            secret=self.secret,
            token=self.token,
            action=action,
            params={"CustSpaceId": self.space, **params},
        )

    def ok(self, action: str, **params: Any) -> dict[str, Any]:
        """The body of an answer that must be a success."""
        outcome = self.outcome(action, **params)
        assert "error" not in outcome, outcome
        assert outcome["status"] == 200
        assert outcome["body"]["Code"] == "OK", outcome
        assert outcome["body"]["RequestId"]
        body = outcome["body"]
        assert isinstance(body, dict)
        return body

    def code(self, action: str, **params: Any) -> str:
        """The `Code` of a refusal by the service: no exception in the SDK, only an answer that is not OK."""
        outcome = self.outcome(action, **params)
        assert "error" not in outcome, outcome
        assert outcome["status"] == 200
        assert outcome["body"]["RequestId"]
        assert outcome["body"]["Message"]
        return str(outcome["body"]["Code"])
