"""The encoding of titles of many languages, told without a mark."""

import io

import pytest

from genrelab.pipeline.sources.tables.encoding import find_encoding

TITLES = {
    "el": "Ο Θίασος|Ζορμπάς|Στέλλα|Κυνόδοντας|Ο Δράκος|Τοπίο στην ομίχλη|Ποτέ την Κυριακή|Ευδοκία",
    "tr": "Kış Uykusu|Bir Zamanlar Anadolu'da|Babam ve Oğlum|Eşkıya|Hababam Sınıfı|Üç Maymun|Çoğunluk|Ölümlü Dünya",
    "lt": "Žemė drebėjo|Niekas nenorėjo mirti|Pelėdų kalnas|Emilija iš Laisvės alėjos|Sengirė|Vasaros žiedai",
    "zh": "霸王别姬|活着|大红灯笼高高挂|红高粱|卧虎藏龙|英雄|秋菊打官司|让子弹飞|阳光灿烂的日子",
    "zh-TW": "臥虎藏龍|悲情城市|牯嶺街少年殺人事件|飲食男女|無間道|花樣年華|重慶森林|海角七號|囍宴",
    "ko": "올드보이|살인의 추억|기생충|괴물|아가씨|박하사탕|오아시스|마더|버닝|하녀",
    "ja": "七人の侍|東京物語|羅生門|千と千尋の神隠し|もののけ姫|となりのトトロ|砂の女|切腹|雨月物語|万引き家族",
    "pl": "Nóż w wodzie|Człowiek z marmuru|Rękopis znaleziony w Saragossie|Ślepy traf|Żywot Mateusza|Miś|Pętla",
    "cs": "Příliš hlučná samota|Ostře sledované vlaky|Hoří, má panenko|Žert|Pelíšky|Spalovač mrtvol|Sedmikrásky",
    "hu": "Sátántangó|A tanú|Körhinta|Macskafogó|Szindbád|Tüskevár|Csend és kiáltás|Őszi napló|Tűzoltó utca 25",
    "ru": "Солярис|Сталкер|Зеркало|Андрей Рублёв|Иди и смотри|Летят журавли|Броненосец Потёмкин",
    "fr": "Amélie|Les Misérables|Où est la main|Être et avoir|À bout de souffle|Le Goût des autres|Das weiße Band",
    "da": "Blinkende lygter|Drømmen|Ordet|Gertrud|Så længe jeg lever|Røde heste|Æblet og ormen|Bænken",
    "pt": "Cidade de Deus|Central do Brasil|Tropa de Elite 2: o Inimigo Agora É Outro|Limões|O Auto|Pixote|Corações",
}


@pytest.mark.parametrize(
    ("language", "page"),
    [
        ("el", "cp1253"), ("el", "iso8859_7"), ("tr", "cp1254"), ("tr", "iso8859_9"), ("lt", "cp1257"),
        ("zh", "gb18030"),
        ("zh", "gbk"), ("zh-TW", "big5"), ("ko", "cp949"), ("ja", "cp932"), ("ja", "euc_jp"), ("pl", "cp1250"),
        ("pl", "iso8859_2"), ("cs", "cp1250"), ("hu", "cp1250"), ("hu", "iso8859_2"), ("ru", "cp1251"),
        ("ru", "koi8_r"),
        ("fr", "cp1252"), ("fr", "mac_roman"), ("fr", "cp850"), ("da", "cp1252"), ("pt", "cp1252"),
    ],
)  # fmt: skip
def test_titles_are_read_back(language, page):
    text = "title;year\n" + "".join(f"{title};1995\n" for title in TITLES[language].split("|"))
    data = text.encode(page)
    assert data.decode(find_encoding(data, lambda: io.BytesIO(data))) == text


@pytest.mark.parametrize(
    ("header", "page"),
    [("Plik;Tytuł;Rok", "cp1250"), ("Dosya;Film Adı;Yıl", "cp1254"), ("Αρχείο;Τίτλος;Έτος", "cp1253")],
)
def test_usual_headers_tell_the_encoding(header, page):
    data = f"{header}\na.jpg;Heat;1995\n".encode(page)
    assert data.decode(find_encoding(data, lambda: io.BytesIO(data))).startswith(header)


def test_a_few_german_letters_of_dos_are_not_an_old_macs():
    data = "Titel;Jahr;Genre\r\nKüß mich;1964;Krimi\r\nÄrger im Büro;1971;Komödie\r\n".encode("cp850")
    assert find_encoding(data, lambda: io.BytesIO(data)) == "cp850"
