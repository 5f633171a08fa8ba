"""Who says so, where it is not the person; and about whom it is said."""

import pytest

from chat.services.memory.judging import attribution
from chat.services.memory.judging.verdicts import Known
from tests.services.memory.proposed import ALICE, ME, fact, judged, taught, verdict


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("My doctor says I should eat less salt.", "My doctor"),
        ("Yesterday my doctor told me that I should eat less salt.", "my doctor"),
        ("I live in Oslo and my doctor says I should eat less salt.", "my doctor"),
        ("According to Anna, Lisa moved to Rome.", "Anna"),
        ("Tom told me that Lisa moved to Rome.", "Tom"),
        ("My friend Tom said Lisa moved to Rome.", "My friend Tom"),
        ("Lisa moved to Rome, says Tom.", "Tom"),
        ("Lisa moved to Rome, according to Tom.", "Tom"),
        ("Mein Arzt sagt, ich soll weniger Salz essen.", "Mein Arzt"),
        ("Laut Anna wohnt Lisa in Rom.", "Anna"),
        ("Tom hat mir erzählt, dass Lisa in Rom wohnt.", "Tom"),
        ("Mon médecin dit que je dois manger moins de sel.", "Mon médecin"),
        ("Selon Anna, Lisa habite à Rome.", "Anna"),
        ("Tom m'a dit que Lisa habite à Rome.", "Tom"),
        ("Mi médico dice que debo comer menos sal.", "Mi médico"),
        ("Según Ana, Lisa vive en Roma.", "Ana"),
        ("Tom me dijo que Lisa vive en Roma.", "Tom"),
        ("Secondo Anna, Lisa abita a Roma.", "Anna"),
        ("Segundo Ana, Lisa mora em Roma.", "Ana"),
        ("Tom sa at Lisa bor i Roma.", "Tom"),
        ("Ifølge Anna bor Lisa i Roma.", "Anna"),
        ("Анна сказала, что Лиза живёт в Риме.", "Анна"),
        ("По словам Анны, Лиза живёт в Риме.", "Анны"),
        ("小明告诉我丽莎搬到了罗马。", "小明"),
        ("アンナによると、リサはローマに住んでいます。", "アンナ"),
    ],
)
def test_who_says_so_is_found(sentence, who):
    said = attribution.of(sentence)

    assert said is not None
    assert said.who == who


@pytest.mark.parametrize(
    "sentence",
    [
        "I live in Oslo.",
        "I said that I live in Oslo.",
        "As I told you, I live in Oslo.",
        "As you said, I live in Oslo.",
        "Ich sage, dass ich in Oslo wohne.",
        "She said hello.",
        "Tom said.",
        "我告诉你，我住在奥斯陆。",
    ],
)
def test_what_the_person_says_is_on_nobody_elses_word(sentence):
    assert attribution.of(sentence) is None


def test_what_my_doctor_says_of_me_is_about_me():
    said = "My doctor says I should eat less salt."
    salt = fact(said.rstrip("."), "diet", "less salt", "My doctor says I should eat less salt.", about="my doctor",
                kind="person")  # fmt: skip

    judgement = judged(said, salt)

    assert taught(judgement) == ["user.diet = less salt"]
    assert judgement.accepted[0].circumstances.attributed_to == "My doctor"
    assert judgement.accepted[0].statement == "The user should eat less salt."


@pytest.mark.parametrize(
    ("said", "who"),
    [("Tom told me that Lisa moved to Rome.", "Tom"), ("According to Anna, Lisa moved to Rome.", "Anna")],
)
def test_what_tom_says_of_lisa_is_about_lisa(said, who):
    rome = fact(said.rstrip("."), "lives_in", "Rome", "Lisa lives in Rome.", about="Lisa", kind="person")

    judgement = judged(said, rome)

    assert taught(judgement) == ["Lisa.lives_in = Rome"]
    assert judgement.accepted[0].circumstances.attributed_to == who


def test_what_my_sister_says_of_herself_is_no_hearsay():
    said = "My sister told me she moved to Rome."
    rome = fact("she moved to Rome", "lives_in", "Rome", "Alice lives in Rome.", about="E1", kind="person")

    judgement = judged(said, rome, known=Known((ME, ALICE)))

    assert taught(judgement) == ["Alice.lives_in = Rome"]


@pytest.mark.parametrize(
    "said",
    ["You said I work at Google.", "You told me that I work at Google.", "Du hast mir gesagt, ich arbeite bei Google."],
)
def test_what_the_assistant_said_teaches_nothing_though_it_is_repeated(said):
    works = fact(said.rstrip("."), "employer", "Google", "The user works at Google.")

    assert verdict(said, works) == ["refused: quoted"]
