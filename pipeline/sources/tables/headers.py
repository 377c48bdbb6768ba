"""What the columns of a table mean: usual headers in several languages, in any case, with or without their units."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...catalog.schema import COLUMNS
from .numbers import foreign_currency
from .values import plain

# Meaning -> usual headers, as `key_of` writes them; the earlier ones are the more explicit.
_SPELLINGS = {
    "imdb_id": """imdbid imdb tconst const imdbtitleid imdbidnumber imdbnumber imdburl imdblink movieimdblink
        imdbtt titleid ttid linkimdb urlimdb""",
    "tmdb_id": "tmdbid tmdb themoviedbid tmdbmovieid tmdburl tmdblink moviedbid",
    "movielens_id": "movielensid mlid mlmovieid",
    "title": """title movietitle filmtitle primarytitle seriestitle titlename movie film name moviename filmname
        titel filmtitel titre titredufilm titulo titulopelicula titolo tytul originaltitle originaltitel
        titreoriginal titulooriginal tytuloryginalny pelicula show filme название фильм naslov baslik
        filmadi nazev elokuva tittel titolooriginale 片名 电影名 标题 タイトル 제목
        cim filmcime nimi elokuvannimi τιτλος bezeichnung namedesfilms titleoffilm titleofmovie""",
    "kind": "kind titletype type mediatype contenttype typ art tipo rodzaj тип soort",
    "year": """year releaseyear releasedyear startyear yearofrelease titleyear movieyear filmyear
        productionyear yr jahr erscheinungsjahr produktionsjahr annee anneedesortie ano anio
        aniodeestreno anno rok rokprodukcji jaar ar aar vuosi yil год годвыпуска annodiuscita
        anodelancamento jaarvanuitgave utgivningsar 年 年份 上映年份 製作年 公開年 연도
        ev vuosiluku ετος χρονολογια megjelenes 개봉연도""",
    "release_date": """releasedate released datereleased dateofrelease premiere firstairdate releasedon datepublished
        erscheinungsdatum startdatum kinostart datedesortie fechadeestreno fechaestreno datadiuscita
        datapremiery datadelancamento releasedatum premiar vydano датавыхода 上映日期 公開日
        originalreleasedate theatricalreleasedate pubdate publicationdate premieredate""",
    "original_language": "originallanguage originallang lang originalsprache langueoriginale idiomaoriginal",
    "runtime": """runtime runtimeminutes runtimemins runtimemin duration durationminutes movieduration length
        lengthmin runningtime minutes laufzeit dauer spieldauer lange duree duracion durata czastrwania
        speelduur duur spilletid spilletid speltid varighed duracao durata minuti sure dlzka delka
        длительность продолжительность 片长 上映時間 min mins filmdauer dureemin laenge durataminuti minutos
        durationmins totalminutes lengthminutes lengthinminutes
        hossz jatekido kesto langd διαρκεια 상영시간""",
    "popularity": "popularity popularitat popularite popularidad",
    "vote_average": """voteaverage averagevote avgvote averagerating rating score userrating bewertung note puntuacion
        calificacion voto ocena beoordeling betyg karakter nota avaliacao puan hodnoceni рейтинг оценка
        评分 評価 ratings ratingvalue ratingscore userscore filmrating movierating evaluation valutazione
        avaliacaomedia notemoyenne durchschnittsnote
        ertekeles arvosana βαθμολογια 평점""",
    "vote_count": """votecount votes numvotes numberofvotes noofvotes ratingcount stimmen nbvotes votos liczbaglosow
        stemmen antalstemmer numerodevotos oy голоса votecounts
        votesnumber totalvotes ratingscount numratings numberofratings anzahlstimmen anzahlbewertungen
        nombredevotes nombrevotes votantes numerodivoti numerovoti voti numvotos totaldevotos pocethlasov
        количествоголосов числоголосов 投票数 评价人数 評価数
        stemmer roster szavazatok aanet aania ψηφοι pocethlasu 투표수 评分人数""",
    "revenue": """revenue gross worldwidegross grossworldwide worldwidegrossincome boxoffice boxofficegross
        earnings lifetimegross usagrossincome einspielergebnis einnahmen recettes recaudacion ingresos
        incasso przychod opbrengst receita bilheteria omsetning gise сборы 票房""",
    "budget": "budget productionbudget movbudget presupuesto budzet orcamento бюджет 预算",
    "imdb_rating": "imdbrating imdbscore ratingimdb imdbaveragerating averageratingimdb imdbbewertung noteimdb",
    "imdb_votes": "imdbvotes imdbvotecount numvotesimdb numvoteduser numvotedusers imdbnumvotes imdbstimmen",
    "genres": """genres genre genrelist moviegenre moviegenres filmgenre category categories gattung kategorie
        genreliste genero generos genere generi gatunek gatunki categorie listedin genreids genrenames
        genrenavne sjanger zanr turler tur zanry жанр жанры 类型 類型 ジャンル
        mufaj mufajok laji lajityyppi genret ειδος 장르""",
    "genres_tmdb": "genrestmdb tmdbgenres tmdbgenre",
    "genres_imdb": "genresimdb imdbgenres imdbgenre",
    "genres_movielens": "genresmovielens movielensgenres",
    "genres_own": "genresown owngenres mygenres owngenre mygenre",
    "keywords": """keywords keyword plotkeywords tags tag schlagworte schlagworter schlagwort stichworte motscles
        palabrasclave parolechiave slowakluczowe trefwoorden palavraschave nyckelord ключевыеслова 关键词
        キーワード""",
    "overview": """overview plot plotsummary description synopsis summary storyline story inhalt handlung
        beschreibung zusammenfassung resume sinopsis argumento descripcion trama opis beschrijving
        samenvatting verhaal sinopse descricao enredo beskrivning handling beskrivelse ozet popis
        описание сюжет 简介 剧情 あらすじ
        plotsynopsis movieinfo leiras juoni περιληψη 줄거리""",
    "poster": """poster posterfile posterfilename posterimage posterpath filename file filepath image imagefile
        imagename imagepath img imgpath imgfile picture picturefile path scan scanfile cover coverfile
        coverimage datei dateiname dateipfad bild bilddatei bildname plakat plakatdatei fichier
        nomdufichier affiche archivo imagen cartel locandina immagine plik nazwapliku obraz bestand
        bestandsnaam afbeelding arquivo nomedoarquivo imagem capa cartaz fil filnavn filnamn billede
        bilde plakatfil dosya afis soubor obrazek файл имяфайла постер изображение 海报 文件名 图片 ポスター ファイル
        ファイル名 画像
        fajl fajlnev kep tiedosto tiedostonimi kuva αρχειο εικονα 파일 파일명 이미지 포스터""",
    "collection_id": "collectionid franchiseid seriesid",
    "directors": """directors director directedby directorname regie regisseur realisateur realisation directora
        direccion regista rezyser rezyseria diretor direcao regissor instruktor regissør yonetmen
        reziser rezie режиссер режиссeр 导演 監督
        rendezo ohjaaja σκηνοθετης 감독""",
    "writers": """writers writer writtenby screenplay screenwriter author drehbuch autor scenariste guion
        guionista roteirista roteiro manusforfattare manus senarist scenarista сценарист 编剧 脚本""",
    "cast": """cast actors actor stars starring castmembers leadactors schauspieler darsteller besetzung
        acteurs actores reparto attori obsada elenco acteur skuespillere skadespelare oyuncular herci
        актеры вролях 主演 演员 出演
        szereplok nayttelijat ηθοποιοι 출연 배우""",
    "countries": """countries country productioncountries productioncountry countryoforigin countriesoforigin land
        lander herkunftsland produktionsland pays pais paises paese kraj landen paisdeorigem ulke zeme
        страна 国家 地区 国
        orszag maa χωρα 국가""",
    "languages": """languages language spokenlanguages spokenlanguage sprache sprachen langue langues idioma lingua
        jezyk taal talen sprak idiomas dil jazyk язык 语言 言語""",
    "certificate": """certificate certification rated contentrating mpaa mpaarating agerating fsk altersfreigabe
        classification clasificacion leeftijd kijkwijzer classificacaoindicativa aldersgrense возраст 分级""",
}
MEANINGS: dict[str, str] = {}
for _meaning, _words in _SPELLINGS.items():
    for _word in _words.split():
        MEANINGS.setdefault(plain(_word), _meaning)
_RANK = {plain(word): rank for words in _SPELLINGS.values() for rank, word in enumerate(words.split())}
NAMES = ("genres", *COLUMNS)  # what --column can name

_UNITS = (
    (re.compile(r"\b(?:in\s+)?(?:millions?|mio\.?|mln|mm|m\$|\$m)\b|\(m\)", re.IGNORECASE), 1e6),
    (re.compile(r"\b(?:in\s+)?(?:thousands?|tsd\.?|k\$|\$k)\b|\((?:k|000s?)\)", re.IGNORECASE), 1e3),
    (re.compile(r"\b(?:in\s+)?(?:billions?|mrd\.?|bn)\b", re.IGNORECASE), 1e9),
)
_MARKS = (
    (re.compile(r"(?:\b(?:of|von|sur|to|bis)\s+|[/\-–])\s*5\b|\b5\s*stars?\b", re.IGNORECASE), 2.0),
    (re.compile(r"(?:\b(?:of|von|sur|to|bis)\s+|[/\-–])\s*100\b|%|\bper\s?cent", re.IGNORECASE), 0.1),
)


@dataclass(frozen=True)
class Choice:
    """Which column holds which meaning, and in sentences what was decided between several."""

    columns: dict[str, str]
    unused: list[str]
    notes: list[str]


def key_of(header: str) -> str:
    """Return a header without case, accents, spaces and punctuation.

    Examples
    --------
    >>> key_of("Genre(s)"), key_of("Original_Title"), key_of("Título"), key_of("Runtime (min)")
    ('genres', 'originaltitle', 'titulo', 'runtimemin')
    """
    return re.sub(r"[\W_]+", "", plain(header))


def meaning_of(header: str) -> str | None:
    """Return what a header usually means: a column of the catalogue, `genres`, or None.

    Examples
    --------
    >>> meaning_of("Film"), meaning_of("imdbID"), meaning_of("Runtime (min)"), meaning_of("Shelf")
    ('title', 'imdb_id', 'runtime', None)
    """
    if header in COLUMNS:
        return header
    bare = re.sub(r"\(.*?\)|\[.*?\]|\bin\s+\w+\s*$|^\s*\d{1,2}[.)]\s+", " ", header)
    for text in (header, bare):
        key = key_of(text)
        for word in (key, key.removeprefix("the"), key.removeprefix("movie"), key.removeprefix("film")):
            if word in MEANINGS:
                return MEANINGS[word]
    return None


def unit_of(meaning: str, header: str) -> float:
    """Return what a header multiplies its bare numbers by.

    Examples
    --------
    >>> unit_of("revenue", "Revenue (Millions)"), unit_of("runtime", "Length (hours)"), unit_of("budget", "Budget")
    (1000000.0, 60.0, 1.0)
    >>> unit_of("vote_average", "Rating (out of 5)"), unit_of("vote_average", "Rating (%)")
    (2.0, 0.1)
    """
    if meaning == "runtime":
        if re.search(r"\b(?:hours?|hrs?|h|stunden|std)\b", header, re.IGNORECASE):
            return 60.0
        return 1 / 60 if re.search(r"\b(?:seconds?|secs?|sekunden)\b", header, re.IGNORECASE) else 1.0
    if meaning in ("vote_average", "imdb_rating"):
        return next((factor for pattern, factor in _MARKS if pattern.search(header)), 1.0)
    if meaning in ("revenue", "budget", "vote_count", "imdb_votes"):
        return next((factor for pattern, factor in _UNITS if pattern.search(header.replace("_", " "))), 1.0)
    return 1.0


def is_foreign(meaning: str, header: str) -> bool:
    """Return whether a header says that its money is not US dollars.

    Examples
    --------
    >>> is_foreign("budget", "Budget (€)"), is_foreign("budget", "Budget in Euro"), is_foreign("budget", "Budget (US$)")
    (True, True, False)
    """
    return meaning in ("revenue", "budget") and foreign_currency(header.casefold().replace("_", " ")) is not None


def choose_columns(
    headers: Sequence[str], filled: Mapping[str, int], given: Mapping[str, str], kept: Iterable[str] = ()
) -> Choice:
    """Decide which column holds which meaning.

    Parameters
    ----------
    headers : sequence of str
        As the table writes them.
    filled : mapping
        Cells of each column that are not empty.
    given : mapping
        Meaning to header, as `--column` says; it wins.
    kept : iterable of str
        Headers to leave unused.

    Examples
    --------
    >>> choice = choose_columns(["Film", "Original Title", "Shelf"], {"Film": 9, "Original Title": 9, "Shelf": 1}, {})
    >>> choice.columns, choice.unused
    ({'title': 'Film'}, ['Original Title', 'Shelf'])
    """
    columns = {meaning: find_header(headers, header) for meaning, header in given.items()}
    taken, ignored, notes = set(columns.values()), set(kept), []
    found: dict[str, list[str]] = {}
    for header in headers:
        meaning = meaning_of(header)
        if meaning is not None and header not in taken and header not in ignored:
            found.setdefault(meaning, []).append(header)
    for meaning, several in found.items():
        if meaning in columns:
            continue
        best = max(several, key=lambda header: (filled[header] > 0, header == meaning, -_rank(header), filled[header]))
        fullest = max(several, key=lambda header: filled[header])
        if best != meaning and filled[best] < 0.5 * filled[fullest]:
            best = fullest
        columns[meaning] = best
        others = [header for header in several if header != best]
        if others:
            notes.append(
                f"{meaning}: taken from {best!r}, not from {', '.join(map(repr, others))}; "
                f"--column {meaning}={others[0]!r} takes that one"
            )
    used = set(columns.values())
    return Choice(columns, [header for header in headers if header not in used], notes)


def find_header(headers: Sequence[str], wanted: str) -> str:
    """Return the header a user means, in any case; an unknown one is told with the nearest.

    Raises
    ------
    ValueError
        Names the headers that are there.
    """
    if wanted in headers:
        return wanted
    same = [header for header in headers if key_of(header) == key_of(wanted)]
    if len(same) == 1:
        return same[0]
    raise ValueError(f"no column {wanted!r}{did_you_mean(wanted, headers)}; it has {', '.join(headers)}")


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known word, or nothing.

    Examples
    --------
    >>> did_you_mean("movielans", ["imdb", "movielens"])
    " (did you mean 'movielens'?)"
    """
    by_key = {key_of(name): name for name in known}
    near = difflib.get_close_matches(key_of(word), by_key, n=1, cutoff=likeness)
    return f" (did you mean {by_key[near[0]]!r}?)" if near else ""


def _rank(header: str) -> int:
    return _RANK.get(key_of(header), _RANK.get(key_of(re.sub(r"\(.*?\)", "", header)), 99))
