"""The user's own settings file, when it cannot be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from templatesync.model.errors import FindingsError
from templatesync.project import user_settings


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: nothing is closed to root, who runs tests in containers."""

    def refusing(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", refusing)
    with pytest.raises(FindingsError) as caught:
        user_settings.load({"HOME": str(tmp_path)}, tmp_path / "project")
    (finding,) = caught.value.findings
    assert (finding.rule, "Permission denied" in finding.message) == ("file-unreadable", True)
    assert user_settings.load({}, tmp_path / "project") == user_settings.UserSettings()


def test_a_relative_folder_is_invalid_and_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be a folder of whatever project is worked on, and could name an endpoint or a proxy."""
    own = tmp_path / "home/.config/templatesync"
    theirs = tmp_path / "project/settings/templatesync"
    for folder, proxy in ((own, "http://own.example.com"), (theirs, "http://theirs.example.com")):
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(f"proxy: {proxy}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "project")
    for relative in ("settings", "./settings", ""):
        found = user_settings.load({"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": relative}, tmp_path / "project")
        assert found.proxy == "http://own.example.com"


def test_no_file_is_no_settings(tmp_path: Path) -> None:
    assert user_settings.load({"HOME": str(tmp_path)}, tmp_path / "project") == user_settings.UserSettings()
    assert (
        user_settings.load({"XDG_CONFIG_HOME": str(tmp_path / "none")}, tmp_path / "project")
        == user_settings.UserSettings()
    )
