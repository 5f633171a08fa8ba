"""What is never kept: passwords, keys, codes, card and account numbers. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from math import log2

from chat.services.memory.judging.vocabulary import ABOUT_A_PASSWORD

_SHAPES = re.compile(
    r"""
    -----BEGIN\ [A-Z ]*(?:PRIVATE\ KEY|CERTIFICATE)
    |\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}     # OpenAI, Anthropic, Stripe
    |\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}
    |\bxox[abprs]-[\w-]{10,}|\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}
    |\bhf_[A-Za-z0-9]{20,}|\bnpm_[A-Za-z0-9]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bdckr_pat_[\w-]{20,}
    |\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*                                     # JSON web tokens
    |\bssh-(?:rsa|ed25519)\ [A-Za-z0-9+/=]{40,}
    |\b\w+://[^\s/:@]+:[^\s/@]+@                                             # an address with a password in it
    """,
    re.VERBOSE,
)
_WORD = (
    r"pass ?words?|passwd|pwd|pass ?phrase|pass ?codes?|pin(?: ?(?:code|number))?|cvv2?|cvc|api[ _-]?keys?"
    r"|secret(?: ?key)?|access[ _-]?(?:key|token)|auth[ _-]?token|bearer|private key|(?:recovery|seed) (?:phrase"
    r"|words)|mnemonic"
    r"|social security number|ssn|(?:bank )?account number|(?:safe|door|alarm|unlock|gate) code|(?:safe"
    r"|lock) combination"
    r"|passwor[td]|kennwort|geheimzahl|zugangscode|türcode|kontonummer|mot de passe|code secret|code pin"
    r"|numéro de compte|digicode"
    r"|contraseña|clave(?: secreta)?|código de acceso|passord(?:et)?|pinkode|pinkoden|kontonummer|senha|wachtwoord"
    r"|hasło"
    r"|lösenord"
    r"|parola d'ordine|codice segreto|palavra-passe"
    r"|пароль|пин-?код"
)
# A code that is good for once: "your verification code is 482913".
_ONCE = (
    r"(?:one[- ]time|verification|security|confirmation|login|2fa|otp|authentication|bestätigungs|sicherheits"
    r"|einmal)[- ]?(?:code|pass\w*|pin|tan)"
    r"|otp|einmalkennwort|code (?:de vérification|de sécurité|de confirmation|à usage unique)"
    r"|código de (?:verificación|seguridad|confirmación|verificação|segurança)|codice di (?:verifica|sicurezza)"
    r"|engangskode|bekreftelseskode"
    r"|код (?:подтверждения|из смс|безопасности)"
)
# "My password is …", "Passwort: …", also over the end of a sentence: the word, then the thing itself.
_NAMED = re.compile(
    rf"(?<![^\W_])(?:{_WORD}|{_ONCE})(?![^\W_]| manager| reset)[^.!?\n]{{0,30}}?(?:[.!]\s+(?:it|es|er|c'|il|det|lo"
    rf"|la)\s?)?"
    rf"(?:(?<![^\W_])(?:is|ist|lautet|est|es|er|è|é|to|remains|equals|это)(?![^\W_])"
    rf"|[:=：是は])\s*[\"'`“«„]?(?P<it>\S{{3,}})",
    re.IGNORECASE,
)
# "Password hunter2", "PIN 4821": nothing between, and no word of a language.
_BESIDE = re.compile(rf"(?<![^\W_])(?:{_WORD}|{_ONCE})\s+[\"'`“«„]?(?P<it>(?=\S*\d)[^\s\"'”»,;]{{4,}})", re.IGNORECASE)
# Scripts without spaces: "我的密码是…".
_UNSPACED = re.compile(
    r"(?:密码|密碼|口令|验证码|驗證碼|パスワード|暗証番号|認証コード|確認コード|비밀번호)[^。！？\n]{0,8}?(?:是|为|為|は|는|[:：=])\s*(?P<it>[!-~]{3,})"
)
_SEED = re.compile(
    r"(?:seed|recovery|mnemonic|wallet|wiederherstellung\w*|récupération"
    r"|recuperación)\b[^:\n]{0,40}?:?\s*(?P<it>(?:[a-z]{3,8}[\s,]+){11,23}[a-z]{3,8})\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w-])\d(?:[ .\-]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
# Bits per character: English words have about 3, random letters and digits above 4.
_RANDOM_BITS = 3.6
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
MIN_SECRET_CHARACTERS = 4


def found(text: str) -> bool:
    """Tell whether ``text`` holds something that gives access, or an account or card number."""
    return next(_secrets(_visible(text)), None) is not None


def secrets(text: str) -> list[str]:
    """Return what in ``text`` gives access, as it stands there; not what is too short to be told from a word."""
    return [secret for secret in dict.fromkeys(_secrets(_visible(text))) if len(secret) >= MIN_SECRET_CHARACTERS]


def redacted(text: str) -> str:
    """Return ``text`` without what gives access."""
    visible = _visible(text)
    hidden = secrets(visible)
    for secret in hidden:
        visible = visible.replace(secret, "…")
    return visible if hidden else text


def _visible(text: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _secrets(text: str) -> Iterator[str]:
    yield from (match[0] for match in _SHAPES.finditer(text))
    for pattern in (_NAMED, _BESIDE, _UNSPACED):
        yield from (secret for match in pattern.finditer(text) if (secret := _named(match["it"])))
    yield from (match["it"] for match in _SEED.finditer(text))
    yield from (match[0] for match in _DIGITS.finditer(text) if _passes_luhn(match[0]))
    yield from (match[0] for match in _IBAN.finditer(text) if _is_iban(match[0]))
    yield from (match[0] for match in _TOKEN.finditer(text) if _is_random(match[0]))


def _named(it: str) -> str:
    secret = it.strip(".,;!?\"'`”»“„。")
    return "" if secret.casefold() in ABOUT_A_PASSWORD else secret


def _passes_luhn(number: str) -> bool:
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _is_iban(number: str) -> bool:
    """Source: ISO 13616, the remainder of 97."""
    plain = re.sub(r"[ -]", "", number).upper()
    turned = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _is_random(token: str) -> bool:
    has_both = any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
    bits = -sum(n / len(token) * log2(n / len(token)) for n in Counter(token).values())
    return has_both and bits > _RANDOM_BITS
