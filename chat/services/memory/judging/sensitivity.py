"""What some people do not want to be remembered, by the words it is said with. Pure.

The classes are narrow on purpose: what people say so that they are helped, such as an allergy or what they do not eat,
is none of them, and neither are a cold, a nationality or a job.
Source: Regulation (EU) 2016/679, articles 9 and 10; and money, which people tell in confidence.
"""

import re
from typing import Literal

Kind = Literal["", "health", "belief", "intimate", "origin", "money", "law"]

# What is said of a firm or a town is nobody's secret.
_OF_PEOPLE = frozenset({"self", "person", "other"})
_KEY_WORDS: tuple[tuple[Kind, str], ...] = (
        ("health", ("diagnosis|medical_\\w+|health_\\w+|disease|illness|disorder|medication|medicine|mental_\\w+"
         "|disability|pregnan\\w+|hiv_\\w+|blood_test|therapy")),
        ("belief", ("religion|faith|religious_\\w+|belief|political_\\w+|politics|party|party_membership|votes?_for"
         "|voted_for|union|union_membership|trade_union")),
        ("intimate", "sexual_\\w+|sexuality|orientation|gender_identity|sex_life"),
        ("origin", "ethnicity|ethnic_\\w+|race|skin_colou?r"),
        ("money", "salary|income|wage|wages|debts?|net_worth|savings|earns|earnings|wealth"),
        ("law", "criminal_\\w+|conviction|convicted_\\w+|arrest\\w*|prison\\w*"),
    )  # fmt: skip
