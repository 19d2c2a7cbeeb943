"""A headless Chromium, driven through the pipe of its own protocol: nothing listens, and no library is needed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking"
    " --disable-component-update --disable-default-apps --disable-sync --remote-debugging-pipe"
).split()


class BrowserError(Exception):
    """The browser refuses a command, or is gone."""


class Browser:
    """One tab. `events` are all that it told meanwhile."""

    def __init__(self, sending: Any, receiving: Any) -> None:
        self._sending, self._receiving = sending, receiving
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command, and its answer."""
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        self._sending.write(json.dumps(command).encode() + b"\0")
        self._sending.flush()
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        found: dict[str, Any] = answer["result"]
        return found

    def _next(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._receiving.read(1)) != b"\0":
            if not byte:
                raise BrowserError("the browser is gone")
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message

    def wait_for(self, method: str) -> None:
        """Until the browser tells that."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._next())

    def open(self, address: str) -> None:
        """Open a page and wait until it is there."""
        if not self._session:
            target = self.call("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.call(f"{domain}.enable")
        self.events = []
        self.call("Page.navigate", url=address)
        self.wait_for("Page.loadEventFired")

    def size(self, width: int, height: int = 0, *, dark: bool = False) -> None:
        """How wide the window is; without `height` as high as the page."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        metrics: Mapping[str, Any] = {"width": width, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", height=height or 1200, **metrics)
        before = 0  # what comes into sight takes its real height
        while not height and (full := self.run("document.documentElement.scrollHeight")) != before:
            self.call("Emulation.setDeviceMetricsOverride", height=full, **metrics)
            before = full

    def run(self, script: str) -> Any:
        """What a script of ours comes to; the page's own policy does not hold for it."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise BrowserError(str(done["exceptionDetails"]))
        return done["result"].get("value")

    def picture(self) -> bytes:
        """A PNG of what is in sight."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        """The events of one sort since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def chromium(program: str, folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`."""
    read_commands, write_commands = os.pipe()
    read_answers, write_answers = os.pipe()
    redirected = f'exec "$0" "$@" 3<&{read_commands} 4>&{write_answers}'
    process = subprocess.Popen(
        ["bash", "-c", redirected, program, *FLAGS, f"--user-data-dir={folder}"],
        pass_fds=(read_commands, write_answers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_commands)
    os.close(write_answers)
    try:
        with os.fdopen(write_commands, "wb") as sending, os.fdopen(read_answers, "rb") as receiving:
            browser = Browser(sending, receiving)
            yield browser
            browser._session = ""
            browser.call("Browser.close")
    finally:
        process.wait(20)
