"""The words that tables use for the same thing: headers, missing values, kinds, months, languages, amounts, money."""

from __future__ import annotations

import re

MISSING = frozenset(
    [
        *"nan none null nil na n/a n.a. n.a #n/a #na #value! #ref! #div/0! #null! nat undefined missing".split(),
        *"unknown unavailable tba tbd tbc unbekannt inconnu inconnue desconocido sconosciuto nieznany onbekend".split(),
        "not available", "not applicable", "not known", "no data", "none listed", "no genres listed",
        "keine angabe", "k.a.", "k. a.", "k.a", "nicht bekannt", "n/v", "non renseigné", "sin datos", "s/d",
        "no genre", "no genres", "ohne genre", "kein genre", "sans genre", "sin género", "senza genere", "sem género",
        "sem gênero", "brak gatunku", "geen genre", "без жанра", "uncategorized", "uncategorised", "unspecified",
        "not specified", "nicht verfügbar", "non disponible", "no disponible", "non disponibile", "não disponível",
        "niet beschikbaar", "нет данных", "n/d", "n.d.", "brak", "brak danych",
        "no overview found.", "no overview", "\\n", "-nan", "<na>", "1.#ind", "1.#qnan",
        "0000-00-00", "0000-00-00 00:00:00",
    ]
)  # fmt: skip
MISSING_TITLES = frozenset(["nan", "NaN", "NAN", "None", "null", "NULL", "N/A", "n/a", "#N/A", "<NA>", "\\N", "NaT"])

_MOVIES = """movie movies film films feature featurefilm motionpicture short shortfilm tvmovie tvfilm tvshort video
videomovie spielfilm kinofilm kurzfilm fernsehfilm telefilm longmetrage courtmetrage pelicula largometraje
cortometraje pellicola
theatrical cinema filme filmes фильм 映画 电影 영화 sinema features tvspecial speelfilm langfilm"""
_SERIES = """series tvseries tvminiseries miniseries miniserie minisserie tvmini show tvshow television
televisionseries serie tvserie
fernsehserie serial serialtv telenovela tv webseries dizi сериал 电视剧 ドラマ 드라마 serietelevisee serietv tvserien
seriadotv seriado"""
KINDS: dict[str, str] = {
    **dict.fromkeys(_MOVIES.split(), "movie"),
    **dict.fromkeys(_SERIES.split(), "series"),
}

_MONTHS = (
    "jan ene sty gen oca янв led tamm|feb fev febr lut sub фев unor helm|mar maer mrz marc мар brez maal|"
    "apr avr abr kwi nis апр dub huht|may mai mag maj мая маи kvet touk|jun juin giu cze haz июн kesa|"
    "jul juil lug lip tem июл hein|aug aou ago sie agu авг srp elok|sep set wrz eyl сен zari syys|"
    "oct okt ott paz eki окт rij loka|nov lis kas ноя marr|dec dez dic gru ara дек pros joul"
)
MONTHS = {word: number for number, words in enumerate(_MONTHS.split("|"), start=1) for word in words.split()}
ROMAN = {word: number for number, word in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), start=1)}

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
SUMMARIES = frozenset(  # below a total
    """average mean count median minimum maximum min max mittelwert durchschnitt anzahl moyenne nombre media promedio
    cuenta gemiddelde aantal średnia liczba среднее количество 平均""".split()
)
ROWS = """rows? films? movies? titles? posters? entries entry items? records? results? zeilen? filme titel plakate
    einträge lignes? affiches? películas? filas? carteles? righe titoli""".split()  # what is counted below a table
# Headers of the folder that a file lies in.
FOLDERS = frozenset(
    """folder directory folderpath foldername parentfolder ordner verzeichnis dossier repertoire cartella carpeta
    directorio pasta map mappe katalog папка 文件夹 フォルダ""".split()
)
# Headers that nobody but TMDb uses, and those that it shares with a few.
TMDBS = frozenset(("posterpath", "backdroppath", "genreids", "productioncompanies", "belongstocollection"))
LIKE_TMDBS = TMDBS | frozenset(
    "voteaverage votecount originallanguage originaltitle popularity releasedate spokenlanguages".split()
)
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
# As `plain` leaves their own names.
_NATIVE = """ar العربية|cs cestina|da dansk|el ελληνικα|fi suomi|he עברית|hi हिनदी|hu magyar|ja 日本語|
ko 한국어|nl nederlands|no norsk|ro romana|ru русскии|sv svenska|tr turkce|uk украінська|zh 中文 普通话 汉语"""
NO_LANGUAGE = frozenset(
    ["no language", "no linguistic content", "silent", "no dialogue", "stumm", "muet", "zxx", "mute"]
)
LANGUAGES = {word: group.split()[0] for group in f"{_LANGUAGES}|{_NATIVE}".split("|") for word in group.split()}

