"""Which language a short text is in, as far as a few common words tell: a hint for the model. Pure."""

import re

from chat.services.memory import wording

_COMMON = {
    "English": (
        "i i'm my me is are the and a an in at with have has was of to not you it she he his her we our live work"
    ),
    "German": (
        "ich mein meine meinen bin ist und der die das ein eine einen in bei mit habe hat nicht wir unser er "
        "sie es heiße wohne arbeite zu von"
    ),
    "French": (
        "je j'ai j'habite m'appelle suis mon ma mes est et le la les un une des dans chez avec ne pas nous "
        "notre il elle à de du au aux"
    ),
    "Spanish": (
        "yo mi mis me soy es y el la los las un una en con tengo no de del que al llamo vivo trabajo nosotros "
        "su se muy ya"
    ),
    "Norwegian": (
        "jeg min mitt mine er og en et ei i på hos med har ikke vi vår han hun det som heter bor jobber til av mot"
    ),
    "Swedish": (
        "jag min mitt mina är och en ett i på hos med har inte vi vår han hon det som heter bor jobbar till av"
    ),
    "Danish": (
        "jeg min mit mine er og en et i på hos med har ikke vi vores han hun det som hedder bor arbejder til af"
    ),
    "Italian": "io mio mia sono è e il lo la gli un una in con ho ha non di del che noi nostro si chiamo vivo lavoro",
    "Portuguese": "eu meu minha sou é e o a os as um uma em com tenho não de do da que nós nosso chamo moro trabalho",
    "Dutch": "ik mijn ben is en de het een in bij met heb heeft niet van wij ons hij zij heet woon werk",
    "Polish": "ja mój moja jestem jest i w z na mam nie się do mieszkam pracuję nazywam",
}
_WORDS = {name: frozenset(words.split()) for name, words in _COMMON.items()}
_SCRIPTS = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Korean", re.compile(r"[\uac00-\ud7a3]")),
    ("Russian", re.compile(r"[\u0400-\u04ff]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
    ("Hindi", re.compile(r"[\u0900-\u097f]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
)


def name_of(text: str) -> str:
    """Return the English name of the language of ``text``; "" where the words do not tell."""
    for name, script in _SCRIPTS:
        if script.search(text):
            return name
    said = wording.words(text)
    counts = sorted(((sum(word in words for word in said), name) for name, words in _WORDS.items()), reverse=True)
    (best, name), (second, _) = counts[:2]
    return name if best > second else ""
