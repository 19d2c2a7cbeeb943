"""What `validate --fix` does about a template: by rule, from the document as written to edits of it. Pure.

Only what has one safe answer: where a person might mean two things, nothing is yielded and the finding stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from templatesync.documents.edits import Add, Edit, Fix, Remove, Rename, Replace, Trim, Write, at
from templatesync.kinds.template.encoded import encoded
from templatesync.kinds.template.misspelling import meant
from templatesync.kinds.template.rules.text import BRACES, variable_name
from templatesync.kinds.template.unknown import is_marked, placeholder, unmark
from templatesync.look.filled import VARIABLE
from templatesync.model.json_value import Json
from templatesync.model.lazy_pattern import lazy_pattern
from templatesync.model.paths import Path
from templatesync.service.languages import respelt

_APP_KEYS = ("PackageName", "SignatureHash")
# Blanks inside, or the signs of a wide keyboard: what is meant is beyond doubt.
_NEARLY = lazy_pattern(r"(?:\$[(（]|＄[(（])[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*[)）]")


def braces(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """`{{1}}` becomes `$(var1)`, and gets a sample. Not where that name is taken by another variable of the text."""
    text = at(data, path)
    if not isinstance(text, str):
        return
    names = {match[0]: variable_name(match[1]) for match in BRACES.finditer(text)}
    insides = {match[1] for match in BRACES.finditer(text)}
    taken = set(VARIABLE.findall(text))
    if len(set(names.values())) < len(insides) or not taken.isdisjoint(names.values()):
        return
    for old, name in names.items():
        yield Replace(path, old, f"$({name})")
    yield from _samples(data, names.values())


def nearly(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """`$( name )` and its kin become `$(name)`."""
    text = at(data, path)
    if not isinstance(text, str):
        return
    for match in _NEARLY.finditer(text):
        if match[0] != f"$({match[1]})":
            yield Replace(path, match[0], f"$({match[1]})")
            yield from _samples(data, [match[1]])


def sample(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """A variable without a sample, or with a blank one, gets a placeholder that another rule refuses.

    Not a misspelt one: the sample is there, and it is the name in the text that is to be mended, by whoever knows it.
    """
    text = at(data, path)
    if not isinstance(text, str):
        return
    if path[0] == "Example":
        if len(path) > 1 and not text.strip() and not is_marked(data):
            yield Write(path, placeholder(str(path[1])))
        return
    names = VARIABLE.findall(text)
    wrong = _misspelt(names, data, path)
    yield from _samples(data, [name for name in names if name not in wrong])


_MOST_LANGUAGES = 10


def _misspelt(names: Iterable[str], data: Mapping[str, Json], path: Path) -> frozenset[str]:
    """Those variables of the text at that path which the rule takes for others, in one of the text's languages."""
    example, languages = data.get("Example"), data.get("Languages")
    if not isinstance(example, Mapping):
        return frozenset()
    near = [name for name in dict.fromkeys(names) if name not in example and meant(name, example, ())]
    if not near:
        return frozenset()
    several = [each for each in languages if isinstance(each, str)] if isinstance(languages, list) else []
    own = [step for step in path if isinstance(step, str) and step in several] or several[:_MOST_LANGUAGES] or [""]
    used = [frozenset(_written(data.get("Components"), frozenset(several) - {each})) for each in own]
    return frozenset(name for name in near if any(meant(name, example, each) for each in used))


def _written(value: Json, others: Set[str]) -> Iterator[str]:
    """The variables in all texts that are not those of other languages."""
    if isinstance(value, str):
        yield from VARIABLE.findall(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in others:
                yield from _written(item, others)
    elif isinstance(value, list):
        for item in value:
            yield from _written(item, others)


def _samples(data: Mapping[str, Json], names: Iterable[str]) -> Iterator[Edit]:
    example = data.get("Example")
    if (
        data.get("Category") == "AUTHENTICATION"
        or is_marked(data)
        or not (example is None or isinstance(example, Mapping))
    ):
        return
    for name in dict.fromkeys(names):
        if name not in (example or {}):
            yield Add(("Example",), name, placeholder(name), before=("templatesync",))


def language(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """A code in another spelling becomes the code, in `Languages` and in each map of texts."""
    code = at(data, path)
    if path[0] not in ("Language", "Languages") or not isinstance(code, str):
        return
    meant = respelt(code)
    if meant and meant != code:
        yield Replace(path, code, meant)
        if path[0] == "Languages":
            yield from _keys(data, code, meant, ())


def _keys(value: Json, code: str, meant: str, path: Path) -> Iterator[Edit]:
    """The keys of maps that are this code; no field of the API has the name of a language."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == code and len(path) > 1:
                yield Rename((*path, key), meant)
            yield from _keys(item, code, meant, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _keys(item, code, meant, (*path, index))


def known_samples(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """A mark of unknown samples stays for languages that lack some."""
    yield from unmark(data)


def apps(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """The app on a button becomes an entry of SupportedApps; when a part of it is missing, nobody knows which app."""
    button = at(data, path[:-1])
    if path[-1] not in _APP_KEYS or not isinstance(button, Mapping) or not all(name in button for name in _APP_KEYS):
        return
    listed = button.get("SupportedApps")
    app = {name: button[name] for name in _APP_KEYS}
    if not all(isinstance(value, str) for value in app.values()) or not (listed is None or isinstance(listed, list)):
        return
    if app not in (listed or []):
        yield Add((*path[:-1], "SupportedApps"), "", app)
    for name in _APP_KEYS:
        yield Remove((*path[:-1], name))


def category_change(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """A switch that the platform ignores goes."""
    if path == ("AllowCategoryChange",):
        yield Remove(path)


def expiration(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """The spelling of older pages of the API."""
    if path[-1:] == ("hasExpiration",) and len(path) == 3 and "HasExpiration" not in at(data, path[:-1]):
        yield Rename(path, "HasExpiration")


def ends(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """White space at the ends of a text goes: nobody would get it."""
    text = at(data, path)
    if isinstance(text, str) and text.strip() not in ("", text):
        yield Trim(path)


def encoded_variable(data: Mapping[str, Json], path: Path) -> Iterator[Edit]:
    """What a console kept as text in an address goes. A variable behind it stays."""
    url = at(data, path)
    if isinstance(url, str):
        for found in encoded(url):
            yield Replace(path, found, "")


FIXES: Mapping[str, Fix] = {
    "body-no-double-braces": braces,
    "var-syntax": nearly,
    "var-example-each": sample,
    "lang-known": language,
    "lang-case": language,
    "samples-beside-unknown": known_samples,
    "auth-supported-apps": apps,
    "allow-category-change-gone": category_change,
    "unknown-key": expiration,
    "text-ends": ends,
    "url-encoded-var": encoded_variable,
}
