"""What breaks senders, as text and as JSON. Pure; every value from outside passes through `safe`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from templatesync.model.digest import FORMAT_VERSION
from templatesync.model.finding import Severity
from templatesync.model.json_value import Json
from templatesync.planning import document
from templatesync.project.breakage import Intended
from templatesync.render.finding import findings
from templatesync.render.json_ import finding_json
from templatesync.render.report import counted, in_spaces
from templatesync.render.terminal import Style, joined, safe, visible, wrapped

if TYPE_CHECKING:
    from templatesync.commands.breaking import BreakingResult, Told
    from templatesync.commands.breaking_notes import Notice

MOST = 200
"""Lines of what breaks, and of notices, that are shown as text; `--format json` has them all."""
ALL = "`templatesync breaking --format json` has all of it"
_MEANT: Mapping[Intended, str] = {
    Intended.BREAKS: "intended, its file says",
    Intended.ADOPT: "intended, its file says `adopt: true`",
    Intended.PINNED: "intended, its file says `pinned: true`",
    Intended.ALLOWED: "allowed",
}


def text(result: BreakingResult, style: Style) -> str:
    """Each break with its place, its key, its rule and the way out, and one sentence of it all."""
    lines: list[str] = []
    shown = result.told[:MOST]
    ways = _once(ways_out(shown))
    for each in shown:
        lines += _told(each, ways.get(each, ""), style)
    if len(result.told) > MOST:
        lines.append(f"{MOST:,} of {len(result.told):,} are shown; {ALL}")
    for notice in result.notices[:MOST]:
        lines += _notice(notice, style)
    if len(result.notices) > MOST:
        lines.append(f"{MOST:,} of {len(result.notices):,} notes are shown; {ALL}")
    lines += findings(result.findings, result.lines, style)
    paint = style.red if result.exit_code else style.green
    return joined((*lines, f"{paint(verdict(result))}: {safe(sentence(result))}"))


def _told(each: Told, way_out: str, style: Style) -> Iterator[str]:
    place = style.bold(f"{safe(each.file)}:{each.line}")
    paint = style.red if each.counts else style.yellow
    yield f"{place}: {paint(level(each))}: {visible(said(each))} [{visible(each.rule)}]"
    if not style.quiet and way_out:
        yield from wrapped(visible(f"next: {way_out}"), style.columns, "    ")


def _notice(notice: Notice, style: Style) -> Iterator[str]:
    if style.quiet and notice.severity is Severity.INFO:
        return
    paint = style.yellow if notice.severity is Severity.WARNING else style.blue
    place = f"{style.bold(f'{safe(notice.file)}:{notice.line}')}: " if notice.file else ""
    about = f"{visible(notice.key)}: " if notice.key else ""
    yield f"{place}{paint(notice.severity.value)}: {about}{visible(notice.text)}"


def level(each: Told) -> str:
    """What it is, in a word or two."""
    if each.counts:
        return "breaks"
    return _MEANT.get(each.intended, each.severity.value)


def said(each: Told) -> str:
    """What happens to whom. Not escaped."""
    languages = [key.language for key in each.keys]
    where = f" in {', '.join(languages)}" if len(languages) > 1 and not each.gone else ""
    change = f"senders change from {each.change} to it: " if each.change else ""
    return f"{each.key}: {change}{each.text}{where}{in_spaces(each.spaces)}"


def ways_out(told: Sequence[Told]) -> dict[Told, str]:
    """The next step of each that counts, with all rules that its file breaks or names already. Not escaped."""
    rules: dict[tuple[str, int], dict[str, None]] = {}
    for each in told:
        if each.counts:
            rules.setdefault((each.file, each.line), {}).update(dict.fromkeys((*each.named, each.rule)))
    return {each: _way_out(each, [*rules[each.file, each.line]]) for each in told if each.counts}


def _once(ways: Mapping[Told, str]) -> dict[Told, str]:
    """The next steps for people: what is the same but for the rule is said once, at the last of them."""
    last: dict[tuple[str, int, str], Told] = {}
    count: Counter[tuple[str, int, str]] = Counter()
    for each, way in ways.items():
        mine = (each.file, each.line, way.replace(f":{each.rule}`", ":RULE`"))
        last[mine] = each
        count[mine] += 1
    return {
        each: f"{mine[2]}, for each RULE" if count[mine] > 1 else mine[2].replace(":RULE`", f":{each.rule}`")
        for mine, each in last.items()
    }


def _way_out(each: Told, rules: Sequence[str]) -> str:
    name = each.keys[0].name
    allow = f"give `--allow {each.key}:{each.rule}`"
    meant = f"`templatesync: {{breaks: [{', '.join(rules)}]}}`"
    here = "this file" + (f", which names {', '.join(each.named)} only" if each.named else "")
    if each.gone:
        return f"keep it; or if that is meant, say {meant} in a tombstone of {name}, or {allow}"
    if each.change:
        stay = f"let senders stay with {each.change}: put its file back as it was, or take `pinned` out of this one"
        return f"{stay}; or if that is meant, say {meant} in {here}, or {allow}"
    if each.logical:
        chain = f"let its chain of `replaces` begin at {each.logical}, as it did"
        return f"{chain}; or if that is meant, say {meant} in {here}, or {allow}"
    fresh = f"make it a new version with `templatesync new-version {name}`, and put this file back as it was"
    return f"{fresh}; or if that is meant, say {meant} in {here}, or {allow}"


def verdict(result: BreakingResult) -> str:
    """One word or two for the exit code."""
    return "this breaks senders" if result.breaks else "not sure" if result.findings else "nothing breaks"


def sentence(result: BreakingResult) -> str:
    """All numbers, and what was compared. Not escaped."""
    return "; ".join(filter(None, (numbers(result), f"compared with {result.against.said}")))


def numbers(result: BreakingResult) -> str:
    """How many of each, as far as there are any."""
    counts = summary(result)
    words = [counted(counts["breaks"], "break")] if counts["breaks"] else []
    words += [f"{counts[name]:,} {name}" for name in ("intended", "allowed") if counts[name]]
    words += [counted(counts["warnings"], "warning")] if counts["warnings"] else []
    words += [counted(counts["findings"], "error") + " in files"] if counts["findings"] else []
    return ", ".join(words)


def summary(result: BreakingResult) -> dict[str, int]:
    """Numbers for programs."""
    allowed = sum(each.intended is Intended.ALLOWED for each in result.told)
    meant = sum(each.intended in (Intended.BREAKS, Intended.ADOPT, Intended.PINNED) for each in result.told)
    warnings = sum(not each.counts and each.intended is Intended.NO for each in result.told)
    warnings += sum(each.severity is Severity.WARNING for each in result.notices)
    return {
        "breaks": len(result.breaks),
        "intended": meant,
        "allowed": allowed,
        "warnings": warnings,
        "findings": len(result.findings),
    }


def json(result: BreakingResult, style: Style) -> str:
    """The same for programs."""
    then, ways = result.against, ways_out(result.told)
    return document.text(
        {
            "format_version": FORMAT_VERSION,
            "against": {"kind": then.kind, "name": then.name, "commit": then.commit},
            "spaces": list(result.spaces),
            "summary": dict(summary(result)),
            "breaking": [_json(each, ways.get(each, "")) for each in result.told],
            "notes": [_notice_json(each) for each in result.notices],
            "findings": [finding_json(each) for each in result.findings],
        }
    )


def _json(each: Told, way_out: str) -> dict[str, Json]:
    return {
        "rule": each.rule,
        "severity": each.severity.value,
        "text": each.text,
        "key": each.key,
        "keys": [str(key) for key in each.keys],
        "spaces": list(each.spaces),
        "file": each.file,
        "line": each.line,
        "counts": each.counts,
        "intended": each.intended.value,
        "changed_from": each.change,
        "hint": way_out,
    }


def _notice_json(each: Notice) -> dict[str, Json]:
    return {
        "code": each.code,
        "severity": each.severity.value,
        "text": each.text,
        "key": each.key,
        "file": each.file,
        "line": each.line,
    }
