"""The first template of a new project: one that validates and plans as it stands. Pure text."""

from __future__ import annotations

from collections.abc import Mapping

STARTER: Mapping[str, str] = {
    "templates/order_update.yaml": """\
# yaml-language-server: $schema=../schemas/resource.schema.json
# A first template. Change it, then run `templatesync plan`.
Name: order_update
Category: UTILITY
Language: en
Components:
  - Type: BODY
    Text: Hello $(name), we have packed your order $(order) and will send it today.
  - Type: BUTTONS
    Buttons:
      - {Type: URL, Text: See the order, Url: "${{ site }}/orders/$(order)", UrlType: dynamic}
Example: {name: Ada, order: "1001"}
"""
}
