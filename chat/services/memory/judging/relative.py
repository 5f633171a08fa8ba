"""Days, weeks, months and years that are named by how far they are from the day of writing: "last month". Pure."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from chat.services.memory.judging import intervals, language


def marked(text: str, on: date) -> str:
    """Return a folded ``text`` with a mark for every moment that it names so."""
    for pattern, reckon in _RELATIVE:
        text = pattern.sub(f"⟦{reckon(on)}⟧", text)
    if language.name_of(text) == "French":  # "hier" is "here" in German
        text = re.sub(r"(?<![^\W_-])hier(?![^\W_])", f"⟦{_day(-1)(on)}⟧", text)
    return text


def _day(offset: int) -> Callable[[date], str]:
    return lambda on: (on + timedelta(days=offset)).isoformat()


def _week(offset: int) -> Callable[[date], str]:
    return lambda on: (on + timedelta(weeks=offset)).isoformat()[:7]


def _month(offset: int) -> Callable[[date], str]:
    return lambda on: intervals.shifted(on, months=offset).isoformat()[:7]


def _year(offset: int) -> Callable[[date], str]:
    return lambda on: f"{on.year + offset}"


# A week is named by its month: that is as exact as was said.
_RELATIVE = [
    (re.compile(rf"(?<![^\W_])(?:{spaced})(?![^\W_])"
     rf"|{unspaced}" if unspaced else rf"(?<![^\W_])(?:{spaced})(?![^\W_])"), reckon)
    for reckon, spaced, unspaced in (
        (_day(-2), ("the day before yesterday|vorgestern|avant-hier|anteayer|antes de ayer|l'altro ieri|anteontem"
         "|i forgårs"
         "|позавчера"), "前天|一昨日|おととい"),
        (_day(2), ("the day after tomorrow|übermorgen|après-demain|pasado mañana|dopodomani|depois de amanhã"
         "|i overmorgen"
         "|послезавтра"), "后天|明後日|あさって"),
        (_day(-1), "yesterday|gestern|ayer|ieri|ontem|i går|igår|вчера", "昨天|昨日"),
        (_day(0), "today|heute|aujourd'hui|hoy|oggi|hoje|i dag|idag|сегодня", "今天|今日"),
        (_day(1), ("tomorrow|(?<!guten )(?<!heute )(?<!gestern )(?<!am )(?<!god )(?<!jeden )(?<!goedemorgen )morgen"
         "|demain"
         "|(?<!la )(?<!esta )(?<!de )mañana|domani|amanhã|i morgen|imorgen|завтра"), "明天|明日"),
        (_week(-1), ("last week|(?:letzte|vorige|vergangene)[rn]? woche|(?:la )?semaine dernière|(?:la )?semana pasada"
         "|(?:la )?settimana scorsa|(?:na )?semana passada|(?:forrige|sist) uke|(?:на )?прошлой неделе"),
         "上周|上个星期|先週"),
        (_week(0), ("this week|diese[rn]? woche|cette semaine|esta semana|questa settimana|denne uken?"
         "|(?:на )?этой неделе"),
         "这周|本周|今週"),
        (_week(1), ("next week|(?:nächste|kommende)[rn]? woche|(?:la )?semaine prochaine|(?:la )?próxima semana"
         "|(?:la )?semana que viene|(?:la )?settimana prossima|semana que vem|neste uke"
         "|(?:на )?следующей неделе"), "下周|来週"),
        (_month(-1), ("last month|(?:letzte|vorige|vergangene)[nm] monat|(?:le )?mois dernier|(?:el )?mes pasado"
         "|(?:il )?mese scorso|(?:no )?mês passado|(?:forrige|sist) måned|(?:в )?прошлом месяце"),
         "上个月|上個月|先月"),
        (_month(0), ("this month|diese[nm] monat|ce mois-ci|este mes|questo mese|este mês|denne måneden"
         "|(?:в )?этом месяце"),
         "这个月|這個月|今月"),
        (_month(1), ("next month|(?:nächste|kommende)[nm] monat|(?:le )?mois prochain|(?:el )?próximo mes"
         "|(?:el )?mes que viene"
         "|(?:il )?(?:mese prossimo|prossimo mese)|(?:no )?(?:próximo mês|mês que vem)|neste måned"
         "|(?:в )?следующем месяце"),
         "下个月|下個月|来月"),
        (_year(-1), ("last year|(?:(?:letzte|vorige|vergangene)[snm]|im letzten) jahr(?:es)?|(?:l'année dernière"
         "|l'an dernier)"
         "|(?:el )?año pasado|(?:l')?anno scorso|(?:no )?ano passado|i fjor|fjoråret|(?:в )?прошл(?:ом году|ого года)"),
         "去年|昨年"),
        (_year(0), ("this year|diese[sm] jahr(?:es)?|cette année|este año|quest'anno|este ano|i år"
         "|(?:в )?этом году"), "今年"),
        (_year(1), ("next year|(?:nächste|kommende)[snm] jahr(?:es)?|(?:l'année prochaine|l'an prochain)"
         "|(?:el )?próximo año"
         "|(?:el )?año que viene|(?:l')?anno prossimo|(?:no )?próximo ano|ano que vem|(?:til )?neste år"
         "|(?:в )?следующ(?:ем году|его года)"), "明年|来年"),
    )
]  # fmt: skip
