"""How text is cut into the words that are indexed and looked for."""

import pytest

from chat.services.search import words


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("The dogs were running.", ["the", "dog", "were", "run"]),
        ("Café au lait, CAFÉ", ["cafe", "au", "lait", "cafe"]),
        ("don't", ["don", "t"]),
        ("snake_case e-mail C++ 3.14 a1b2", ["snake", "case", "e", "mail", "c", "3", "14", "a1b2"]),
        ("Норвегии Норвегия", ["норвег", "норвег"]),
        ("мой чай", ["мо", "ча"]),
        ("ελληνικά", ["ελλην"]),
        ("北京", ["北", "京", "北京"]),
        ("猫", ["猫"]),
        ("東京タワーへ", ["東", "京", "東京", "タワ", "ワー", "へ"]),
        ("서울은", ["서울", "울은"]),
        ("Ingridさん", ["ingrid", "さん"]),
        ("１２ ｋｇ", ["12", "kg"]),
        ("مُحَمَّد محمد", ["محمد", "محمد"]),
        ("Ærøskøbing", ["aeroskob"]),
        ("", []),
        ("🎉 — …", []),
        ("a\0b\ud800c", ["a", "b", "c"]),
    ],
)
def test_text_is_cut_into_folded_words(text, cut):
    assert words.tokens(text) == cut


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is my name, and which country do I live in?", ["name", "countri", "live"]),
        ("What's my son's name?", ["son", "name"]),
        ("Wie heißt meine Schwester?", ["heisst", "schwester"]),
        ("Comment s'appelle ma sœur ?", ["appell", "soeur"]),
        ("¿Cómo se llama mi hermana?", ["llama", "hermana"]),
        ("Hva heter søsteren min?", ["sosteren"]),
        ("Как зовут мою сестру?", ["зовут", "сестр"]),
        ("上海的天气怎么样？", ["上海", "海的", "的天", "天气", "气怎", "么样"]),
        ("妹の名前は何ですか", ["妹", "名前"]),
        ("the the THE", []),
        ("dog Dogs dog", ["dog"]),
    ],
)
def test_a_question_is_left_with_its_informative_words(question, asked):
    assert words.informative(question) == asked


def test_what_is_asked_for_is_what_is_indexed():
    text = "Ich wohne mit Søren in 東京, недалеко от Сити; I've 2 dogs & a猫."
    assert set(words.informative(text)) <= set(words.tokens(text))
