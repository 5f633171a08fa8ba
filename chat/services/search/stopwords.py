"""Words that nearly every text of a language has, and what questions to a chat are put with.

One set for all languages, since a question is too short to tell its own. A word that is a name or says something in
another language is left out ("son", "hat", "die", "Mia"): it is common where it says nothing, and so weighs little.
"""

_ENGLISH = """
a about after again all also am an and any are aren as at be because been before being both but by can cannot could
couldn d did didn do does doesn doing don down each else etc ever every few for from further get got had hadn has hasn
have haven having he hello her here hers herself hey hi him himself his how however i if in into is isn it its itself
just know let like ll m many maybe me more most much my myself no nor not now of off oh ok okay on once one only or
other our ours ourselves out over own please quite rather re really s same say she should shouldn so some something
such t tell than thank thanks that the their theirs them themselves then there these they thing things this those
though through to told too under until up us very was wasn we well were weren what whats when where whether
which while
who whom whose why will with would wouldn yes yet you your yours yourself yourselves ve remember remind
"""
_GERMAN = """
ab aber als am an auch auf aus bei beim bin bis bist bitte da dabei damit danke dann dass daß dein deine deinem deinen
deiner dem den denn der des dessen dich dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer
für gegen genau habe haben hallo hatte hatten hier hätte ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja
jede jeden jeder jedes jetzt kann kannst kein keine keinen können könnte mal mehr mein meine meinem meinen meiner mich
mir mit muss nach nein nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie
sind so soll sollte und uns unser unsere unter vom von vor wann warum weil weißt welche welchem welchen
welcher welches
wenn wer werde werden wie wieder wieso wir wird wo wurde wurden wäre während zu zum zur über
"""
_FRENCH = """
ai ainsi alors après au aucun aussi autre aux avant avec avez avoir avons bonjour c ce cela ces cet cette ceux chez
comme comment d dans de des depuis donc dont du elles en encore est et eux fait il ils j je l la le les leur leurs
lui là ma mais me merci mes moi mon même n ne nos notre nous on ont ou où par parce pas pendant peut plus pour
pourquoi
qu quand que quel quelle quelles quels qui quoi sa sans se ses si sommes sont sous suis sur ta te tes toi tous tout
toute toutes tres très tu un une vos votre vous y à ça étais était étaient été être
"""
_SPANISH = """
a al algo algunos ante antes aquí así aunque como con contra cual cuales cuando cuál cuándo cuánto cómo de del desde
donde dos durante dónde e el ellas ellos en entre era eran es esa esas ese eso esos esta estaba estado estar
estas este
esto estos estoy está están fue fueron gracias ha había han has hasta hay hola la las le les lo los me mi mis muy más
mí nada ni no nos nosotros nuestra nuestro o os otra otro para pero poco por porque pues que quien quién qué
se sea ser
si sido sobre somos soy su sus sí también tan tanto te tener tengo tiene tienen todo todos tu tus tú un una unas uno
unos usted ustedes y ya yo él
"""
_ITALIAN = """
agli ai al alla alle allo anche ancora avere aveva c che chi ci ciao cioè col coi come con cosa così cui d da
dagli dai
dal dalla dalle dei del della delle dello dentro di dopo dov dove e ecco ed era erano fra gli grazie ha hai hanno ho i
il in io l la le lei li lo loro lui ma me mi mie miei mio ne negli nei nel nella nelle nello noi non nostra nostro o
ogni per perché però più poi prima qual quale quali quando quanto quella quelle quelli quello questa queste questi
questo qui quindi sarà se sei senza si siamo sono sta stata stato su sua sue sugli sui sul sulla suo suoi tra tu tua
tue tuo tuoi tutti tutto un uno v vi voi è
"""
_PORTUGUESE = """
ao aos aquela aquele aqui aquilo as até bem com como da das de dela delas dele deles depois do dos e ela elas ele eles
em entre era eram essa essas esse esses esta este estes estou está estão eu foi foram há isso isto já lhe mais mas me
mesmo meu meus minha minhas muito muitos na nas nem no nos nossa nosso num numa não nós o obrigada obrigado
olá onde os
ou para pela pelas pelo pelos por porque porquê pra qual quais quando que quem quê se seja sem ser será seu seus sou
sua suas são só também te tem tenho ter teu teus tinha toda todas todo todos tua tuas tudo um uma umas uns
você vocês à
às é
"""
_DUTCH = """
aan al alles als altijd ben bent bij daar dag dan dat de deze die dit doch doen door dus een en er geen geweest haar
had heb hebben heeft hem het hij hoe hoi hun iets ik in is ja je jij jou jouw jullie kan kon kun maar me meer men met
mij mijn moet na naar niet niets nog nu of om omdat ons onze ook op over te tegen toch toen tot u uit uw van veel voor
waar waarom wanneer wat we wel welk welke werd wie wij wil worden wordt zal ze zei zich zij zijn zo zonder zou
"""
_SCANDINAVIAN = """
af alle alt and andre at att av bara bare blev blir blive bliver ble da de deg dei deim dem den denne der deres det
detta dette dig din dina dine disse dit ditt du där eg ein eit eller en enn er et ett ett finns for fra från får før
för ha hadde hade han hans har hej hei hendes henne hennes her heter hit hon honom hos hun hur hva hvad hvem hver
hvilken hvis hvor hvordan hvorfor hvornår här i ikke ikkje ingen inget inte ja jag jeg kan kun kunne kva kvar man med
meg mellem men mer mere mig min mina mine mit mitt mot mycket må måste mye ned nej nei noe noen nog någon något nu nå
när og også om opp oss over på sedan seg selv sig sin sina sine sit sitt skal ska skulle slik som så takk tack tak til
till udan ud um under upp ut uten vad var vara varför varit vart vem ver vi vid vil ville vilken være vært vår våra är
åt å
"""
_RUSSIAN = """
а без более больше бы был была были было быть в вам вас весь во вот все всего всех всё вы где да даже для до его ее её
ей ему если есть ещё еще ж же за здесь и из или им их к как какая какие какой какого когда который кто куда ли лучше
меня мне мной мог может можно мой моя моё мою мои моего моей моим моих мы на над нас наш не него нее неё ней
нет ни них но ну о об он она они оно от очень по под пожалуйста потому
почему при привет про с сам свой себе себя сейчас со спасибо
так также там тебе тебя то того тоже только том тот ты у уж уже хоть хочу чего чем что чтобы эта эти это этого этой этом
этот я твой твоя твою твои твоей ваш ваша вашу наша нашу
"""
_POLISH = """
a aby ale bardzo bez bo by był była było były być ci co czy cześć dla do dziękuję go gdy gdzie i ich ile im ja
jak jaka
jaki jakie jako je jego jej jest jestem jeszcze już ją kiedy kto która które który ma mam mi mnie moja moje mojego
mojej może mój my na nam nas nie niej nich nim o od ona one oni oraz po pod przez się są ta tak tam te tego tej ten to
tu tutaj twoja twoje twój ty tym u w we wie wiem z za ze że
"""
_ARABIC = """
أن أنا أنت أو أي أين إلى إن التي الذي الى ان انا انت او اي اين بعد ثم حتى شكرا على علي عن عند في قبل قد كان كانت كل كم
كيف لا لكن لم لماذا لي ليس ما ماذا متى مرحبا مع من منذ هذا هذه هل هم هنا هو هي و يا
"""
_CHINESE = """
一个 一下 不是 什么 他们 你们 你好 你知 她们 因为 如果 就是 已经 怎么 我们 是不 是什 没有 知道 谢谢 这个 那个
还是 還是 哪里
哪裡 為什 为什 的是 什麼 怎麼 沒有 謝謝 這個 那個 我的 你的 的 是 了 我 你 在 吗 嗎 呢 吧 和 也 都 就 不 有 他 她 它
"""
_JAPANESE = """
です ます でした ました ません は の が を に へ と も で か や よ ね から まで より って という こと もの
それ これ あれ ここ
そこ どこ だれ なに いつ なぜ どう する した して します しました いる いた いて ある あった ない なかった
でしょうか ですか
ますか はい いいえ ありがとう こんにちは だ な さん 何 私 僕 俺 誰 何処 のは のが には では とは かな について
"""
_KOREAN = """
그 그것 나 나는 나의 내 내가 너 너의 네 는 은 이 가 을 를 의 에 에서 와 과 도 로 으로 저 저는 제 제가 우리
무엇 무엇이 뭐 뭐야
어디 언제 누구 왜 어떻게 있어 있다 있는 했다 하는 하다 입니다 이다 안녕 안녕하세요 감사합니다 네가 당신
"""

STOP_WORDS = frozenset(
    " ".join(
        (
            _ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH, _SCANDINAVIAN, _RUSSIAN, _POLISH,
            _ARABIC, _CHINESE, _JAPANESE, _KOREAN,
        )
    ).split()
) - frozenset({"ben", "dag", "dan", "far", "man", "men", "mot", "tan"})  # fmt: skip
