"""When a fact is true, by the words that state it: dates are worked out by code against the day of the message."""

from datetime import date

import pytest

from chat.services.memory.judging import validity
from chat.services.memory.judging.validity import Validity

ON = date(2026, 11, 28)


def when(sentence: str, value: str, on: date | None = ON) -> Validity:
    return validity.of(sentence, value=value, on=on)


@pytest.mark.parametrize(
    ("sentence", "value", "begin"),
    [
        ("Since March I work at Meta.", "Meta", "2026-03"),
        ("I have worked at Meta since March 2024.", "Meta", "2024-03"),
        ("I've lived in Oslo for three years.", "Oslo", "2023"),
        ("Since 3 May 2024 I have been married to Anna.", "Anna", "2024-05-03"),
        ("Ich wohne seit 2019 in Oslo.", "Oslo", "2019"),
        ("Seit März arbeite ich bei Meta.", "Meta", "2026-03"),
        ("Ich wohne seit drei Jahren in Oslo.", "Oslo", "2023"),
        ("J'habite à Oslo depuis trois ans.", "Oslo", "2023"),
        ("J'habite à Oslo depuis mars 2020.", "Oslo", "2020-03"),
        ("Vivo en Oslo desde hace dos años.", "Oslo", "2024"),
        ("Vivo en Oslo desde 2019.", "Oslo", "2019"),
        ("Abito a Oslo dal 2019.", "Oslo", "2019"),
        ("Moro em Oslo desde 2019.", "Oslo", "2019"),
        ("Jeg har bodd i Oslo siden mai.", "Oslo", "2026-05"),
        ("Jeg har bodd i Oslo i tre år.", "Oslo", "2023"),
        ("Я живу в Осло с 2019 года.", "Осло", "2019"),
        ("Я живу в Осло уже три года.", "Осло", "2023"),
        ("我从2019年开始住在奥斯陆。", "奥斯陆", "2019"),
        ("我在奥斯陆住了3年了。", "奥斯陆", "2023"),
        ("2019年からオスロに住んでいます。", "オスロ", "2019"),
    ],
)
def test_what_is_so_since_then_is_so_now(sentence, value, begin):
    assert when(sentence, value) == Validity(begin, holds=True)


@pytest.mark.parametrize(
    ("sentence", "value", "begin"),
    [
        ("I bought a car yesterday.", "car", "2026-11-27"),
        ("I bought a car the day before yesterday.", "car", "2026-11-26"),
        ("I moved to Oslo three years ago.", "Oslo", "2023"),
        ("I moved to Oslo two weeks ago.", "Oslo", "2026-11"),
        ("I moved to Oslo last month.", "Oslo", "2026-10"),
        ("I moved to Oslo last May.", "Oslo", "2026-05"),
        ("I moved to Oslo last December.", "Oslo", "2025-12"),
        ("I moved to Oslo in June.", "Oslo", "2026-06"),
        ("I moved to Oslo in the summer of 2019.", "Oslo", "2019"),
        ("I married Anna on May 3, 2024.", "Anna", "2024-05-03"),
        ("I married Anna on 2024-05-03.", "Anna", "2024-05-03"),
        ("Ich bin am 3. Mai 2024 nach Oslo gezogen.", "Oslo", "2024-05-03"),
        ("Ich bin am 03.05.2024 nach Oslo gezogen.", "Oslo", "2024-05-03"),
        ("Ich bin vor drei Jahren nach Oslo gezogen.", "Oslo", "2023"),
        ("Gestern habe ich ein Auto gekauft.", "Auto", "2026-11-27"),
        ("Ich bin letzten Monat nach Oslo gezogen.", "Oslo", "2026-10"),
        ("J'ai déménagé à Oslo hier.", "Oslo", "2026-11-27"),
        ("J'ai déménagé à Oslo il y a deux ans.", "Oslo", "2024"),
        ("J'ai déménagé à Oslo en juin.", "Oslo", "2026-06"),
        ("Me mudé a Oslo hace tres años.", "Oslo", "2023"),
        ("Me mudé a Oslo el año pasado.", "Oslo", "2025"),
        ("Me mudé a Oslo el 3 de mayo de 2024.", "Oslo", "2024-05-03"),
        ("Mi sono trasferito a Oslo tre anni fa.", "Oslo", "2023"),
        ("Mudei para Oslo no ano passado.", "Oslo", "2025"),
        ("Jeg flyttet til Oslo for tre år siden.", "Oslo", "2023"),
        ("Jeg flyttet til Oslo i fjor.", "Oslo", "2025"),
        ("Я переехал в Осло три года назад.", "Осло", "2023"),
        ("Я переехала в Осло в мае.", "Осло", "2026-05"),
        ("我去年搬到了奥斯陆。", "奥斯陆", "2025"),
        ("我三年前搬到奥斯陆了。", "奥斯陆", "2023"),
        ("去年オスロに引っ越しました。", "オスロ", "2025"),
    ],
)
def test_what_happened_begins_when_it_happened(sentence, value, begin):
    assert when(sentence, value) == Validity(begin)


