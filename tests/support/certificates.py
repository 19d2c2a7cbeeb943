"""Certificates that nobody has signed, for servers of tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def make_certificate(folder: Path, name: str) -> Path:
    """A certificate for a name such as `DNS:example.com` or `IP:127.0.0.1`, with its key beside it as key.pem."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl here to make a certificate")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split()
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    names = ["-addext", f"subjectAltName={name}"]
    subprocess.run([*command, *names, *files], check=True, capture_output=True, timeout=60)
    return folder / "certificate.pem"
