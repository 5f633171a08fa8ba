"""What is never kept: passwords, keys, card and account numbers. Pure."""

import re
from collections import Counter
from math import log2

from chat.services.memory.vocabulary import ABOUT_A_PASSWORD

_SHAPES = re.compile(
    r"""
    -----BEGIN\ [A-Z ]*(?:PRIVATE\ KEY|CERTIFICATE)
    |\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}     # OpenAI, Anthropic, Stripe
    |\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}
    |\bxox[abprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}
    |\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*                                     # JSON web tokens
    |\b\w+://[^\s/:@]+:[^\s/@]+@                                             # an address with a password in it
    """,
    re.VERBOSE,
)
_WORD = (
    r"pass ?words?|passwd|pwd|pass ?phrase|pass ?codes?|pin(?: ?(?:code|number))?|cvv2?|cvc|api[ _-]?keys?"
    r"|secret(?: ?key)?|access[ _-]?(?:key|token)|auth[ _-]?token|bearer|private key|(?:recovery|seed) phrase"
    r"|social security number|ssn|passwort|kennwort|geheimzahl|zugangscode|mot de passe|code secret|code pin"
    r"|contraseña|clave(?: secreta)?|passord|pinkode|pinkoden|senha|wachtwoord|hasło"
    r"|пароль|密码|パスワード|暗証番号|비밀번호"
)
# "My password is …", "Passwort: …": the word, then the thing itself.
_NAMED = re.compile(
    rf"(?<![^\W_])(?:{_WORD})(?![^\W_])[^.!?\n]{{0,30}}?"
    rf"(?:\bis\b|\bist\b|\best\b|\bes\b|\ber\b|[:=：是は])\s*[\"'`“]?(?P<it>\S{{3,}})",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
# Bits per character: English words have about 3, random letters and digits above 4.
_RANDOM_BITS = 3.6


def found(text: str) -> bool:
    """Tell whether ``text`` holds something that gives access, or an account or card number."""
    return (
        _SHAPES.search(text) is not None
        or _is_named(text)
        or any(_passes_luhn(match[0]) for match in _DIGITS.finditer(text))
        or any(_is_iban(match[0]) for match in _IBAN.finditer(text))
        or any(_is_random(match[0]) for match in _TOKEN.finditer(text))
    )


def _is_named(text: str) -> bool:
    return any(match["it"].strip(".,;!?\"'").casefold() not in ABOUT_A_PASSWORD for match in _NAMED.finditer(text))


def _passes_luhn(number: str) -> bool:
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _is_iban(number: str) -> bool:
    """Source: ISO 13616, the remainder of 97."""
    plain = number.replace(" ", "").upper()
    turned = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _is_random(token: str) -> bool:
    has_both = any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
    bits = -sum(n / len(token) * log2(n / len(token)) for n in Counter(token).values())
    return has_both and bits > _RANDOM_BITS
