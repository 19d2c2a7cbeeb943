"""What the modules of rules about templates share: the decorators that make rules, and the sources to name. Pure.

A rule is a function under `@rule(id, severity, source, summary)`, in the module of its subject; nothing else lists it.
It is given a Template (see `view.py`) and yields hits. Beside it belong a page in `pages/`, and files that keep and
that break the rule in `tests/rules/ID/`.

Severity follows the source: what the API refuses is an error, or a warning when only other providers say so; what a
review rejects is a warning; advice is info. Where sources disagree the rule says in a comment which one it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from templatesync.kinds.rule import Across, Hit, Need, Rule, Summaries
from templatesync.kinds.rule import rule as rule_of
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
LinkedTemplateCheck: TypeAlias = Callable[[Template, Summaries], Iterator[Hit]]


def rule(
    id_: str,
    severity: Severity,
    source: str,
    summary: str,
    *,
    needs: Sequence[Need] = (),
    once: bool = False,
    in_all: bool = False,
) -> Callable[[TemplateCheck], Rule]:
    """Makes a rule of a function from one template to hits.

    `needs` may name what a template must have for the rule to say anything: a field, a type of component or button, a
    category, or `topic:NAME` for a list of phrases in `words/`. All of them must be there; of a tuple, one. It only
    saves time, so leave it out when in doubt. `once` and `in_all` say how languages of one document are told of.
    """
    make = rule_of(KIND, id_, severity, source, summary, needs)
    return lambda check: make(check)._replace(once=once, in_all=in_all)


def linked(id_: str, severity: Severity, source: str, summary: str) -> Callable[[LinkedTemplateCheck], Rule]:
    """Makes a rule of a function from one template, and the summaries of what it refers to, to hits.

    A plan asks it again with what is live.
    """

    def make(check: LinkedTemplateCheck) -> Rule:
        return Rule(id_, summary, severity, source, kind=KIND, linked_check=check)

    return make


def across(id_: str, severity: Severity, source: str, summary: str, rule: Across) -> Rule:
    """A rule about several templates of a space together."""
    return Rule(id_, summary, severity, source, kind=KIND, across=rule)


def by_schema(id_: str, severity: Severity, source: str, summary: str) -> Rule:
    """A rule that `schemas/template.schema.json` checks, where `x-rule` names it."""
    return Rule(id_, summary, severity, source, kind=KIND)
