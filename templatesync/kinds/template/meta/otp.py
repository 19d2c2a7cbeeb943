"""Buttons that carry a one-time code, in the form Meta takes and in the form it gives back. Pure.

What is sent as a button of the type OTP comes back as a URL button whose link holds the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from templatesync.kinds.template.meta.draft import Draft, Inexpressible, items, mapping, quoted, word
from templatesync.model.json_value import Json

_TYPES = frozenset({"COPY_CODE", "ONE_TAP", "ZERO_TAP"})
_KNOWN = frozenset(
    {"type", "otp_type", "text", "autofill_text", "package_name", "signature_hash", "supported_apps", "url", "example"}
)

# Meta fills in a label of the template's language, CAMS requires one. The English and Spanish ones are on Meta's page
# about template previews; the others say the same. By language, whatever the country.
_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Text": {
            "de": "Code kopieren",
            "en": "Copy code",
            "es": "Copiar código",
            "fr": "Copier le code",
            "id": "Salin kode",
            "it": "Copia codice",
            "pt": "Copiar código",
        },
        "AutofillText": {
            "de": "Code einfügen",
            "en": "Autofill",
            "es": "Autocompletar",
            "fr": "Remplir le code",
            "id": "Isi otomatis",
            "it": "Inserisci codice",
            "pt": "Preencher código",
        },
    }
)


def button(draft: Draft, entry: Mapping[str, Json], where: str) -> dict[str, Json]:
    """A COPY_CODE, ONE_TAP or ZERO_TAP button. Labels that CAMS requires are filled in where they are known."""
    kind = word(entry.get("otp_type"))
    if kind not in _TYPES:
        raise Inexpressible(f"{where} has no otp_type of COPY_CODE, ONE_TAP or ZERO_TAP")
    result: dict[str, Json] = {"Type": kind}
    _label(draft, result, "Text", entry.get("text"), where)
    if kind != "COPY_CODE":
        _label(draft, result, "AutofillText", entry.get("autofill_text"), where)
        apps = [_app(draft, app, where) for app in items(entry.get("supported_apps"))]
        if not apps and (entry.get("package_name") or entry.get("signature_hash")):
            apps = [_app(draft, entry, where)]
        if apps:
            result["SupportedApps"] = apps
    draft.leave_out(where, entry, _KNOWN)
    return result


def from_link(url: Json) -> dict[str, Json]:
    """The fields of an OTP button that a link of WhatsApp's own holds; empty when it is any other link.

    Several apps come as two lists with commas.
    """
    if not isinstance(url, str):
        return {}
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return {}
    if parts.netloc.lower() != "www.whatsapp.com" or not parts.path.startswith("/otp/") or "otp_type" not in query:
        return {}
    settings = {key: values[0] for key, values in query.items()}
    packages, hashes = settings.get("package_name", ""), settings.get("signature_hash", "")
    apps = zip(packages.split(","), hashes.split(","), strict=False) if packages else ()
    return {
        "otp_type": settings["otp_type"],
        "autofill_text": settings.get("cta_display_name"),
        "supported_apps": [{"package_name": package, "signature_hash": hash_} for package, hash_ in apps],
    }


def _app(draft: Draft, app: Json, where: str) -> dict[str, str]:
    names = {"PackageName": mapping(app).get("package_name"), "SignatureHash": mapping(app).get("signature_hash")}
    return {name: draft.literal(value, where) for name, value in names.items() if isinstance(value, str) and value}


def _label(draft: Draft, result: dict[str, Json], field: str, given: Json, where: str) -> None:
    if isinstance(given, str) and given.strip():
        result[field] = draft.literal(given, where)
        return
    usual = {language: _LABELS[field].get(language.partition("_")[0], "") for language in draft.languages}
    unknown = [language for language, label in usual.items() if not label]
    if unknown:
        draft.note(f"{where}: CAMS requires {field}; write it for {', '.join(unknown)}")
        return
    labels = list(dict.fromkeys(usual.values()))
    result[field] = labels[0] if len(labels) == 1 else usual
    draft.note(f"{where}: CAMS requires {field}; {', '.join(map(quoted, labels))} was filled in, as Meta would")
