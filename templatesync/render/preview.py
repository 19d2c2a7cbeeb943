"""A preview as a page of HTML. What a page looks like, `look.page` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templatesync.look.page import page
from templatesync.render.terminal import Style

if TYPE_CHECKING:
    from templatesync.commands.preview import PreviewResult


def html(result: PreviewResult, style: Style) -> str:
    """The page, which needs nothing beside itself."""
    return page(result.page)
