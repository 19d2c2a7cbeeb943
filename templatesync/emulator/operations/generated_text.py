"""Texts that the platform writes by itself: one-time password messages and fixed labels. Pure; knows no template.

WhatsApp has them in every language; here are some in our own words, and English for the rest. A client must not
compare them, and cannot foresee them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Labels of buttons whose text cannot be chosen.
LABELS: Mapping[str, str] = MappingProxyType(
    {"COPY_CODE": "Copy offer code", "MPM": "View items", "CATALOG": "View catalog"}
)

_BODY: Mapping[str, str] = MappingProxyType(
    {
        "en": "*$(code)* is your verification code.",
        "de": "*$(code)* ist dein Bestätigungscode.",
        "es": "*$(code)* es tu código de verificación.",
        "fr": "*$(code)* est votre code de vérification.",
        "id": "*$(code)* adalah kode verifikasi Anda.",
        "pt": "*$(code)* é o seu código de verificação.",
        "zh": "您的验证码是 *$(code)*。",
    }
)
_WARNING: Mapping[str, str] = MappingProxyType(
    {
        "en": " For your security, do not share this code.",
        "de": " Gib diesen Code zu deiner Sicherheit nicht weiter.",
        "es": " Por tu seguridad, no lo compartas.",
        "fr": " Pour votre sécurité, ne le partagez pas.",
        "id": " Demi keamanan, jangan bagikan kode ini.",
        "pt": " Para sua segurança, não o compartilhe.",
        "zh": "为安全起见，请勿分享此验证码。",
    }
)
_EXPIRY: Mapping[str, str] = MappingProxyType(
    {
        "en": "This code expires in {} minutes.",
        "de": "Dieser Code läuft in {} Minuten ab.",
        "es": "Este código caduca en {} minutos.",
        "fr": "Ce code expire dans {} minutes.",
        "id": "Kode ini kedaluwarsa dalam {} menit.",
        "pt": "Este código expira em {} minutos.",
        "zh": "此验证码将在 {} 分钟后过期。",
    }
)
_COPY: Mapping[str, str] = MappingProxyType(
    {"en": "Copy code", "de": "Code kopieren", "es": "Copiar código", "id": "Salin kode", "zh": "复制验证码"}
)
_AUTOFILL: Mapping[str, str] = MappingProxyType(
    {"en": "Autofill", "de": "Automatisch ausfüllen", "es": "Autocompletar", "id": "Isi otomatis", "zh": "自动填充"}
)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language.split("_")[0], texts["en"])


def body_text(language: str, *, warned: bool) -> str:
    """The body of a one-time password message."""
    return _in(_BODY, language) + (_in(_WARNING, language) if warned else "")


def footer_text(language: str, minutes: int) -> str:
    """The footer of one that tells how long the code lives."""
    return _in(_EXPIRY, language).format(minutes)


def copy_label(language: str) -> str:
    """The label of a button that copies the code."""
    return _in(_COPY, language)


def autofill_label(language: str) -> str:
    """The label of a button that fills the code in."""
    return _in(_AUTOFILL, language)
