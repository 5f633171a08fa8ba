"""Words that the memory knows in the languages it is tried in. Pure tables; what they lack is left to the model."""


def _table(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for line in text.strip().splitlines() for entry in line.split("|"))


# What people say to be polite or to go on, folded.
PLEASANTRIES = frozenset(
    _table("""
hello | hi | hey | hi there | hello there | hey there | hiya | howdy | good morning | good afternoon | good evening
good night | greetings | yo | morning | how are you | how are you doing | how are you today | how's it going
what's up | sup | thanks | thank you | thank you so much | thank you very much | many thanks | thanks a lot | thx
ty | cheers | much appreciated | ok | okay | okay then | k | alright | all right | sure | fine | great | perfect
nice | cool | good | very good | awesome | amazing | excellent | wonderful | wow | super | lol | haha | yes
yes please | yeah | yep | yup | no | no thanks | no thank you | nope | right | exactly | indeed | correct | true
agreed | maybe | of course | absolutely | got it | i see | understood | i understand | makes sense
that makes sense | that helps | sounds good | interesting | go on | continue | please continue | go ahead | next
again | try again | more | tell me more | please | please do | stop | wait | never mind | nevermind | forget it
sorry | my bad | oops | really | why | how | what | test | testing | bye | bye bye | goodbye | see you
see you later | see you tomorrow | later | cu | have a nice day | take care | welcome | you're welcome | well | so
and | then | now | too | it | hallo | guten morgen | guten tag | guten abend | gute nacht | servus | moin
grüß dich | grüß gott | wie geht's | wie geht es dir | na | danke | vielen dank | danke schön | dankeschön
danke dir | bitte | bitte schön | gern | gerne | ja | ja bitte | jawohl | jep | nein | nein danke | nö | doch
genau | gut | sehr gut | prima | toll | klar | alles klar | in ordnung | passt | verstanden | ach so | aha | stimmt
richtig | weiter | mach weiter | tschüss | tschüs | auf wiedersehen | bis bald | bis morgen | bonjour | salut
coucou | bonsoir | bonne nuit | bonne journée | ça va | comment ça va | comment vas-tu | merci | merci beaucoup
merci bien | de rien | s'il te plaît | s'il vous plaît | oui | ouais | non | non merci | d'accord | bien | très bien
parfait | génial | exactement | je comprends | je vois | au revoir | à bientôt | à demain | hola | buenos días
buenas tardes | buenas noches | buenas | qué tal | cómo estás | gracias | muchas gracias | de nada | por favor | sí
si | no gracias | vale | claro | bueno | muy bien | perfecto | genial | exacto | entiendo | entendido | sigue
continúa | adiós | hasta luego | hasta mañana | chao | hei | heisann | god morgen | god dag | god kveld | god natt
hvordan går det | takk | tusen takk | takk skal du ha | mange takk | vær så snill | nei | nei takk | jo | greit
fint | bra | kjempebra | flott | supert | skjønner | forstått | fortsett | ha det | ha det bra | vi ses | hej | tack
tak | så bra | hyvää päivää | moi | kiitos | joo | ciao | buongiorno | buonasera | buonanotte | grazie
grazie mille | prego | per favore | va bene | perfetto | certo | capisco | arrivederci | come stai | olá | oi
bom dia | boa tarde | boa noite | obrigado | obrigada | muito obrigado | sim | não | tudo bem | tchau | hoi
goedemorgen | goedenavond | dank je | dank je wel | bedankt | nee | doei | cześć | dziękuję | nie | dobrze
dzień dobry | ahoj | děkuji | merhaba | teşekkürler | teşekkür ederim | evet | hayır | tamam | привет | здравствуй
здравствуйте | спасибо | большое спасибо | да | нет | хорошо | понятно | пока | как дела | привіт | дякую | так | ні
你好 | 您好 | 早上好 | 晚上好 | 早 | 谢谢 | 谢谢你 | 多谢 | 谢谢您 | 好 | 好的 | 好啊 | 是 | 是的 | 对 | 对的 | 不
不是 | 嗯 | 哦 | 明白 | 明白了 | 知道了 | 继续 | 再见 | 拜拜 | 没关系 | 请 | こんにちは | おはよう
おはようございます | こんばんは | ありがとう | ありがとうございます | はい | いいえ | うん | わかりました | 了解
了解です | さようなら | お願いします | なるほど | 안녕 | 안녕하세요 | 감사합니다 | 고마워 | 고마워요 | 네 | 예
아니요 | 응 | 알겠습니다 | 좋아요 | مرحبا | السلام عليكم | شكرا | نعم | لا | حسنا | مع السلامة | شلوم | שלום | תודה
כן | नमस्ते | धन्यवाद | हाँ | नहीं | memorybot | bot | my friend | mate | dude | everyone | all | lieber | mon ami
amigo
""")
)

