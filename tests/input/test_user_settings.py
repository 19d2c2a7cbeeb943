"""The user's own settings file, when it cannot be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from templatesync import user_settings
from templatesync.errors import FindingsError


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: nothing is closed to root, who runs tests in containers."""

    def refusing(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", refusing)
    with pytest.raises(FindingsError) as caught:
        user_settings.load({"HOME": str(tmp_path)})
    (finding,) = caught.value.findings
    assert (finding.rule, "Permission denied" in finding.message) == ("file-unreadable", True)
    assert user_settings.load({}) == user_settings.UserSettings()


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert user_settings.load({"HOME": str(tmp_path)}) == user_settings.UserSettings()
    assert user_settings.load({"XDG_CONFIG_HOME": str(tmp_path / "none")}) == user_settings.UserSettings()