_KEYS = [(kind, re.compile(rf"^(?:not_|former_|planned_)?(?:{keys})$")) for kind, keys in _KEY_WORDS]
# Somebody's work is no confidence, though it is on a cancer ward, in a church or a prison.
_OF_WORK = re.compile(
    r"^(?:former_|planned_)?(?:occupation|employer|studies_at|studies|field|field_of_study|project|works_on"
    r"|workplace|skill|name|owns)$"
)
_E = r"(?![^\W_])"
_S = r"(?<![^\W_])"
_NO_WARD = (
    r"(?! (?:research|clinic|ward|charity|hospital|cent(?:re|er)|society|nurse|doctor|awareness|museum|film|movie"
    r"|book|novel|song))"
)
_NO_CHURCH = (
    r"(?! (?:church|school|temple|cathedral|music|art|food|wedding|cemetery|kirche|schule|église|école|iglesia"
    r"|escuela|kirke|chiesa|igreja|monastery|architecture|holiday))"
)
_BE = r"(?:(?<![^\W_])(?:am|is|are|was|became|bin|ist|war|suis|est|soy|es|sono|è|sou|é|er)|'m|'s)"
_I_AM = r"(?:i am|i'm|he is|he's|she is|she's|they are|we are|we're)"
_SAID: tuple[tuple[Kind, str], ...] = (
        ("health", (rf"{_S}(?:diagnos\w+|(?:cancer|leuk[a]?emia|hiv|aids|tumou?r){_NO_WARD}|diabet\w+|epilep\w+"
         rf"|multiple sclerosis|parkinson\w*"
         r"|dementia|alzheimer\w*|hepatitis|schizophreni\w+|bipolar|depress(?:ed|ion)|anxiety disorder"
         r"|panic attacks?|ptsd|adhd|autis\w+|asperger\w*"
         r"|anorexi\w+|bulimi\w+|eating disorder|self-harm|suicid\w+|burn-?out|alcoholi\w+|addict(?:ed"
         r"|ion)(?= to (?:alcohol|drugs|pills|opioids|heroin|cocaine|gambling))"
         r"|pregnan\w+|miscarriage|abortion|infertil\w+|ivf|antidepressant\w*|chemo(?:therapy)?|insulin"
         r"|psychotherapy|in therapy|std"
         r"|(?:take|taking|prescribed|on) (?:\d+ ?mg (?:of )?)?(?:sertraline|prozac|fluoxetine|lithium|xanax"
         r"|ritalin|metformin|methadone|medication|antipsychotics?)"
         r"|krebs(?!suppe)|leukämie|epilepsie|demenz|depressionen?|depressiv|angststörung|schizophren\w*|magersucht"
         r"|essstörung|selbstmord\w*|suizid\w*"
         r"|alkoholkrank|alkoholiker\w*|schwanger\w*|fehlgeburt|abtreibung|unfruchtbar|antidepressiva|chemotherapie"
         r"|psychotherapie|in therapie|medikamente"
         r"|séropositi\w+|vih|sida|épilepsie|diabétique|dépressi\w+|dépression|schizophrène|bipolaire|anorexique"
         r"|enceinte|fausse couche|avortement|antidépresseurs?|chimiothérapie|psychothérapie|(?:un |du )cancer"
         r"|seropositiv\w+|cáncer|tumor|embarazad[ao]|aborto|depresión|deprimid[ao]|esquizofrenia|ansiedad"
         r"|antidepresivos|quimioterapia|psicoterapia"
         r"|incinta|depressione|sieropositiv\w+|cancro|gravidanza|grávida|depressão|câncer|hiv-positiv\w*"
         r"|kreft|gravid|spontanabort|depresjon|deprimert|spiseforstyrrelse|antidepressiva|cellegift|hiv-smittet"
         rf"|вич|рак(?=[\s.,!]|$)|беременн\w+|депресси\w+|диабет\w*|шизофрени\w+|эпилепси\w+|антидепрессант\w*"
         rf"|аборт\w*){_E}"
         r"|艾滋|癌|怀孕|懷孕|流产|堕胎|抑郁症?|忧郁症|糖尿病|精神分裂|双相|自杀|确诊|妊娠|うつ病|鬱病|がん(?:と|に|を|です)|統合失調症|自殺|中絶|流産")),
        ("belief", (rf"{_S}(?:muslima?|jewish|catholic|protestant|buddhist|hindu|sikh|mormon|atheist|agnostic"
         rf"|orthodox jew){_NO_CHURCH}{_E}"
         rf"|{_BE} (?:an? |ein(?:e)? |une? |un[ao]? )christian{_E}{_NO_CHURCH}|{_S}believe in god{_E}"
         rf"|{_S}(?:converted to|convert to) \w+"
         rf"|{_S}(?:vote[ds]?|voting) for|member of (?:the |a )?[\w ]{{0,30}}(?:party|union){_E}|{_S}(?:trade"
         rf"|labou?r) union member"
         rf"|{_S}(?:muslim(?:in|isch)?|katholisch|evangelisch|jüdisch|jüdin|atheist(?:in)?|buddhist(?:in)?|gläubig"
         rf"|christin|gewerkschaft\w*|parteimitglied|konvertiert"
         r"|wähle (?:die|den)|musulmane?|catholique|protestante?|juive?|athée|bouddhiste|syndiqué\w*|syndicat"
         r"|je vote|j'ai voté"
         r"|musulmán|musulmana|católic[ao]|protestante|judí[ao]|ate[ao]|budista|sindicato|vot[oé] (?:a|por)"
         r"|musulman[oa]|cattolic[oa]|ebre[oa]|buddista|sindacato"
         rf"|muçulman[oa]|judeu|judia|katolikk|muslimsk|jødisk|ateist|fagforening\w*|stemmer på|мусульман\w+"
         rf"|католи\w+|православн\w+|иуде\w+|атеист\w*|профсоюз\w*|голосовал\w*){_NO_CHURCH}{_E}"
         r"|穆斯林|基督徒|天主教徒|佛教徒|犹太教|无神论|信(?:仰)?(?:上帝|伊斯兰|基督|佛)|共产党员|工会|イスラム教徒|クリスチャン|仏教徒|無神論者|カトリック|労働組合|党員")),
        ("intimate", (rf"{_S}(?:gay|lesbian|bisexual|homosexual|transgender|trans (?:man|woman)|transsexual|asexual"
         rf"|pansexual|queer|non-binary|sex life|having an affair|fetish"
         r"|schwul|lesbisch|bisexuell|homosexuell|transgeschlechtlich|asexuell|homosexuel(?:le)?|lesbienne"
         r"|bisexuel(?:le)?|transgenre|asexuel(?:le)?"
         r"|lesbiana|homosexual|transexual|transgénero|asexual|omosessuale|lesbica|bisessuale|lésbica|bissexual"
         r"|homofil|lesbisk|bifil|skeiv|transperson"
         rf"|гей|лесбиянк\w+|бисексуал\w*|гомосексуал\w*|трансгендер\w*){_E}|同性恋|同性戀|双性恋|跨性别|出柜|ゲイ|レズビアン|同性愛"
         rf"|バイセクシュアル|トランスジェンダー")),
        ("origin", (rf"{_S}(?:african[- ]american|afro-\w+|mixed[- ]race|biracial|romani|sinti|gypsy|hispanic"
         rf"|latin[oax]|indigenous|aboriginal|of [\w-]+ (?:descent|ancestry)|ethnic(?:ally)?"
         rf"|{_I_AM} (?:an? )?(?:black|white|asian|arab|kurdish|kurd|sami|jew)(?= (?:man|woman|person|guy|girl)"
         rf"|\s*[.,;!]|\s*$)"
         r"|ethnisch\w*|afrodeutsche?|kurd(?:e|in|isch)|araber(?:in)?|abstammung|ethnique|d'origine \w+|kurde|arabe"
         r"|maghrébine?|étni[ca]\w+|gitan[oa]|ascendencia|afrodescendiente|indígena"
         rf"|etni[ac]\w*|di origine \w+|etnisk|samisk|kurdisk|rom(?=folk)|этническ\w+|цыган\w*|курд\w*|татарин"
         rf"|татарка){_E}|少数民族|族裔|民族は|人種")),
        ("money", (rf"{_S}(?:(?:my|our|his|her) (?:salary|income|wages?|debts?|net worth|savings|overdraft)|in debt"
         rf"|(?:i|we|he|she) (?:owe|earn|make)s? [^.]{{0,15}}\d|bankrupt\w*|insolven\w*|credit card debt"
         r"|(?:mein|unser)e? (?:gehalt|einkommen|lohn|schulden)|schulden|verdiene[^.]{0,20}\d|überschuldet|pleite"
         r"|privatinsolvenz|mon salaire|mes revenus|mes dettes|endetté\w*|dettes?|je gagne[^.]{0,15}\d|surendetté\w*"
         r"|mi (?:sueldo|salario)|mis (?:ingresos|deudas)|deudas?|endeudad[ao]|gano[^.]{0,15}\d|bancarrota"
         r"|(?:il )?mio stipendio|debiti|indebitat[oa]|guadagno[^.]{0,15}\d|meu salário|dívidas?|endividad[oa]"
         r"|ganho[^.]{0,15}\d"
         rf"|lønn(?:en|a)? (?:min|er)|gjeld|tjener[^.]{{0,15}}\d|zarabiam[^.]{{0,15}}\d|моя зарплата|зарплата"
         rf"|долг(?:и|ов|ах)?|зарабатываю|банкрот\w*){_E}"
         r"|工资|月薪|年薪|收入是|欠债|负债|欠了[^。]{0,8}[元块万钱]|破产|給料|年収|月収|借金|自己破産")),
        ("law", (rf"{_S}(?:convicted|criminal record|(?:in|to|from|out of|been to) (?:prison|jail)|prison sentence"
         rf"|served time|arrested|on parole|on probation|charged with|undocumented|illegal immigrant"
         rf"|asylum (?:claim|case)"
         r"|vorbestraft|verurteilt|(?:im|ins|aus dem) gefängnis|in haft|verhaftet|auf bewährung|angeklagt"
         r"|condamnée?|casier judiciaire|en prison|arrêtée? par la police|sans-papiers|mis en examen"
         r"|condenad[ao]|antecedentes penales|en la cárcel|en prisión|detenid[ao] por|arrestad[ao]|indocumentad[ao]"
         r"|condannat[oa]|in carcere|in prigione|precedenti penali|condenad[oa]|na prisão|na cadeia|preso por"
         r"|antecedentes criminais"
         rf"|straffedømt|dømt for|i fengsel|arrestert|papirløs|судим\w*|осужд\w+|в тюрьме|арестован\w*){_E}|坐牢|入狱"
         rf"|判刑|犯罪记录|前科|被捕|逮捕|刑務所|有罪判決")),
    )  # fmt: skip
_WORDS = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _SAID]


def of(attribute: str, words: str, *, kind: str = "self") -> Kind:
    """Return what ``words`` about somebody tell that may be told in confidence; "" for everything else.

    ``words`` are the clause that states it, its value and its statement; ``kind`` is what they are about.
    """
    if kind not in _OF_PEOPLE:
        return ""
    for found, keys in _KEYS:
        if keys.match(attribute):
            return found
    if _OF_WORK.match(attribute):
        return ""
    return next((found for found, pattern in _WORDS if pattern.search(words)), "")