# Words for the person who speaks, as models call them.
SPEAKER = frozenset(
    _table("""
user | the user | users | self | e0 | you | i | me | my | myself | human | the human | person | the person | speaker
der nutzer | die nutzerin | nutzer | der benutzer | benutzer | l'utilisateur | l'utilisatrice | utilisateur
el usuario | la usuaria | usuario | brukeren | bruker | användaren | brugeren | l'utente | o usuário | de gebruiker
пользователь | 用户 | 用戶 | 使用者 | ユーザー | 사용자 | ich | je | yo | jeg | 我 | 私
""")
)

# Who somebody is to a person: "my …". The first word of a line is the key that such facts are filed under; then
# English, German, French, Spanish, Norwegian, Chinese and Japanese, and Russian words.
_PEOPLE = """
sister | sister | schwester | sœur soeur | hermana | søster | 姐姐 妹妹 姉 妹 | сестра сестры сестру сестре
brother | brother | bruder | frère | hermano | bror | 哥哥 弟弟 兄 弟 | брат брата брату
sibling | sibling twin
mother | mother mom mum mommy | mutter mama mutti | mère maman | madre mamá | mor mamma | 妈妈 母亲 母 | мать мама маму
father | father dad daddy | vater papa | père papa | padre papá | far pappa | 爸爸 父亲 父 | отец папа папы папу
parents | parents | eltern | parents | padres | foreldre
wife | wife | frau ehefrau | femme épouse | esposa mujer | kone | 妻子 老婆 太太 妻 | жена жены жену
husband | husband | mann ehemann | mari époux | marido esposo | mann ektemann | 丈夫 老公 夫 | муж мужа
spouse | spouse
partner | partner | partner partnerin | partenaire conjoint conjointe | pareja | samboer
girlfriend | girlfriend | freundin | copine | novia | kjæreste | 女朋友 | девушка
boyfriend | boyfriend |  | copain | novio |  | 男朋友 | парень
fiance | fiance fiancé fiancée | verlobte verlobter | fiancé fiancée | prometido prometida | forlovede
son | son | sohn | fils | hijo | sønn | 儿子 息子 | сын сына
daughter | daughter | tochter | fille | hija | datter | 女儿 娘 | дочь дочка дочери
child | child kid baby | kind | enfant | | barn
uncle | uncle | onkel | oncle | tío | onkel
aunt | aunt | tante | tante | tía | tante
cousin | cousin | cousin cousine | cousin cousine | prima primo | fetter kusine
niece | niece | nichte | nièce | sobrina | niese
nephew | nephew | neffe | neveu | sobrino | nevø
grandmother | grandmother grandma granny | oma großmutter | grand-mère mamie | abuela | bestemor | 奶奶 | бабушка
grandfather | grandfather grandpa | opa großvater | grand-père papi | abuelo | bestefar | 爷爷 | дедушка
stepmother | stepmother
stepfather | stepfather
stepsister | stepsister
stepbrother | stepbrother
mother-in-law | mother-in-law | schwiegermutter | belle-mère | suegra | svigermor
father-in-law | father-in-law | schwiegervater | beau-père | suegro | svigerfar
sister-in-law | sister-in-law | schwägerin | belle-sœur | cuñada | svigerinne
brother-in-law | brother-in-law | schwager | beau-frère | cuñado | svoger
boss | boss manager | chef chefin | patron patronne chef cheffe | jefe jefa | sjef | 老板 上司 | начальник начальница
colleague | colleague coworker | kollege kollegin | collègue | colega | kollega | 同事 同僚 | коллега
friend | friend | freund | ami amie | amigo amiga | venn venninne | 朋友 友達 | друг подруга друга подругу
neighbour | neighbour neighbor | nachbar nachbarin | voisin voisine | vecino vecina | nabo |  | сосед соседка
roommate | roommate flatmate housemate | mitbewohner mitbewohnerin | colocataire | compañero compañera
teacher | teacher | lehrer lehrerin | professeur | profesor profesora | lærer | 老师 | учитель учительница
doctor | doctor | arzt ärztin | médecin | médico médica | lege |  | врач
dentist | dentist | zahnarzt zahnärztin | dentiste | dentista | tannlege
therapist | therapist | therapeut therapeutin | psychologue | psicóloga psicólogo
coach | coach
landlord | landlord | vermieter vermieterin
mentor | mentor
assistant | assistant
accountant | accountant
"""
_PETS = """
dog | dog puppy | hund hündin | chien chienne | perro perra | hund | 狗 犬 | собака собаки собаку
cat | cat kitten | katze kater | chat chatte | gato gata | katt | 猫 | кошка кот кошку
horse | horse | pferd | cheval | caballo | hest
rabbit | rabbit | kaninchen | lapin | conejo | kanin
hamster | hamster
parrot | parrot
pet | pet | haustier | | mascota | kjæledyr
"""


