"""The words and signs by which clauses are told apart, in the languages the memory is tried in. Pure patterns."""

import re

# No sentence ends after "Dr.".
_TITLES = r"(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bProf)(?<!\bSt)(?<!\bNr)(?<!\bNo)"
# Nor after the number of a day: "am 3. Mai".
_MONTHS = r"(?:[Jj]an|[Ff]eb|[Mm]är|[Mm]ar|[Aa]pr|[Mm]ai|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]kt|[Nn]ov|[Dd]e[zs])"
_DAYS = rf"(?<!\b\d)(?<!\b\d\d)|(?!\.\s+{_MONTHS})"
SENTENCE_END = re.compile(rf"(?:{_TITLES}(?:{_DAYS})[.!?…](?=[\s\"')]|$)|[。！？؟]|\n)+\s*")
CLAUSE_END = re.compile(
    r"\s*[,;:，；：、–—]\s*|\s+-\s+|[!?。！？\n]+\s*|(?<!Dr)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Prof)(?<!St)\.+(?=\s|$)\s*"
    r"|\s+(?:and|but|while|whereas|und|aber|sondern|et|mais|y|pero"
    r"|sino|og|men|och|because|weil|parce que|porque|fordi|perché|потому что|а|и|но)\s+",
    re.IGNORECASE,
)
ASKS = re.compile(r"[?？؟][\s\"')»]*$|^\s*¿|[吗嗎呢][?？。]?\s*$|か[?？。]?\s*$")
INVERTED = re.compile(
    r"^(?:do|does|did|am|is|are|was|were|can|could|will|would|shall|should|have|has|had|may|might|must"
    r"|what|who|whom|whose|which|when|where|why|how|was|wer|wen|wem|wessen|welche[rsnm]?|wann|wo|woher|wohin|warum"
    r"|wieso|wie"
    r"|est-ce|qu'est-ce|que|quoi|qui|quel(?:le)?s?|quand|où|pourquoi|comment|combien|qué|quién|cuál|cuándo|dónde"
    r"|cómo|cuánto"
    r"|hva|hvem|hvilken|hvilke|når|hvor|hvorfor|hvordan|vad|vem)(?![^\W_])"
    r"|^\S+ (?:i|you|he|she|we|they|ich|du|er|sie|wir|ihr|jeg|han|hun|vi|dere|jag)(?![^\W_])|^\S+-(?:je|tu|il|elle"
    r"|nous|vous|ils)\b",
    re.IGNORECASE,
)
# Questions that tell: "Did you know I moved to Oslo?", "Now that I live in Oslo, what …?"
TELLING = re.compile(
    r"(?:(?:did|do) you know|did i (?:tell|mention)(?: to)?(?: you)?|have i (?:told|mentioned to)(?: you)?"
    r"|can you believe|guess what"
    r"|you know what|since|because|given|now|considering|wusstest du|weißt du(?: schon)?"
    r"|hab(?:e)? ich (?:dir )?(?:schon )?"
    r"(?:erzählt|gesagt)|da|weil|savais-tu|tu sais|tu savais|sais-tu|t'ai-je dit|comme|puisque|parce|sabías|sabes"
    r"|te (?:he )?(?:dicho|dije|conté)"
    r"|como|ya|porque|visste du|vet du|har jeg (?:sagt|fortalt)|siden|fordi|你知道|你知道吗)"
    r"[\s,:]*(?:that|dass|que|qu'|at)?[\s,:]*$",
    re.IGNORECASE,
)
SUPPOSES = re.compile(
    r"(?<![^\W_])(?:if|suppose|supposing|imagine|pretend|assume|assuming|let's say|what if|hypothetically|i wish"
    r"|if only|in case"
    r"|you are now|act as|role-?play|wenn|falls|angenommen|stell dir vor|nehmen wir an|ich wünschte"
    r"|si(?! i)|supposons|imagine|imaginons|admettons|supongamos|imagina|ojalá|hvis|dersom|tenk deg|anta"
    r"|om jeg var|если|представь|допустим|предположим|farz et|olsaydım)(?![^\W_])"
    r"|如果|假如|假设|要是|もし|만약|अगर|لو ",
    re.IGNORECASE,
)
REQUESTS = re.compile(
    r"^(?:please |bitte |por favor,? |kindly |(?:can|could|would|will) you (?:please )?|(?:kannst|könntest"
    r"|würdest) du (?:bitte )?"
    r"|(?:peux|pourrais)-tu |(?:puedes|podrías) |kan du |kunne du )?(?:write|tell me|give|make|explain|translate|help"
    r"|show|list|find|recommend"
    r"|suggest|create|draft|generate|summari[sz]e|describe|compare|calculate|convert|fix|rewrite|correct|define|name"
    r"|let's|say"
    r"|schreib\w*|erzähl\w*|gib|erklär\w*|übersetz\w*|hilf|zeig\w*|nenn\w*|mach\w*|such\w*|empfiehl"
    r"|écri[st]|dis|donne|explique|traduis|aide|montre|fais|trouve|raconte|propose|escribe|dime|dame|explica|traduce"
    r"|ayúdame"
    r"|muéstrame|haz|busca|cuéntame|recomienda|skriv|fortell|gi|forklar|oversett|hjelp|vis|lag|finn"
    r"|anbefal)(?![^\W_])"
    r"|^(?:请|帮我|帮忙|告诉我|写|解释|翻译|给我)",
    re.IGNORECASE,
)
# Only words that deny in every language that has them: "plus", "mai" and "ne" are something else elsewhere.
NEGATES = re.compile(
    r"(?<![^\W_])(?:not|never|no longer|no more|none|nobody|nothing|neither|nor|without|cannot|\w+n't|no"
    r"|nicht|niemals|nie|kein(?:e[nrms]?)?|weder|ohne|pas|jamais|aucune?|sans|(?:ne |n')\w+ (?:pas|plus|jamais|rien)"
    r"|nunca|tampoco|jamás|ikke|aldri|ingen|inte|aldrig|non|não|niet|geen|не|нет|никогда)(?![^\W_])"
    r"|不(?![错过但仅同])|[没沒]|ない|ません",
    re.IGNORECASE,
)
NOT_ONLY = re.compile(r"(?:not (?:only|just)|nicht nur|pas (?:seulement|que)|no s[óo]lo|ikke bare)", re.IGNORECASE)
ENDS = re.compile(
    r"(?<![^\W_])(?:used to|quit|left|sold|died|dead|passed away|broke(?:n)? up|divorced|separated|stopped|gave up"
    r"|given up|ended|cancell?ed|lost|resigned|retired from|got rid of|wrong|mistake"
    r"|leaving|quitting|resigning|giving up|selling|moving out|kündige|verlasse|verkaufe|höre auf|quitte|vends|dejo"
    r"|renuncio|vendo|slutter|selger"
    r"|gekündigt|verkauft|gestorben|tot|getrennt|geschieden|aufgehört|aufgegeben|verloren|falsch"
    r"|quitté|vendu|morte?|décédée?|séparée?s?|divorcée?|arrêté|perdu"
    r"|dejé|dejado|renuncié|vendí|vendido|murió|separado|divorciad[oa]|perdí"
    r"|sluttet|sluttede|solgt|solgte|død|døde|skilt|mistet)(?![^\W_])",
    re.IGNORECASE,
)
OVER = re.compile(
    r"(?<![^\W_])(?:any ?more|no longer|nicht mehr|kein\w* (?:\w+ )?mehr|(?:ne |n')\w+ plus|ya no"
    r"|ikke (?:\w+ )?(?:lenger|mer))"
    r"(?![^\W_])|不再|已经不|もう",
    re.IGNORECASE,
)
# "From Oslo to Bergen": stands around a folded value.
LEAVES = (
    r"(?<![^\W_])(?:from|von|aus|de|d'|fra|från|из|da)\s*{0}(?![^\W_]).*(?<![^\W_])(?:to|nach|in|à|a|til|till|в)(?![^\W_])"
    r"|[从從]\s*{0}.*[到至去]|{0}から.*[へに]"
)
PAST = re.compile(
    r"(?<![^\W_])(?:used to|formerly|previously|in the past|back then|when i was|as a (?:child|kid|teenager)|früher"
    r"|damals|als kind"
    r"|ehemals|autrefois|avant|jadis|quand j'étais|antes|antiguamente|cuando era|før i tiden|tidligere"
    r"|da jeg var)(?![^\W_])"
    r"|(?<![^\W_])(?:i|we|he|she|ich|jeg|je|j') ?(?:lived|worked|studied|was(?! born)|had|wohnte|arbeitete"
    r"|lebte|war|hatte"
    r"|habitais|travaillais|étais|avais|bodde|jobbet|var|hadde)(?![^\W_])"
    r"|(?<![^\W_])(?:(?:wohnte|lebte|arbeitete|studierte) (?:ich|er|sie|wir)|gewohnt|gelebt|gearbeitet"
    r"|(?:j'ai|nous avons|on a|il a|elle a) (?:habité|vécu|travaillé|étudié)"
    r"|vivía|trabajaba|tenía|era|viví|trabajé|estudié|(?:he|hemos) (?:vivido|trabajado|estudiado)"
    r"|abitavo|vivevo|lavoravo|(?:ho|abbiamo) (?:abitato|vissuto|lavorato)|morava|morei|trabalhava|trabalhei|vivi"
    r"|(?:bodde|jobbet|jobba|hadde) (?:jeg|vi|han|hun)|раньше|жил[аи]?|работал[аи]?|учил(?:ся|ась))(?![^\W_])"
    r"|以前|过去|曾经|曾|昔|住んでいた|住んでいました|働いていました|勤めていました",
    re.IGNORECASE,
)
NOW = re.compile(
    r"(?<![^\W_])(?:now|actually|currently|these days|instead|rather|anymore|jetzt|inzwischen|eigentlich|doch"
    r"|sondern|nun"
    r"|maintenant|actuellement|en fait|ahora|actualmente|en realidad|sino|nå|nu|egentlig)(?![^\W_])|现在|今は",
    re.IGNORECASE,
)
# What is no person, so nothing that follows is said of the one who speaks.
THAT = re.compile(
    r"(?:it|it's|that|that's|this|these|those|there|das|dies|es|dort|ce|c'est|ça|cela|esto|eso|esta|det|dette|den"
    r"|the|a|an|der|die|ein|eine|le|la|les|un|une|el|los|las)(?![^\W_])"
    r"|[这那它]|これ|それ",
    re.IGNORECASE,
)
SPOKEN = re.compile(r"\"[^\"\n]*\"|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』")
AGAINST = re.compile(
    r"(?<![^\W_])(?:hate\w*|dislike\w*|can't stand|detest\w*|despise\w*|loathe\w*|avoid\w*|annoy\w*|awful|terrible"
    r"|worst|boring|sick of|afraid|scared|angst|peur|miedo|redd"
    r"|hasse|verabscheue|schrecklich|furchtbar|langweilig|déteste|horreur|odio|detesto|hater|avskyr|odiar)(?![^\W_])"
    r"|讨厌|嫌い",
    re.IGNORECASE,
)
