"""What carries a one-time code, in the form Meta takes and in the form it gives back. Pure.

What is sent as a button of the type OTP comes back as a URL button whose link holds the settings, and the setting of
the footer as a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from templatesync.kinds.template.meta.draft import Draft, Inexpressible, items, mapping, quoted, whole_number, word
from templatesync.model.json_value import Json

TYPES = frozenset({"COPY_CODE", "ONE_TAP", "ZERO_TAP"})
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
    # Some write the kind of code where Meta wants OTP.
    kind = word(entry.get("otp_type")) or word(entry.get("type"))
    if kind not in TYPES:
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


# How "minutes" begins in the languages of WhatsApp, in which Meta writes when a code expires.
_MINUTES = re.compile(
    "min[uiy]|mín|perc|dakika|dəqiqə|phút|nóimé|hwil|daƙiƙ|λεπτ|минут|мүнөт|мүнет|минута|хвилин|דקות|דקה|דקת|"
    "دقيق|دقائق|دقیق|منٹ|मिनट|मिनिट|মিনিট|મિનિટ|ਮਿੰਟ|நிமிட|నిమిష|ನಿಮಿಷ|മിനി|විනාඩි|นาที|ນາທີ|წუთ|分|분",
    re.IGNORECASE,
)
_LONGEST_LIFE = 90


def footer(draft: Draft, entry: Mapping[str, Json]) -> dict[str, Json] | None:
    """How long a code lives, which is all that the footer of an AUTHENTICATION template holds."""
    draft.leave_out("FOOTER", entry, frozenset({"type", "text", "example", "code_expiration_minutes"}))
    minutes, text = whole_number(entry.get("code_expiration_minutes")), entry.get("text")
    words = text if isinstance(text, str) and text.strip() else ""
    read = _minutes(words)
    if minutes is None and read is not None:
        draft.note(f"FOOTER: CodeExpirationMinutes was read from the sentence {quoted(words)}")
        minutes = read
    elif minutes is None:
        draft.note(
            "FOOTER: an AUTHENTICATION template holds only CodeExpirationMinutes there; the footer was left out"
            + (f": {quoted(words)}" if words else "")
        )
        return None
    elif words and read is None:
        draft.note(f"FOOTER: the text {quoted(words)} was left out: the platform writes when the code expires")
    return {"Type": "FOOTER", "CodeExpirationMinutes": minutes}


def _minutes(text: str) -> int | None:
    """The setting in the sentence that Meta makes of it: its only number, beside the word for minutes."""
    numbers = re.findall(r"\d+", text)
    minutes = whole_number(numbers[0]) if len(numbers) == 1 and _MINUTES.search(text) else None
    return minutes if minutes is not None and 1 <= minutes <= _LONGEST_LIFE else None


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