def _keys(table: str) -> dict[str, str]:
    rows = [[cell.split() for cell in line.split("|")] for line in table.strip().splitlines()]
    return {noun: row[0][0] for row in rows for cell in row for noun in cell}


def nouns(language: int) -> list[str]:
    """Return the nouns of people and pets in one column: 1 English … 5 Norwegian, 6 Chinese and Japanese, 7 Russian."""
    rows = [line.split("|") for line in (_PEOPLE + _PETS).strip().splitlines() if line]
    return [noun for row in rows if len(row) > language for noun in row[language].split()]


PEOPLE = _keys(_PEOPLE)
PETS = _keys(_PETS)

# What may follow "my password is" without being one.
ABOUT_A_PASSWORD = frozenset(
    _table("""
safe | secure | strong | weak | short | long | too | very | not | lost | old | new | wrong | the | a | an | my | in
on | at | changed | expired | required | needed | forgotten | gone | stored | written | sicher | zu | nicht | falsch
alt | neu | weg | pas | trop | perdu | muy | no | ikke | for
""")
)

# Numbers that are often written out.
NUMBERS = {
    word: number
    for number, spelled in enumerate(
        _table("""
zero null zéro cero
one a an ein eine einen einem einer un une uno una um uma en ett et один одна 一
two paar zwei deux dos due dois duas to två два две 二 两 両 couple both twins
three drei trois tres tre três три 三
four vier quatre cuatro quattro quatro fire fyra четыре 四
five fünf cinq cinco cinque fem пять 五
six sechs seis sei seks sex шесть 六
seven sieben sept siete sju syv 七
eight acht huit ocho åtte åtta 八
nine neun neuf nueve ni nio 九
ten zehn dix diez dieci dez ti tio десять 十
eleven elf onze once elleve elva
twelve zwölf douze doce tolv
""")
    )
    for word in spelled.split()
} | {
    word: 10 * number
    for number, spelled in enumerate(
        _table("""
twenty zwanzig vingt veinte tjue
thirty dreißig trente treinta tretti
forty vierzig quarante cuarenta førti
fifty fünfzig cinquante cincuenta femti
sixty sechzig soixante sesenta seksti
seventy siebzig septante setenta sytti
eighty achtzig quatre-vingts ochenta åtti
ninety neunzig nonante noventa nitti
hundred hundert cent cien hundre
"""),
        start=2,
    )
    for word in spelled.split()
}
MONTHS = {
    word: number
    for number, names in enumerate(
        _table("""
jan ene
feb fév fev
mar mär
apr avr abr
may mai maj mayo
jun juin
jul juil
aug août aout ago
sep
oct okt
nov
dec dez déc dic des
"""),
        start=1,
    )
    for word in names.split()
}

# Capitalised words of statements that are nobody's name: German nouns, and how the person is called.
STATED = frozenset(
    _table("""
user | nutzer | nutzers | nutzerin | benutzer | benutzers | name | vorname | nachname | geburtstag | alter | beruf
arbeit | arbeitgeber | job | firma | schwester | bruder | mutter | vater | eltern | frau | mann | partner
partnerin | freund | freundin | freunde | sohn | tochter | kind | kinder | hund | hunde | katze | katzen | haustier
wohnort | stadt | land | haus | wohnung | jahre | jahr | jahren | sprache | sprachen | muttersprache | hobby
hobbys | lieblingsfarbe | lieblingsessen | lieblingsbuch | lieblingsfilm | auto | allergie | essen | familie
urlaub | reise | schule | studium | universität | hochzeit | beziehung | i
""")
)

# What somebody is to the person is a fact of the person, though the sentence begins with "my sister".
RELATIONAL = frozenset({*PEOPLE, *PETS, "family", "friends", "siblings", "children", "relation", "relative", "pets"})

# Verbs after the name of a third party.
OF_A_THIRD = frozenset(
    _table("""
is | was | has | had | works | worked | lives | lived | likes | loves | hates | wants | studies | plays | speaks
moved | got | ist | war | hat | wohnt | lebt | arbeitet | mag | heißt | studiert | spielt | est | habite
travaille | vit | aime | étudie | es | era | tiene | vive | trabaja | estudia | er | var | har | bor | jobber
liker | studerer
""")
)

# What statements begin with that is no name.
NO_NAMES = frozenset(
    _table("""
the | a | an | user | my | your | his | her | their | der | die | das | ein | eine | l'utilisateur | le | la | les
un | une | el | los | las | una | brukeren | it | he | she | they | er | sie | es | il | elle | han | hun | this | that
there
""")
)
