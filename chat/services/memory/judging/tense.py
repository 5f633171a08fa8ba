"""Whether words tell what is to come, or what has happened, in the languages the memory is tried in. Pure patterns."""

import re

_COMING = re.compile(
    r"(?<![^\W_])(?:(?:i'm|i am|we're|we are|he's|she's|they're|is|are|am|was|were) (?:soon |finally |just |also "
    r"|really )?"
    r"(?:about to|going to (?:be|move|live|work|start|study|get|become|buy|have|join|marry|leave|quit|adopt|switch"
    r"|retire)"
    r"|planning|hoping|moving|relocating|joining|starting (?:at|as|with|my|a|in)|leaving|quitting|resigning|switching"
    r"|retiring|getting (?:a|an|our|my|married)|marrying|adopting|buying)"
    r"|(?:i|we|you|he|she|they|it)'ll|(?:i|we|he|she|they) (?:will|shall|plan to|want to|intend to|hope to"
    r"|would like to"
    r"|wants to|plans to|hopes to|intends to)|will be|i'd like to|(?:considering|thinking of|thinking about) \w+ing"
    r"|(?:ich|wir|er|sie) (?:werde|wird|werden|will|wollen|möchte|möchten|plane|plant|planen|hoffe|beabsichtige)"
    r"|werde ich"
    r"|werden wir|habe vor|demnächst|bald"
    r"|(?:je|j'|on|nous|il|elle) ?(?:vais|va|allons|compte|comptons|veux|veut|voudrais|aimerais|prévois|envisage"
    r"|souhaite)"
    r"|bientôt|\w+(?:erai|irai|erons|irons)"
    r"|(?:voy|vamos|va) a \w+r(?:me|nos|se|te)?|quiero|queremos|planeo|pienso \w+r(?:me)?|espero \w+r|pronto"
    r"|\w+(?:aré|eré|iré)|sto per|voglio|vorrei|ho intenzione|presto|\w+(?:erò|irò)"
    r"|vou \w+r(?:-me)?|pretendo|planejo|em breve"
    r"|(?:jeg|vi|han|hun) (?:skal|vil|kommer til å|planlegger|ønsker)|snart"
    r"|собираюсь|собираемся|планирую|планируем|буду|хочу|перееду|переедем|переезжаю|начну|скоро)(?![^\W_])"
    r"|将要?|打算|计划|准备|即将|想要?搬|要(?=搬|去|换|开始|结婚)|会(?=搬|去|换)|つもり|予定|引っ越します|たいです|する?予定",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"(?<![^\W_])(?<!i'm )(?<!am )(?<!is )(?<!are )(?<!get )(?<!getting )(?:[a-z]{2,}ed|began|became|got|bought"
    r"|left|quit"
    r"|met|went|came|found|took|built|sold|was|were|had|won|lost|gave|made|broke|fell|wrote|ran|flew|born"
    r"|(?:bin|habe|hat|ist|sind|haben|war|hatte|hab)(?![^\W_])[^.;!?]*(?<![^\W_])\w*ge\w+(?:t|en)"
    r"|(?:bin|habe|hat|ist|sind|haben)(?![^\W_])[^.;!?]*(?<![^\W_])(?:ver|be|er|ent)\w+(?:t|en)"
    r"|zog|fing|begann|kam|ging|verließ|heiratete|kaufte|wurde|bekam|kündigte|wechselte|studierte|lernte"
    r"|(?:j'ai|je suis|je me suis|on a|nous avons|nous sommes|il a|elle a|il est|elle est|ai|a été|ont) \w+(?:é|ée"
    r"|és|ées|i|ie|is|it|u|ue|ert|ait)"
    r"|(?!(?:vais|fais|sais|mais|jamais|mauvais|désormais|fait|parfait|trait|français|anglais)(?![^\W_]))\w+(?:ais"
    r"|ait|aient)"
    r"|\w{3,}(?:é(?!s)|ó|aron|ieron|aba|aban|ía|ían)|fui|fue|tuve|hice|nací"
    r"|(?:ho|ha|sono|è|abbiamo|mi sono|si è) \w+(?:at|ut|it)[oaie]|nacqui|\w{3,}(?:avo|evo|ivo|ava|eva)"
    r"|\w{3,}(?:ei|ou|aram|eram)|fui|foi|nasci"
    r"|flyttet|begynte|bodde|jobbet|var|hadde|kjøpte|sluttet|ble|giftet|fikk|studerte|startet|dro|kom|møtte|solgte"
    r"|\w{2,}(?:ал|ил|ел|ял|ался|ился|алась|илась|ала|ила|ела|яла|али|или|ели|шел|шёл|шла)(?:ась|ись|ся)?)(?![^\W_])"
    r"|了|过了|過|ました|(?<=[っいんし])た(?:[。、]|$)|だった",
    re.IGNORECASE,
)


def is_coming(text: str) -> bool:
    """Tell whether ``text`` is about what is intended, or will be."""
    return _COMING.search(text) is not None


def happened(text: str) -> bool:
    """Tell whether ``text`` tells what has happened."""
    return _HAPPENED.search(text) is not None
