"""The encoding of a text file: by its mark, by its bytes, by the words that it makes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from .dialect import HEADER_WITHIN, SAMPLE, meanings_in

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "koi8_r", "iso8859_2"]
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜŸ’")
_EAST = ["cp932", "gb18030", "big5", "cp949", "euc_jp"]
# What a language of another code page looks like when it is read as Western European: signs that are there, and signs
# that no Western language has beside them.
_TELLTALES = (
    ("iso8859_15", r"½(?=[a-z])", "", ""),  # œ
    ("cp1257", "[þðÞÐ]", "ë", "[íóúö]"),  # Lithuanian
    ("cp1254", "[þýðÞÝÐ]", "[üçöÜÇÖþý]", "[áíóúéåæ]"),  # Turkish, not Icelandic
    ("cp1250", "[õûÕÛ]", "[áóí]", "[ãèêàùïôçñßåæ]"),  # Hungarian, not Portuguese or French
    ("cp1250", "[øìØ]", "[áíý]", "[åæàêçñãßö]"),  # Czech, not Danish
)


def find_encoding(start: bytes, open_file: Callable[[], BinaryIO]) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 where the whole file is, else by a detector.

    Parameters
    ----------
    start : bytes
        The first bytes.
    open_file : callable
        Opens the file again.

    Examples
    --------
    >>> import io
    >>> text = "Title;Genre\\nAmélie;Comédie\\n"
    >>> for name in ("utf-8", "utf-16", "cp1252", "utf-16-le"):
    ...     data = text.encode(name)
    ...     print(find_encoding(data, lambda: io.BytesIO(data)))
    utf-8
    utf-16
    cp1252
    utf-16-le
    """
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    pairs = start[:4096]
    if len(pairs) >= 4:
        even, odd = pairs[0::2].count(0), pairs[1::2].count(0)
        half = len(pairs) // 2
        if odd > 0.4 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.1 * half:
            return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with open_file() as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            pass
    odd_lines: list[bytes] = []
    with open_file() as file:  # the lines that are not plain ASCII tell the most
        size = 0
        for line in file:
            if not line.isascii():
                odd_lines.append(line)
                size += len(line)
            if size > SAMPLE:
                break
    if len(odd_lines) > 1 and sum(map(_is_utf8, odd_lines)) >= 0.8 * len(odd_lines):
        return "utf-8"  # but for a line or two from elsewhere
    page = _code_page(b"".join(odd_lines))
    known = {other: _known_headers(start, other) for other in (page, *_CODE_PAGES, *_EAST)}
    return max(known, key=lambda other: known[other])  # of equal ones the first, which is the detector's


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _known_headers(start: bytes, page: str) -> int:
    """Return how many usual headers one of the first lines has when they are read in a code page."""
    lines = start.splitlines()[:HEADER_WITHIN]
    if all(map(bytes.isascii, lines)):
        return 0
    texts = [line.decode(page, "replace") for line in lines]
    return max(len(meanings_in([cell.strip(" \"'") for cell in re.split(r"[;,\t|]", text)])) for text in texts)


def _code_page(data: bytes) -> str:
    """Return the likeliest code page: a Western European one whose letters make words, else a detector's answer."""
    old_mac = b"\r" in data and b"\n" not in data
    for page in ("mac_roman", "cp1252") if old_mac else ("cp1252", "mac_roman", "cp850"):
        try:
            text = data.decode(page)
        except UnicodeDecodeError:
            continue
        if page == "cp1252" and not _is_strange(text) and (told := _telltale(text)):
            return told
        if not (_is_strange(text) or (page != "cp1252" and not _makes_words(text))):
            return page
    eastern = _eastern(data)
    if eastern:
        return eastern
    from charset_normalizer import from_bytes

    for pages in (_CODE_PAGES, _EAST):
        best = from_bytes(data, cp_isolation=pages, threshold=0.3).best()
        if best is not None:
            central = data.decode("cp1250", "replace") if best.encoding in ("cp1250", "cp1257") else ""
            latin2 = re.search(r"[¦¬¶±](?=[^\W\d_])|(?<=[a-z])[¶±Ľ]", central)
            return "iso8859_2" if latin2 else best.encoding
    return "cp1252"


def _is_strange(western: str) -> bool:
    """Return whether text read as Western European makes no words: signs inside, mostly accents, Czech's pairs."""
    if re.search(r"[^\W\d_][¤¦§¨¬¯±²³´µ¶¸¹¼½¾¿¡£¥][^\W\d_]|[^\W\d_][¤¦¨¬¯±²³´¶¸¹¼½¾¥]|\u203a|\u02c6|\u2020", western):
        return True
    if re.search(r"[a-z][‚„…‡‰‹“”•˜™›ŠŽŸ][a-z]|[a-z][ŠŽŸ]", western):
        return True
    if re.search(r"ø\w*[ìùèï]|[ìùèï]\w*ø", western):  # ř with ě, ů, č, ď in Central Europe's code page
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", western) if not word.isascii()]
    accents = [letter for word in words for letter in word if letter > "\x7f"]
    return len(accents) > 0.7 * sum(map(len, words)) and len(set(accents)) > 3  # fewer letters tell no language


def _makes_words(text: str) -> bool:
    """Return whether every sign that is not ASCII is a Western letter in its word's case, or stands between words."""
    inside = re.findall(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])", text)
    lower = re.findall(r"(?<=[a-z])[^\x00-\x7f]", text)
    lower += re.findall(r"(?<=[A-Za-z])[^\x00-\x7f](?=[a-z])", text)
    return bool(inside) and all(sign in _WESTERN for sign in inside) and not any(sign.isupper() for sign in lower)


def _telltale(western: str) -> str | None:
    """Return the code page that text read as Western European was written in, where its letters give it away."""
    for page, sign, beside, never in _TELLTALES:
        if re.search(sign, western) and re.search(beside, western) and not (never and re.search(never, western)):
            return page
    return None


def _eastern(data: bytes) -> str | None:
    """Return the encoding of Korean, Chinese or Japanese whose letters are pairs of high bytes, None for other text."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    if not runs or any(len(run) % 2 for run in runs):
        return None
    first = [byte for run in runs for byte in run[::2]]
    if len(first) < 4 or min(byte for run in runs for byte in run[1::2]) < 0xA1:
        return None
    kana = sum(byte in (0xA4, 0xA5) for byte in first)
    if kana > 0.1 * len(first):
        return "euc_jp"
    if all(0xB0 <= byte <= 0xC8 for byte in first):
        return "cp949"
    return "gb18030" if sum(0xB0 <= byte <= 0xD7 for byte in first) >= 0.8 * len(first) else None