# Age ratings in upper case, of several countries; a bare age is none, for it may be a mark.
CERTIFICATES = frozenset(
    """G PG PG-13 R NC-17 M GP X NR UR UNRATED APPROVED PASSED TV-Y TV-Y7 TV-Y7-FV TV-G TV-PG TV-14 TV-MA U UA U/A A
    12A R18 ALL FSK0 FSK6 FSK12 FSK16 FSK18 MA15+ M15+ R18+""".split()
) | {"NOT RATED", "FSK 0", "FSK 6", "FSK 12", "FSK 16", "FSK 18"}

YES = frozenset("true 1 1.0 yes y t wahr ja vrai oui verdadero sí si vero prawda tak x ✓ ✔".split())
NO = frozenset("false 0 0.0 no n f falsch nein faux non falso fałsz nie ✗ ✘".split())

# Meaning -> usual headers, as `headers.key_of` writes them; the earlier ones are the more explicit.
HEADERS = {
    "imdb_id": """imdbid imdb tconst const imdbtitleid imdbidnumber imdbnumber imdburl imdblink movieimdblink
        imdbtt titleid ttid linkimdb urlimdb""",
    "tmdb_id": "tmdbid tmdb themoviedbid tmdbmovieid tmdburl tmdblink moviedbid",
    "movielens_id": "movielensid mlid mlmovieid",
    "title": """title movietitle filmtitle primarytitle seriestitle titlename movie film name moviename filmname
        titel filmtitel titre titredufilm titulo titulopelicula titolo tytul originaltitle originaltitel
        titreoriginal titulooriginal tytuloryginalny pelicula show filme название фильм naslov baslik
        filmadi nazev elokuva tittel titolooriginale 片名 电影名 标题 タイトル 제목
        cim filmcime nimi elokuvannimi τιτλος bezeichnung namedesfilms titleoffilm titleofmovie
        itemlabel releasegroup nomdelaffiche nom nombre nome naam navn namn nazwa nazwafilmu nazevfilmu titlu
        nume titolofilm titolodelfilm titulodofilme nomedofilme nombredelapelicula titulodelapelicula tytulfilmu
        nameofmovie nameoffilm nameofthefilm nameofthemovie imefilma заглавие назва наименование 电影名称 映画
        映画名 作品名
        题名 영화 영화제목""",
    "kind": "kind titletype type mediatype contenttype typ art tipo rodzaj тип soort",
    "year": """year releaseyear releasedyear startyear yearofrelease titleyear movieyear filmyear
        productionyear yr jahr erscheinungsjahr produktionsjahr annee anneedesortie ano anio
        aniodeestreno anno rok rokprodukcji jaar ar aar vuosi yil год годвыпуска annodiuscita
        anodelancamento jaarvanuitgave utgivningsar 年 年份 上映年份 製作年 公開年 연도
        ev vuosiluku ετος χρονολογια megjelenes 개봉연도
        jaartal produktionsar premierear rokwydania rokpremiery rokvydani rokvyroby annoproduzione
        annodiproduzione anneedeproduction anodeproducao anodeproduccion anodelanzamiento anodeestreno
        yearreleased prodyear yearmade releaseyr copyrightyear valmistumisvuosi julkaisuvuosi utgivelsesar
        produksjonsar yapimyili gyartaseve anul рік година годпроизводства 出品年 发行年份 上映年 制作年 公映年
        제작연도 제작년도""",
    "release_date": """releasedate released datereleased dateofrelease premiere firstairdate releasedon datepublished
        erscheinungsdatum startdatum kinostart datedesortie fechadeestreno fechaestreno datadiuscita
        datapremiery datadelancamento releasedatum premiar vydano датавыхода 上映日期 公開日
        originalreleasedate originallyavailableat originallyavailable firstaired incinemas
        theatricalreleasedate pubdate publicationdate premieredate
        datesortie uscita datauscita sortie estreno estreia dataestreia datadeestreia premiera datawydania premiardatum
        ensiilta urauffuhrung erstauffuhrung kinostartdatum datadelanzamiento 공개일 开画日期 公映日期""",
    "original_language": "originallanguage originallang lang originalsprache langueoriginale idiomaoriginal",
    "runtime": """runtime runtimeminutes runtimemins runtimemin duration durationminutes movieduration length
        lengthmin runningtime minutes laufzeit dauer spieldauer lange duree duracion durata czastrwania
        speelduur duur spilletid spilletid speltid varighed duracao durata minuti sure dlzka delka
        длительность продолжительность 片长 上映時間 min mins filmdauer dureemin laenge durataminuti minutos
        durationmins totalminutes lengthminutes lengthinminutes
        hossz jatekido kesto langd διαρκεια 상영시간
        playingtime filmlength minutage minutaggio lengte speeltijd spelltid spieltid laufzeitmin lengthmins
        stopaz runtimeticks хронометраж 片長 时长 時長 上映时间 kestomin czastrwaniamin durationmin""",
    "popularity": """popularity popularitat popularite popularidad
        tmdbpopularity""",
    "vote_average": """voteaverage averagevote avgvote averagerating rating10 rating score userrating bewertung note
        puntuacion
        calificacion voto ocena beoordeling betyg karakter nota avaliacao puan hodnoceni рейтинг оценка
        评分 評価 ratings ratingvalue ratingscore userscore filmrating movierating evaluation valutazione
        avaliacaomedia notemoyenne durchschnittsnote
        ertekeles arvosana βαθμολογια 평점
        notespectateurs communityrating tmdbscore tmdbrating tmdbvalue tmdbvoteaverage""",
    "vote_count": """votecount votes numvotes numberofvotes noofvotes ratingcount stimmen nbvotes votos liczbaglosow
        stemmen antalstemmer numerodevotos oy голоса votecounts
        votesnumber totalvotes ratingscount numratings numberofratings anzahlstimmen anzahlbewertungen
        nombredevotes nombrevotes votantes numerodivoti numerovoti voti numvotos totaldevotos pocethlasov
        количествоголосов числоголосов 投票数 评价人数 評価数
        stemmer roster szavazatok aanet aania ψηφοι pocethlasu 투표수 评分人数
        tmdbvotes tmdbvotecount nvotes liczbaocen doubanvotes""",
    "revenue": """revenue gross worldwidegross grossworldwide worldwidegrossincome worlwidegrossincome boxoffice
        boxofficegross earnings lifetimegross usagrossincome einspielergebnis einnahmen recettes recaudacion ingresos
        incasso przychod opbrengst receita bilheteria omsetning gise сборы 票房
        domesticgross totalgross worldgross worldwide grossrevenue totalrevenue globalgross
        boxofficeworldwide worldwideboxoffice boxofficerevenue boxofficeusd revenueusd grossusd
        worldwidegrossusd usagross domesticboxoffice grossusa""",
    "budget": """budget productionbudget movbudget presupuesto budzet orcamento бюджет 预算
        budgetusd budgetinusd""",
    "imdb_rating": """imdbrating imdbscore ratingimdb imdbvalue imdbaveragerating averageratingimdb imdbbewertung
        noteimdb""",
    "imdb_votes": "imdbvotes imdbvotecount numvotesimdb numvoteduser numvotedusers imdbnumvotes imdbstimmen",
    "genres": """genres genre genrelist moviegenre moviegenres filmgenre category categories gattung kategorie
        genreliste genero generos genere generi gatunek gatunki categorie listedin genreids genreid genrenames
        genrenavne sjanger zanr turler tur zanry жанр жанры 类型 類型 ジャンル
        mufaj mufajok laji lajityyppi genret ειδος 장르
        genrer zanrovi zanri generocinematografico generofilm genrefilm hauptgenre""",
    "genres_tmdb": "genrestmdb tmdbgenres tmdbgenre",
    "genres_imdb": "genresimdb imdbgenres imdbgenre",
    "genres_movielens": "genresmovielens movielensgenres",
    "genres_own": "genresown owngenres mygenres owngenre mygenre",
    "keywords": """keywords keyword plotkeywords tags tag schlagworte schlagworter schlagwort stichworte motscles
        palabrasclave parolechiave slowakluczowe trefwoorden palavraschave nyckelord ключевыеслова 关键词
        キーワード
        plotkeyword stichworter etiquetas etiquettes""",
    "overview": """overview plot plotsummary description synopsis summary storyline story inhalt handlung
        beschreibung zusammenfassung resume sinopsis argumento descripcion trama opis beschrijving
        samenvatting verhaal sinopse descricao enredo beskrivning handling beskrivelse ozet popis
        описание сюжет 简介 剧情 あらすじ
        plotsynopsis movieinfo leiras juoni περιληψη 줄거리
        sinossi descrizione riassunto fabula obsah dej inhoud korteinhoud kurzbeschreibung kurzinhalt
        inhaltsangabe plotoutline logline moviedescription plottext""",
    "poster": """sourcefile poster posterfile posterfilename posterimage posterpath filename file filepath image
        imagefile imagename imagepath img imgpath imgfile picture picturefile path scan scanfile cover coverfile
        coverimage datei dateiname dateipfad bild bilddatei bildname plakat plakatdatei fichier
        nomdufichier affiche archivo imagen cartel locandina immagine plik nazwapliku obraz bestand
        bestandsnaam afbeelding arquivo nomedoarquivo imagem capa cartaz fil filnavn filnamn billede
        bilde plakatfil dosya afis soubor obrazek файл имяфайла постер изображение 海报 文件名 图片 ポスター ファイル
        ファイル名 画像
        fajl fajlnev kep tiedosto tiedostonimi kuva αρχειο εικονα 파일 파일명 이미지 포스터
        ficheiro nomefile nombrearchivo nombredearchivo nomdefichier posterfiles postername posterurl posterlink
        imageurl imagelink pfad chemin ruta percorso caminho sciezka bestandspad thumbnail thumb posterthumbnail
        jpg jpeg scannedfile imagefilename """,
    "collection_id": "collectionid franchiseid seriesid belongstocollection belongstocollectionid",
    "directors": """directors director directedby directorname regie regisseur realisateur realisation directora
        direccion regista rezyser rezyseria diretor direcao regissor instruktor regissør yonetmen
        reziser rezie режиссер режиссeр 导演 監督
        rendezo ohjaaja σκηνοθετης 감독
        realizador realizadora realisateurs directores registi regizor regisseure rezyserzy режисер
        filmdirector cineasta realisepar dirigidapor ohjaus instruktion regi regisseurs direccao""",
    "writers": """writers writer writtenby screenplay screenwriter author drehbuch autor scenariste guion
        guionista roteirista roteiro manusforfattare manus senarist scenarista сценарист 编剧 脚本
        authors screenwriters screenplayby drehbuchautor scenario sceneggiatura sceneggiatore scenariusz
        scenarzysta roteiristas scenaristes autoren auteurs""",
    "cast": """cast casts actors actor stars starring castmembers leadactors schauspieler darsteller besetzung
        acteurs actores reparto attori obsada elenco acteur skuespillere skadespelare oyuncular herci
        актеры вролях 主演 演员 出演
        szereplok nayttelijat ηθοποιοι 출연 배우
        star actress actresses performers castlist maincast topcast principalcast starringactors hauptdarsteller
        interpretes interprete interpreti castprincipale aktorzy atores medverkande leadactor castmember""",
    "countries": """countries country productioncountries productioncountry countryoforigin countriesoforigin
        origincountry land lander herkunftsland produktionsland pays pais paises paese kraj landen paisdeorigem ulke
        zeme         страна 国家 地区 国
        orszag maa χωρα 국가
        nazione nazionalita nacionalidad nationality nationalite countryname paysdorigine paisdeorigen
        paesediproduzione krajprodukcji zemepuvodu landvanherkomst paisdeproduccion paesi 制片国家 製作国 制作国
        странапроизводства""",
    "languages": """languages language spokenlanguages spokenlanguage sprache sprachen langue langues idioma lingua
        jezyk taal talen sprak idiomas dil jazyk язык 语言 言語""",
    "certificate": """certificate certification rated contentrating officialrating mpaa mpaarating agerating fsk
        altersfreigabe
        classification clasificacion leeftijd kijkwijzer classificacaoindicativa aldersgrense возраст 分级
        agecertification agelimit agerestriction agerestrictions ikaraja fskfreigabe pgrating kijkwijzerleeftijd""",
}