@pytest.mark.parametrize(
    ("sentence", "value", "begin", "end"),
    [
        ("In 2019 I lived in Rome.", "Rome", "2019", "2019"),
        ("In 2019, I lived in Rome.", "Rome", "2019", "2019"),
        ("I lived in Rome from 2015 to 2018.", "Rome", "2015", "2018"),
        ("I lived in Rome 2015-2018.", "Rome", "2015", "2018"),
        ("Between 2015 and 2018 I lived in Rome.", "Rome", "2015", "2018"),
        ("From May to July I worked at Meta.", "Meta", "2026-05", "2026-07"),
        ("I worked at Google until last year.", "Google", "", "2025"),
        ("I used to live in Rome.", "Rome", "", ""),
        ("2019 wohnte ich in Rom.", "Rom", "2019", "2019"),
        ("Ich habe 2019 in Rom gewohnt.", "Rom", "2019", "2019"),
        ("Von Mai bis Juli habe ich bei Meta gearbeitet.", "Meta", "2026-05", "2026-07"),
        ("Bis letztes Jahr habe ich bei Google gearbeitet.", "Google", "", "2025"),
        ("En 2019 j'habitais à Rome.", "Rome", "2019", "2019"),
        ("De mai à juillet, j'ai travaillé chez Google.", "Google", "2026-05", "2026-07"),
        ("J'ai travaillé chez Google jusqu'en mai.", "Google", "", "2026-05"),
        ("En 2019 vivía en Roma.", "Roma", "2019", "2019"),
        ("Trabajé en Google hasta el año pasado.", "Google", "", "2025"),
        ("Nel 2019 abitavo a Roma.", "Roma", "2019", "2019"),
        ("I 2019 bodde jeg i Roma.", "Roma", "2019", "2019"),
        ("В 2019 году я жил в Риме.", "Риме", "2019", "2019"),
        ("2019年我曾经住在罗马。", "罗马", "2019", "2019"),
        ("昔ローマに住んでいました。", "ローマ", "", ""),
    ],
)
def test_what_was_so_then_is_over(sentence, value, begin, end):
    assert when(sentence, value) == Validity(begin, end, is_over=True)


@pytest.mark.parametrize(
    ("sentence", "value", "begin"),
    [
        ("I'm moving to Oslo in June.", "Oslo", "2027-06"),
        ("I'm moving to Oslo in December.", "Oslo", "2026-12"),
        ("I'm moving to Oslo.", "Oslo", ""),
        ("I want to move to Oslo.", "Oslo", ""),
        ("Next March I start at Meta.", "Meta", "2027-03"),
        ("I'll start at Meta in two weeks.", "Meta", "2026-12"),
        ("Tomorrow I start at Meta.", "Meta", "2026-11-29"),
        ("Ich ziehe im Juni nach Oslo.", "Oslo", "2027-06"),
        ("Ab nächstem Monat arbeite ich bei Meta.", "Meta", "2026-12"),
        ("Ich werde nach Oslo ziehen.", "Oslo", ""),
        ("Je vais déménager à Oslo en juin.", "Oslo", "2027-06"),
        ("Me voy a mudar a Oslo en junio.", "Oslo", "2027-06"),
        ("Jeg skal flytte til Oslo i juni.", "Oslo", "2027-06"),
        ("В июне я перееду в Осло.", "Осло", "2027-06"),
        ("我打算6月搬到奥斯陆。", "奥斯陆", "2027-06"),
        ("来月オスロに引っ越します。", "オスロ", "2026-12"),
    ],
)
def test_what_is_to_come_is_not_so_yet(sentence, value, begin):
    assert when(sentence, value) == Validity(begin, is_planned=True)


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("I work at Meta.", "Meta"),
        ("I may like tea.", "tea"),
        ("I march every day.", "every day"),
        ("I have 2000 euros in savings.", "2000 euros"),
        ("I have 2019 followers.", "2019 followers"),
        ("I run 3 miles.", "3 miles"),
        ("Ich wohne hier in Oslo.", "Oslo"),
        ("Guten Morgen, ich wohne in Oslo.", "Oslo"),
        ("Por la mañana trabajo en Meta.", "Meta"),
        ("Je vais bien et j'habite à Oslo.", "Oslo"),
    ],
)
def test_what_names_no_moment_has_no_date(sentence, value):
    assert when(sentence, value) == Validity()


def test_what_ends_later_is_so_until_then():
    assert when("I work at Google until June.", "Google") == Validity(valid_to="2027-06")


def test_each_part_of_a_sentence_has_its_own_time():
    said = "I lived in Rome in 2019 and moved to Oslo in 2021."

    assert when(said, "Rome") == Validity("2019", "2019", is_over=True)
    assert when(said, "Oslo") == Validity("2021")


def test_without_the_day_of_writing_only_what_is_said_in_full_has_a_date():
    assert when("I moved to Oslo in May 2024.", "Oslo", on=None) == Validity("2024-05")
    assert when("I moved to Oslo in May.", "Oslo", on=None) == Validity()
    assert when("I moved to Oslo yesterday.", "Oslo", on=None) == Validity()


def test_a_range_over_the_turn_of_the_year_ends_in_the_next():
    assert when("From November to February I worked at Meta.", "Meta", on=date(2026, 6, 1)) == Validity(
        "2025-11", "2026-02", is_over=True
    )
