"""The words that tables use for the same thing: missing values, kinds, months, languages, amounts, currencies."""

from __future__ import annotations

import re

MISSING = frozenset(
    [
        *"nan none null nil na n/a n.a. n.a #n/a #na #value! #ref! #div/0! #null! nat undefined missing".split(),
        *"unknown unavailable tba tbd tbc unbekannt inconnu inconnue desconocido sconosciuto nieznany onbekend".split(),
        "not available", "not applicable", "not known", "no data", "none listed", "no genres listed",
        "keine angabe", "k.a.", "k. a.", "k.a", "nicht bekannt", "n/v", "non renseigné", "sin datos", "s/d",
        "brak", "brak danych", "no overview found.", "no overview", "\\n", "-nan", "<na>", "1.#ind", "1.#qnan",
        "0000-00-00", "0000-00-00 00:00:00",
    ]
)  # fmt: skip
MISSING_TITLES = frozenset(["nan", "NaN", "NAN", "None", "null", "NULL", "N/A", "n/a", "#N/A", "<NA>", "\\N", "NaT"])

_MOVIES = """movie movies film films feature featurefilm motionpicture short shortfilm tvmovie tvfilm tvshort video
videomovie spielfilm kinofilm kurzfilm fernsehfilm longmetrage courtmetrage pelicula largometraje cortometraje pellicola
theatrical cinema"""
_SERIES = """series tvseries tvminiseries miniseries tvmini show tvshow television televisionseries serie tvserie
fernsehserie serial serialtv telenovela tv webseries"""
KINDS: dict[str, str] = {
    **dict.fromkeys(_MOVIES.split(), "movie"),
    **dict.fromkeys(_SERIES.split(), "series"),
}

_MONTHS = (
    "jan ene sty gen|feb fev febr lut|mar maer mrz marc|apr avr abr kwi|may mai mag maj|jun juin giu cze|"
    "jul juil lug lip|aug aou ago sie|sep set wrz|oct okt ott paz|nov lis|dec dez dic gru"
)
MONTHS = {word: number for number, words in enumerate(_MONTHS.split("|"), start=1) for word in words.split()}

_UNITS_OF_TIME = {
    60.0: """h hr hrs hour hours std stunde stunden heure heures hora horas ora ore godz godzina godziny uur uren tim
        timme timmar timer time saat sa ч час часа часов óra hodin hodiny tunti tuntia 小时 小時 時間 시간""",
    1.0: """m min mins minute minutes minuten minutos minuto minuti minut minuty mn ' ′ ’ мин минут минуты perc dk
        dakika minuuttia minutter minuter 分 分钟 分鐘 분""",
    1 / 60: 's sec secs second seconds sek sekunde sekunden с сек " ″ 秒 초',
}
MINUTES = {word: factor for factor, words in _UNITS_OF_TIME.items() for word in words.split()}
ABOUT = re.compile(r"^(?:~|≈|≃|ca\.?|circa|approx\.?|approximately|about|around|etwa|rund|environ|unos|около)\s*")
PARTS = re.compile(r"\d+\s*(?:seasons?|episodes?|eps?|series|staffeln?|folgen?|saisons?|temporadas?|stagioni)\.?")
TOTALS = frozenset(
    """total totals totale totaux sum sums summe summen gesamt gesamtsumme insgesamt subtotal somme suma razem łącznie
    totaal totalt итого всего 合計 合计 总计 小計 합계""".split()
) | {"grand total", "sub total", "sub-total", "total general", "total général"}
# What stands in a second line of headers.
UNIT_WORDS = frozenset(
    """min mins minutes yyyy year jahr date datum yyyy-mm-dd int integer number zahl float decimal str string text name
    list liste usd us$ $ n # id path file bool boolean varchar category optional required""".split()
)

SCALES = {
    **dict.fromkeys(["k", "thousand", "tsd", "tausend", "mille", "mil"], 1e3),
    **dict.fromkeys(["m", "mn", "mm", "mio", "mln", "million", "millions", "millionen", "millones", "milioni"], 1e6),
    **dict.fromkeys(["b", "bn", "mrd", "mld", "billion", "billions", "milliarde", "milliarden", "milliards"], 1e9),
    **dict.fromkeys(["万", "萬"], 1e4),
}
CURRENCIES = (
    "€", "£", "¥", "₹", "₽", "₩", "₺", "zł", "kr", "eur", "euro", "euros", "gbp", "pounds", "jpy", "yen", "inr", "rs",
    "rupees", "rub", "cny", "rmb", "krw", "cad", "aud", "nzd", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "try",
    "mxn", "brl", "ars", "hkd", "sgd", "zar", "frf", "dem", "itl", "esp", "ca$", "a$", "c$", "hk$", "nz$", "r$",
)  # fmt: skip

_LANGUAGES = """ar ara arabic arabisch arabe|bg bul bulgarian|bn ben bengali|ca cat catalan|
cs ces cze czech tschechisch|cn cantonese|da dan danish danisch|de deu ger german deutsch allemand aleman|
el ell gre greek griechisch|en eng english englisch anglais ingles inglese|es spa spanish spanisch espagnol espanol
castilian|et est estonian|eu eus baque basque|fa fas per persian farsi|fi fin finnish finnisch|
fr fra fre french franzosisch francais frances|he heb hebrew|hi hin hindi|hr hrv croatian|hu hun hungarian ungarisch|
id ind indonesian|is isl ice icelandic|it ita italian italienisch italien italiano|ja jpn japanese japanisch japonais|
ka kat georgian|kn kan kannada|ko kor korean koreanisch|la lat latin|lt lit lithuanian|lv lav latvian|ml mal malayalam|
mr mar marathi|nb nob|nl nld dut dutch niederlandisch flemish|no nor norwegian norwegisch|pa pan punjabi panjabi|
pl pol polish polnisch polonais polski|pt por portuguese portugiesisch portugues|ro ron rum romanian|
ru rus russian russisch russe|sk slk slovak|sl slv slovenian slovene|sq sqi albanian|sr srp serbian|
sv swe swedish schwedisch|ta tam tamil|te tel telugu|th tha thai|tl tgl tagalog filipino|tr tur turkish turkisch|
uk ukr ukrainian|ur urd urdu|vi vie vietnamese|yi yid yiddish|
zh zho chi chinese chinesisch mandarin chinois"""
LANGUAGES = {word: group.split()[0] for group in _LANGUAGES.split("|") for word in group.split()}

# Age ratings in upper case, of several countries; a bare age is none, for it may be a mark.
CERTIFICATES = frozenset(
    """G PG PG-13 R NC-17 M GP X NR UR UNRATED APPROVED PASSED TV-Y TV-Y7 TV-Y7-FV TV-G TV-PG TV-14 TV-MA U UA U/A A
    12A R18 FSK0 FSK6 FSK12 FSK16 FSK18 MA15+ M15+ R18+""".split()
) | {"NOT RATED", "FSK 0", "FSK 6", "FSK 12", "FSK 16", "FSK 18"}

YES = frozenset("true 1 1.0 yes y t wahr ja vrai oui verdadero sí si vero prawda tak x ✓ ✔".split())
NO = frozenset("false 0 0.0 no n f falsch nein faux non falso fałsz nie ✗ ✘".split())
