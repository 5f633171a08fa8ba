"""Whether something is said with doubt."""

import pytest

from chat.services.memory.judging import certainty


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Maybe she lives in Rome.", "Rome"),
        ("I think she lives in Rome.", "Rome"),
        ("She lives in Rome, I think.", "Rome"),
        ("I'm not sure, but she lives in Rome.", "Rome"),
        ("She might live in Rome.", "Rome"),
        ("As far as I know she lives in Rome.", "Rome"),
        ("I heard she moved to Rome.", "Rome"),
        ("Sie wohnt vielleicht in Rom.", "Rom"),
        ("Ich glaube, sie wohnt in Rom.", "Rom"),
        ("Sie wohnt in Rom, soweit ich weiß.", "Rom"),
        ("Elle habite peut-être à Rome.", "Rome"),
        ("Je crois qu'elle habite à Rome.", "Rome"),
        ("Creo que vive en Roma.", "Roma"),
        ("Quizá vive en Roma.", "Roma"),
        ("Forse abita a Roma.", "Roma"),
        ("Acho que mora em Roma.", "Roma"),
        ("Hun bor kanskje i Roma.", "Roma"),
        ("Jeg tror hun bor i Roma.", "Roma"),
        ("Возможно, она живёт в Риме.", "Риме"),
        ("她可能住在罗马。", "罗马"),
        ("たぶんローマに住んでいます。", "ローマ"),
    ],
)
def test_doubt_is_heard(sentence, value):
    assert certainty.of(sentence, value=value) == "unsure"


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("She lives in Rome.", "Rome"),
        ("I'm sure she lives in Rome.", "Rome"),
        ("I believe in God.", "God"),
        ("I think about Rome often.", "Rome"),
        ("She lives in Rome and maybe she has a cat.", "Rome"),
        ("Sie wohnt sicher in Rom.", "Rom"),
        ("Je crois en Dieu.", "Dieu"),
        ("Jeg tror på Gud.", "Gud"),
        ("我住在罗马。", "罗马"),
    ],
)
def test_what_is_said_plainly_is_sure(sentence, value):
    assert certainty.of(sentence, value=value) == "sure"
