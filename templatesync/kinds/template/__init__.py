"""Message templates: all that the program knows of them. Knows no client and no other kind."""

from __future__ import annotations

from collections.abc import Mapping

from templatesync.kinds.base import Content, FileForm, Kind, Outputs, Pair, Policy, References, Remote, RuleSet
from templatesync.kinds.examining import Survey, Trial
from templatesync.kinds.template import (
    canonical,
    listing,
    permissions,
    policy,
    rejection,
    remote,
    sample,
    sending,
    state,
    told,
    unknown,
    usage,
)
from templatesync.kinds.template.file import LAYOUT, unparse
from templatesync.kinds.template.fix import FIXES
from templatesync.kinds.template.rules import CHANGES, RULES
from templatesync.kinds.template.starter import STARTER
from templatesync.kinds.template.view import contents, view
from templatesync.kinds.template.visible import gist, visible
from templatesync.look.bubble import Appearance, Values
from templatesync.model.change import Note, Samples
from templatesync.model.json_value import Json
from templatesync.model.resource import Live, Resource

__all__ = ["KIND"]


def _canonical(resource: Resource) -> Json:
    return canonical.canonical(resource.body)


def _current(live: Live) -> Json:
    return canonical.current(live.body or {})


def _pair(resource: Resource, live: Live) -> Pair:
    content = canonical.canonical(resource.body)
    return Pair(content, *canonical.compared(content, resource.body, live.body or {}))


def _outputs(live: Live) -> Mapping[str, Json]:
    return {
        "template_code": live.ids.get("template_code", ""),
        "variables": list(sending.contract(_current(live)).names),
    }


def _unsaid(live: Live) -> Mapping[str, Json]:
    return canonical.unsaid(live.body or {})


def _look(content: Json, language: str, samples: Mapping[str, str], values: Values) -> Appearance:
    from templatesync.kinds.template.look import look

    return look(content, language, samples, values)


def _samples(body: Mapping[str, Json]) -> Samples:
    from templatesync.kinds.template.look_samples import samples

    return samples(body)


def _survey() -> Survey:
    from templatesync.kinds.template.survey import SURVEY

    return SURVEY


def _trial() -> Trial:
    from templatesync.kinds.template.trial import TRIAL

    return TRIAL


KIND = Kind(
    name="template",
    file=FileForm(
        schema="template",
        identify=remote.identify,
        unparse=unparse,
        localised=frozenset({"Text", "Caption", "FileName", "AutofillText", "Url", "CouponCode"}),
        localised_maps=frozenset({"Example"}),
        is_sample=sample.is_sample,
        lacks_samples=unknown.lacks_samples,
        todo_samples=unknown.todo_samples,
        name_field="Name",
        media=sample.named,
        layout=LAYOUT,
        starter=STARTER,
        likeness=told.likeness,
    ),
    content=Content(_canonical, _current, _pair, sending.breaking, visible, _look, _samples, gist=gist, unsaid=_unsaid),
    policy=Policy(
        decide=policy.decide,
        deletable=policy.deletable,
        recategorised=policy.recategorised,
        categorised=policy.categorised,
        unknown=policy.unknown,
        settled=policy.settled,
        unique=True,  # "TemplateNameExist": a name has each language once
        order=1,
        pending=state.PENDING,
        rejected=state.REJECTED,
        words=state.WORDS,
        explained=rejection.explained,
        drifts=frozenset({policy.CATEGORY_DRIFT}),
        # Meta's template-management page: the name of a deleted approved template. Of one language it says nothing.
        deletion=Note("name_blocked", "the platform lets nobody use the deleted name again for 30 days"),
        held_days=30,
        deletion_of_language="whether the platform holds the name in this language for 30 days, no page says",
    ),
    remote=Remote(
        fetch=listing.fetch,
        read=remote.read,
        look=listing.look,
        create=remote.create,
        update=remote.update,
        delete=remote.delete,
        fingerprint=listing.fingerprint,
        detail=permissions.READS[0],
        reads=permissions.READS,
        writes=permissions.WRITES,
        survey=_survey,
        trial=_trial,
    ),
    references=References(fields={"FlowId": "flow"}),
    rules=RuleSet(RULES, view, contents, FIXES, changes=CHANGES),
    outputs=Outputs(
        _outputs,
        code="template_code",
        prefix="TEMPLATE_",
        usable=policy.usable,
        contract=sending.contract,
        usage=usage.usage,
    ),
)
