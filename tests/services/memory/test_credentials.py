"""What gives access is never kept, in whatever form it is typed."""

import pytest

from chat.services.memory.judging import credentials
from tests.services.memory.proposed import fact, verdict

SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"


@pytest.mark.parametrize(
    "said",
    [
        "My password is hunter2.",
        "My password is here. It is hunter2.",
        "I changed my password to Sommer2024!",
        "wifi password hunter22",
        "Mein Passwort lautet Sommer2024.",
        "mot de passe : azerty99",
        "Mi contraseña es gato123",
        "La mia password è gatto123",
        "Minha senha é gato123",
        "Passordet: katt123",
        "Мой пароль: kot123",
        "我的密码是mao123",
        "パスワードは neko123",
        "My PIN is 4821.",
        "PIN 4821",
        "Der Türcode ist 4711.",
        "My verification code is 482913.",
        "Dein Bestätigungscode: 482913",
        "código de verificación: 482913",
        "验证码：482913",
        f"My seed phrase: {SEED}",
        "My card is 4111 1111 1111 1111.",
        "My card is 4111-1111-1111-1111.",
        "My card is 4111.1111.1111.1111",
        "Card 4111\u200b111111111111 it is",
        "Karte ４１１１ １１１１ １１１１ １１１１",
        "My IBAN is DE89 3704 0044 0532 0130 00.",
        "de89370400440532013000",
        "I use sk-proj-abcdefghij0123456789 here.",
        "token ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "hf_abcdefghijklmnopqrstuv",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "postgres://me:secret@db/x",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc",
    ],
)
def test_what_gives_access_is_found(said):
    assert credentials.found(said)


@pytest.mark.parametrize(
    "said",
    [
        "My phone is +47 912 34 567.",
        "My flight is SK4035 on 12 December.",
        "My password is too weak.",
        "My password manager is Bitwarden.",
        "I forgot my password.",
        "I was born on 03.05.1990 and moved in 2015.",
        "My favourite combination is red and green.",
        "The order number is 4111111111111112.",
        "Ich habe mein Passwort vergessen.",
    ],
)
def test_what_gives_no_access_is_none(said):
    assert not credentials.found(said)


def test_a_secret_is_not_kept_where_the_quote_leaves_it_out():
    said = "My password is hunter2. I use it for my Netflix account."
    netflix = fact("I use it for my Netflix account", "account", "Netflix", "The user's Netflix word is hunter2.")

    assert verdict(said, netflix) == ["refused: credential"]


def test_a_secret_is_not_kept_where_it_stands_in_another_sentence_than_its_name():
    said = "Here is my password. hunter2, do you see?\nThe word is hunter2"
    word = fact("The word is hunter2", "word", "hunter2", "The user's word is hunter2.")

    assert verdict("My password is hunter2.\n" + said, word) == ["refused: credential"]


def test_what_stands_beside_a_secret_is_learned():
    said = "My password is hunter2. I live in Oslo."

    assert verdict(said, fact("I live in Oslo", "lives_in", "Oslo", "The user lives in Oslo.")) == [
        "user.lives_in = Oslo"
    ]


def test_a_text_is_kept_without_its_secrets():
    assert credentials.redacted("The user's password is hunter2, card 4111 1111 1111 1111.") == (
        "The user's password is …, card …."
    )
    assert credentials.redacted("The user lives in Oslo.") == "The user lives in Oslo."
