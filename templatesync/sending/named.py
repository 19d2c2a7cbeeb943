"""Which contract a request is for, by the names that it gives, and what is wrong with these. Pure.

A program names a template by the name that senders know, by the Name of one of its versions, or by a TemplateCode. Of a
code only the service knows what it is for, unless a mapping of codes says that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from templatesync.model.finding import Severity
from templatesync.model.nearest import nearest
from templatesync.sending.check import Code, Enforced, Problem, check, shape
from templatesync.sending.contract import Contract
from templatesync.sending.request import SendRequest
from templatesync.sending.request_part import cut, shown

_LANGUAGES_SHOWN = 12


class Offered(NamedTuple):
    """A contract that programs can fill: under which name, in which version, and in which language."""

    logical: str
    name: str
    version: str
    contract: Contract

    @property
    def language(self) -> str:
        """Its language."""
        return self.contract.language


class CodeFor(NamedTuple):
    """What a TemplateCode is for."""

    logical: str
    language: str
    digest: str


class Judged(NamedTuple):
    """What is wrong with a request: with the `names` that it gives, and with the rest, held to the contract `by`.

    `others` is how many more contracts go by these names.
    """

    names: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    by: Offered | None = None
    others: int = 0


class Catalogue:
    """All contracts of a project, and what codes are for."""

    def __init__(self, offered: Iterable[Offered], codes: Mapping[str, Sequence[CodeFor]]) -> None:
        self._codes = codes
        self._by_name: dict[str, list[Offered]] = {}
        for each in offered:
            for name in dict.fromkeys((each.logical, each.name, each.version)):
                self._by_name.setdefault(name, []).append(each)
        for name, found in self._by_name.items():  # what senders use now comes first
            found.sort(key=lambda each: (each.name != name, each.version))

    def judge(self, request: SendRequest, enforced: Enforced = Enforced()) -> Judged:
        """Hold a request to the contract that it is for; where it may be for several, to the one that it fits best."""
        if not request.readable:
            return Judged(problems=tuple(shape(request)))
        told: list[Problem] = []
        known = self._known(request, told)
        fitting = self._in_language(request, known, told) if known else []
        best: tuple[int, Offered, tuple[Problem, ...]] | None = None
        for each in fitting:
            problems = check(each.contract, request, enforced)
            wrong = sum(problem.severity is Severity.ERROR for problem in problems)
            if best is None or wrong < best[0]:
                best = wrong, each, problems
        if best is None:
            return Judged(tuple(told), tuple(shape(request)))
        return Judged(tuple(told), best[2], best[1], len({each.contract.digest for each in fitting}) - 1)

    def _known(self, request: SendRequest, told: list[Problem]) -> Sequence[Offered]:
        """What goes by the names of a request, in all languages."""
        code, name = request.template_code, request.template_name
        if meant := self._codes.get(code):
            digests = {each.digest for each in meant}
            offered = self._by_name.get(meant[0].logical, [])
            if found := [each for each in offered if each.contract.digest in digests]:
                if name and all(name not in (each.logical, each.name, each.version) for each in found):
                    text = f"TemplateName is {shown(name)}, and the TemplateCode is for {cut(meant[0].logical)}"
                    told.append(Problem(Code.TEMPLATE, request.pointer("TemplateName"), text, Severity.WARNING))
                return found
            text = (
                f"the code is for {cut(meant[0].logical)} with a contract that it has no more: {meant[0].digest:.200}"
            )
            told.append(Problem(Code.TEMPLATE, request.pointer("TemplateCode"), text))
            return ()
        if found := self._by_name.get(name) or self._by_name.get(code) or []:
            return found
        told.append(self._unknown(request))
        return ()

    def _unknown(self, request: SendRequest) -> Problem:
        if request.template_name:
            near = nearest(request.template_name, self._by_name)
            text = f"there is no template {shown(request.template_name)}{f'; did you mean {near}?' if near else ''}"
            return Problem(Code.TEMPLATE, request.pointer("TemplateName"), text)
        if not request.template_code:
            text = "neither TemplateName nor TemplateCode says which template this is (TemplateCodeNotEmpty)"
            return Problem(Code.TEMPLATE, request.pointer(""), text)
        if self._codes:
            text = (
                "the TemplateCode is none of the codes of --codes, which has the newest version of each contract: give "
                "TemplateName beside it, or make that file again with `outputs --format codes`"
            )
        else:
            text = (
                "only the service knows what a TemplateCode is for: give TemplateName beside it, write the template's "
                "name in its place, or give --codes FILE, which `outputs --format codes` writes"
            )
        return Problem(Code.TEMPLATE, request.pointer("TemplateCode"), text)

    def _in_language(self, request: SendRequest, known: Sequence[Offered], told: list[Problem]) -> list[Offered]:
        languages = sorted({each.language for each in known})
        said = request.language
        if said in languages:
            return [each for each in known if each.language == said]
        if not any(odd.pointer == request.pointer("Language") for odd in request.odd if "Language" in request.said):
            told.append(_no_language(request, languages))
        # Where there is one alone, what else is wrong is plain.
        return list(known) if len(languages) == 1 else []


def _no_language(request: SendRequest, languages: Sequence[str]) -> Problem:
    more = f" and {len(languages) - _LANGUAGES_SHOWN} more" if len(languages) > _LANGUAGES_SHOWN else ""
    there = f"the template is there in {', '.join(languages[:_LANGUAGES_SHOWN])}{more}"
    if not request.language:
        return Problem(Code.LANGUAGE, request.pointer(""), f"Language is missing (LanguageNotEmpty); {there}")
    near = next(_near(request.language, languages), "")
    text = f"there is no language {shown(request.language)} (LanguageNotSupport); {there}"
    return Problem(Code.LANGUAGE, request.pointer("Language"), f"{text}; did you mean {near}?" if near else text)


def _near(said: str, languages: Sequence[str]) -> Iterator[str]:
    """The same in another spelling, then without a country, then with one, then with a slip."""
    plain = said[:60].replace("-", "_").lower()
    yield from (each for each in languages if each.lower() == plain)
    yield from (each for each in languages if each.lower() == plain.partition("_")[0])
    yield from (each for each in languages if each.lower().partition("_")[0] == plain.partition("_")[0])
    if near := nearest(said, languages):
        yield near
