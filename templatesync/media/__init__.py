"""Media files of a project: what they are by their bytes, and their bytes once more. Knows no kind, no path, no API."""

from __future__ import annotations

from templatesync.model.media import ENDINGS, LARGEST, Media, MediaInfo

__all__ = ["ENDINGS", "LARGEST", "Media", "MediaInfo"]
