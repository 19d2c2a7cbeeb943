"""How a rule of templates is written: a decorator over a generator, and the sources that rules name. Pure.

Severity follows the source: what the API refuses is an error, or a warning when only other providers say so; what a
review rejects is a warning; advice is info. Where sources disagree the rule says in a comment which one it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from templatesync.kinds.rule import Hit, Rule, Summaries
from templatesync.kinds.template.view import Template
from templatesync.model.finding import Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CAMS = "Alibaba Cloud: CreateChatappTemplate and ModifyChatappTemplate, API 2020-06-06"
CAMS_ERRORS = "Alibaba Cloud: API error codes of Chat App Message Service"
CAMS_LANGUAGES = "Alibaba Cloud: language codes (https://help.aliyun.com/document_detail/463420.html)"
CAMS_DESIGN = "Alibaba Cloud: template design (https://www.alibabacloud.com/help/en/chatapp/user-guide/template-design)"
_META = "https://developers.facebook.com/documentation/business-messaging/whatsapp/templates"
META = f"Meta: templates ({_META}/overview)"
META_COMPONENTS = f"Meta: template components ({_META}/components)"
META_REVIEW = f"Meta: template review ({_META}/template-review)"
META_AUTH = f"Meta: authentication templates ({_META}/authentication-templates)"
META_OFFER = f"Meta: limited-time offer templates ({_META}/marketing-templates/limited-time-offer-templates)"
META_COUPON = f"Meta: coupon templates ({_META}/marketing-templates/coupon-templates)"
META_CAROUSEL = f"Meta: media card carousel templates ({_META}/marketing-templates/media-card-carousel-templates)"
META_CATALOG = f"Meta: catalog and multi-product templates ({_META}/marketing-templates)"
META_FLOWS = "Meta: WhatsApp Flows (https://developers.facebook.com/documentation/business-messaging/whatsapp/flows)"
META_MEDIA = "Meta: supported media types (https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media)"
META_CATEGORY = f"Meta: template categorization ({_META}/template-categorization)"
META_TTL = f"Meta: time to live ({_META}/time-to-live)"
OTHERS = "reports of other WhatsApp providers; no page of Alibaba Cloud or Meta says so"
OWN = "templatesync: inferred from the documented fields"
READERS = "templatesync: what those who read a text see of it; no page of Alibaba Cloud or Meta says so"

KIND = "template"

TemplateCheck: TypeAlias = Callable[[Template], Iterator[Hit]]
Need: TypeAlias = str | tuple[str, ...]
"""A word of `contents`, or several of which one is enough."""
LinkedTemplateCheck: TypeAlias = Callable[[Template, Summaries], Iterator[Hit]]


def rule(
    id_: str, severity: Severity, source: str, summary: str, *, needs: Sequence[Need] = ()
) -> Callable[[TemplateCheck], Rule]:
    """Makes a rule of a function from one template to hits. It needs all of `needs`; `contents` has the words."""

    def make(check: TemplateCheck) -> Rule:
        return Rule(id_, summary, severity, source, kind=KIND, check=check, needs=_sets(needs))

    return make


def about(needs: Sequence[Need], *rules: Rule) -> tuple[Rule, ...]:
    """Rules that all need these, besides what each needs for itself."""
    return tuple(rule._replace(needs=(*rule.needs, *_sets(needs))) for rule in rules)


def _sets(needs: Sequence[Need]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset((need,) if isinstance(need, str) else need) for need in needs)


def linked(id_: str, severity: Severity, source: str, summary: str) -> Callable[[LinkedTemplateCheck], Rule]:
    """Makes a rule of a function from one template, and the summaries of what it refers to, to hits."""

    def make(check: LinkedTemplateCheck) -> Rule:
        return Rule(id_, summary, severity, source, kind=KIND, linked_check=check)

    return make


def by_schema(id_: str, severity: Severity, source: str, summary: str) -> Rule:
    """A rule that `schemas/template.schema.json` checks, where `x-rule` names it."""
    return Rule(id_, summary, severity, source, kind=KIND)
