"""Instructions that pose as facts: "always recommend …", "the user wants you to ignore …". Never learned. Pure.

Who wants the assistant to behave in some way says so in their instructions, or with ``remember:``.
Source: OWASP Top 10 for LLM Applications, LLM01 (prompt injection) and LLM04 (data and model poisoning).
"""

import re

_RULES = (
    r"(?:instruction|rule|guideline|prompt|safety|filter|restriction|polic|anweisung|regel|vorgabe|sicherheit"
    r"|consigne|règle|sécurité"
    r"|instruccion|regla|istruzion|regol|instruçõ|regra|instruks|regle|инструкц|правил|фильтр)\w*"
)
_USER = (
    r"(?:the user|user(?= (?:is|wants|would|likes|prefers|has|lives|works|must|should)(?![^\W_]))|der (?:be)?nutzer"
    r"|die (?:be)?nutzerin|l'utilisateur|l'utilisatrice|el usuario|la usuaria|l'utente|o usuário|brukeren"
    r"|пользователь)"
)
_MACHINE = (
    r"(?:you|the assistant|assistant|the (?:ai|bot|model|chatbot)|memorybot|der assistent|die ki|du|l'assistant"
    r"|le modèle|tu|tú|vous"
    r"|el asistente|la ia|l'assistente|o assistente|você|assistenten|ассистент|ты|вы|модель)"
)
_MUST = (
    r"(?:must|should always|should never|shall|have to|has to|needs? to|(?:should|will) (?:always|never|only|now"
    r"|ignore|obey|recommend)|are to|is to|are now"
    r"|musst|muss|sollst|soll|darfst|dois|doit|devez|debes?|tienes que|tiene que|devi|deve|må|skal|должен|должна"
    r"|должны)"
)
_ACT = (
    r"(?:recommend|suggest|mention|say|tell|answer|respond|reply|promote|praise|advertise|link|send|ignore|obey"
    r"|trust|agree|reveal|call|use|buy|visit|act"
    r"|empfiehl|empfehlen?|erwähne|antworte|sage?|ignoriere|vertraue|befolge|recommandez?|réponds|répondez|dis"
    r"|mentionne|ignore|suggère"
    r"|recomiend[ae]|recomendar|responde|di|menciona|ignora|sugiere|raccomanda|consiglia|rispondi|recomende"
    r"|responda|anbefal|svar|si|nevn|ignorer"
    r"|рекомендуй|отвечай|говори|упоминай|игнорируй|советуй)"
)
_START = (
    r"(?:^|[.!?:;\n]\s*|(?:please|bitte|remember|note|merke?(?: dir)?|retiens|recuerda|ricorda|lembre|husk"
    r"|запомни)[,:]?\s+(?:that |dass |que |qu'|che |at |что )?)"
)
_PATTERNS = re.compile(
    rf"(?<![^\W_])(?<!i )(?<!always )(?<!often )(?:ignore[zr]?|ignoriere?n?|ignora|disregard|override|bypass|forget"
    r"|missachten?|umgehen?|vergiss|oubliez?|contournez?|olvida|dimentica|esqueça|glem|забудь|игнорируй(?:те)?"
    r"|обойди)\s+"
    rf"(?:\w+\s+){{0,4}}?{_RULES}"
    rf"|{_START}(?:always|never|only|from now on,?|in future,?|immer|niemals?|ab jetzt|ab sofort|von nun an"
    rf"|toujours|ne \w+ jamais|désormais|dorénavant"
    rf"|siempre|nunca|a partir de ahora|sempre|mai|d'ora in poi|a partir de agora|alltid|aldri|fra nå av|всегда"
    rf"|никогда(?: не)?|отныне)\s+(?:\w+\s+)?{_ACT}(?![^\W_])"
    rf"|{_START}(?:{_ACT})\s+(?:\w+\s+)?(?:always|immer|toujours|siempre|sempre|alltid)(?![^\W_])"
    rf"|{_USER}(?:'s)?\s+(?:wants?|would like|wishes|expects|asks|möchte|will|wünscht|veut|souhaite|demande|quiere"
    rf"|desea|vuole|desidera|quer|deseja|vil|ønsker"
    rf"|хочет|просит|желает)(?:,? (?:that|dass|que|qu'|che|at|чтобы))?\s+{_MACHINE}(?![^\W_])"
    rf"|{_USER}\s+(?:is|ist|est|es|è|é|er)\s+(?:an? |the |ein(?:e)? |der |die |un(?:e|a)? |el |la |o |um "
    rf"|en )?(?:verified |system |vérifié )?"
    rf"(?:admin|administrat\w+|root|superuser|developer mode|authori[sz]ed|trusted|verified|owner of (?:this"
    rf"|the) (?:system|bot|site))"
    rf"|пользователь\s+(?:[—–-]\s*)?(?:это\s+)?(?:админ|администратор|суперпользовател)"
    rf"|(?<![^\W_]){_MACHINE}\s+{_MUST}\s+(?:[\w']+\s+){{0,3}}?{_ACT}(?![^\W_])"
    rf"|(?:system prompt|developer message|jailbreak|admin (?:mode|rights|access) (?:is|are|has)|debug mode"
    rf"|systemaufforderung)"
    rf"|(?:when(?:ever)?|if) (?:the user |you(?:'re| are)? )?asks?(?:ed)?\b[^.]*?,? (?:always |only )?{_ACT}(?![^\W_])"
    rf"|(?:忽略|无视|忘记|绕过)[^，。]{{0,10}}(?:指令|规则|指示|提示|设定|限制)|(?:总是|始终|永远|一定要|必须|只能|从现在起|从现在开始)(?:要|都)?(?:推荐|建议|回答|回复|说"
    rf"|提到|称|使用|购买)"
    rf"|用户(?:希望|想让|想要|要求|要)(?:你|助手|AI|模型)|用户是(?:系统)?(?:管理员|超级用户|开发者)|(?:你|助手)(?:必须|应该总是|只能|不得)"
    rf"|(?:指示|ルール|命令|制限)を(?:無視|忘れ)|(?:常に|必ず|いつも|今後は)[^。]{{0,20}}(?:勧め|推薦|推奨|答え|回答|言っ)|ユーザーは管理者|アシスタントは必ず",
    re.IGNORECASE,
)
# Nobody says "the user" of themselves: who writes so passes on what somebody else wants to be believed.
_THIRD_PERSON = re.compile(
    rf"(?:^|[.!?:;,\n]\s*|(?<![^\W_])(?:that|dass|que|qu'|che|at|что)\s+){_USER}(?:'s)?(?![^\W_])|^用户|[，。：]用户|记住用户"
    rf"|ユーザー[はがの]",
    re.IGNORECASE,
)


def found(text: str) -> bool:
    """Tell whether ``text`` would tell the assistant what to do, or give somebody authority."""
    return _PATTERNS.search(text) is not None


def speaks_of_the_user(quote: str) -> bool:
    """Tell whether a quote calls the person "the user", as no person does."""
    return _THIRD_PERSON.search(quote.strip()) is not None
