"""Rules about samples: the values in Example, and the files that reviewers open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from templatesync.kinds.rule import Hit
from templatesync.kinds.template import limits, unknown
from templatesync.kinds.template.rules.base import INFO, META_REVIEW, OTHERS, OWN, WARNING, rule
from templatesync.kinds.template.view import Template
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.unknown_samples import AT

_MOST_NAMED = 5

# What people put for a sample that they do not have.
_FILLER = lazy_pattern(
    r"(?i)\s*(?:x{3,}|test\d*|testing|sample\d*|example\d*|lorem(?: ipsum)?|asdf\w*|foo|bar|tbd|todo|n/?a|string|value"
    r"|placeholder|\?+|\.{2,}|-+|\{\{\s*(?:\w+\s*)?\}\}|<[^<>]*>|\[[^\[\]]*\]|%\w+%)\s*"
)


@rule("var-example-real", WARNING, META_REVIEW, "A sample is what a customer might read.", needs=["Example"])
def var_example_real(template: Template) -> Iterator[Hit]:
    """Fillers such as xxx or test, and a variable in place of a value."""
    for name, sample in template.example.items() if template.category != "AUTHENTICATION" else ():
        if not isinstance(sample, str) or not sample:
            continue
        if "$(" in sample and VARIABLE.search(sample):
            message, hint = f"the sample of $({name[:60]}) is a variable itself", "write a value"
        elif _FILLER.fullmatch(sample):
            message, hint = f"the sample of $({name[:60]}) is a filler: {sample[:20]}", "write a value that looks real"
        else:
            continue
        yield Hit(("Example", name), message, hint)


_ADDRESS = lazy_pattern(r"(?i)\s*(?:https?://|www\.)\S+\s*")


@rule(
    "var-url-as-value",
    INFO,
    OTHERS,
    "A BODY has no variable that is a whole address.",
    needs=["Example"],
)
def var_url_as_value(template: Template) -> Iterator[Hit]:
    """By its sample, told where the variable stands."""
    whole = {
        name for name, sample in template.example.items() if isinstance(sample, str) and _ADDRESS.fullmatch(sample)
    }
    for text in template.bodies if whole else ():
        name = next((variable.name for variable in text.variables if variable.name in whole), None)
        if name is not None:
            message = f"$({name}) is a whole address, which no review can judge"
            yield Hit(text.path, message, "use a URL button whose address ends in a variable")


@rule(
    "body-sent-1024",
    INFO,
    OTHERS,
    f"With its samples the message has at most {limits.BODY} characters.",
    needs=["Example"],
)
def body_sent_1024(template: Template) -> Iterator[Hit]:
    """BODY with its samples, and the labels of buttons. A BODY too long by itself is another rule's."""
    longest = max([len(sample) for sample in template.example.values() if isinstance(sample, str)], default=0)
    for text in template.bodies:
        length, most = len(text.value), text.value.count("$(") * longest
        if length + most + limits.BUTTONS * limits.LABEL <= limits.BODY:
            continue
        values = len(text.variables) * longest
        if length + values + limits.BUTTONS * limits.LABEL <= limits.BODY or not values or length > limits.BODY:
            continue
        sent = len(_filled(text.value, template.example)) + _labels(template)
        if sent > limits.BODY:
            message = f"with samples and labels the message has {sent:,} characters, and sending may fail"
            yield Hit(text.path, message, f"leave room for values: at most {limits.BODY} are sent")


def _filled(text: str, samples: Mapping[str, Json]) -> str:
    def filled(match: re.Match[str]) -> str:
        sample = samples.get(match[1])
        return sample if isinstance(sample, str) else match[0]

    return VARIABLE.sub(filled, text)


def _labels(template: Template) -> int:
    labels = (button.text for part in template.every("BUTTONS") for button in part.buttons)
    return sum(len(label.value) for label in labels if label is not None)


@rule(
    "samples-unknown",
    INFO,
    OWN,
    "Samples that the service did not tell are written before a template can change.",
    needs=["samples"],
    once=True,
)
def samples_unknown(template: Template) -> Iterator[Hit]:
    """Told at the mark in the file, which an import writes."""
    missing = unknown.lacking(template) if template.unknown else None
    if missing is None or not any(missing):
        return
    said = [f"$({name[:60]})" for name in missing.names[:_MOST_NAMED]]
    if len(missing.names) > _MOST_NAMED:
        said.append(f"{len(missing.names) - _MOST_NAMED} more variables")
    said += ["its media"] if missing.media else []
    listed = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    message = f"the service did not tell the samples of {listed}: write them before it can change"
    yield Hit(AT, message, "write them, and remove `samples: unknown`")


@rule(
    "samples-beside-unknown",
    WARNING,
    OWN,
    "Only samples that are missing are marked as unknown.",
    needs=["samples"],
    once=True,
)
def samples_beside_unknown(template: Template) -> Iterator[Hit]:
    """A language of which nothing is missing. What the mark says of no language at all, the frame tells."""
    if template.unknown and not any(unknown.lacking(template)):
        has = "has all its samples" if any(unknown.needed(template)) else "needs no samples"
        yield Hit(AT, f"{template.language[:40]} {has}, and is marked as if they were unknown", "remove the mark")


_HOST = lazy_pattern(r"(?i)https?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)")
# One's own network alone knows names that end so, or that have one part only, and these numbers.
_PRIVATE = lazy_pattern(
    r"(?i)(?:[^.]+|.*\.(?:local|localhost|internal|intranet|lan|home|corp|test|invalid))"
    r"|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|169\.254\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|0\.0\.0\.0|\[.*\]"
)


@lru_cache(maxsize=64)
def _is_private(host: str) -> bool:
    """The pictures of a carousel are mostly on one host, and those of a project on few."""
    return _PRIVATE.fullmatch(host) is not None


_EXPIRING = lazy_pattern(
    r"(?i)[?&](?:x-amz-(?:expires|signature)|x-goog-(?:expires|signature)|x-oss-(?:expires|signature)|expires|signature|ossaccesskeyid|sig|oe)="
)


@rule(
    "media-sample-clean",
    WARNING,
    META_REVIEW,
    "Reviewers can open the sample of a HEADER, days later too.",
    needs=["HEADER", "Url"],
)
def media_sample_clean(template: Template) -> Iterator[Hit]:
    """A host that only your own network knows, or an address that expires."""
    for part in template.all_parts:
        pictured = part.type == "HEADER" and part.format in ("IMAGE", "VIDEO", "DOCUMENT")
        url = part.fields.get("Url") if pictured else None
        host = _HOST.match(url) if isinstance(url, str) and "${{" not in url else None
        if host is None or not isinstance(url, str) or not host[1]:
            continue
        if _is_private(host[1]):
            message = f"reviewers cannot reach {host[1][:60]}"
            yield Hit(part.at("Url"), message, "put the sample on a server that everybody can reach")
        elif "=" in url and (match := _EXPIRING.search(url)):
            message = f"the address expires ({match[0][1:-1]}), perhaps before a reviewer opens it"
            yield Hit(part.at("Url"), message, "use an address that stays")
