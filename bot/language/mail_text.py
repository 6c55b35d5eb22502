"""What an e-mail itself says: without the messages it quotes, its signature and its salutation.

Line by line and in linear time, whatever the text: it comes from anybody.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

from bot.language.clauses import asks_something
from bot.language.normalisation import fold

_LOOKED_AT = 400
"""Characters of a line that are compared with the patterns; longer lines are prose."""

_MARK = re.compile(r"^\s*[>|]")
_MARKS = re.compile(r"^(?:\s*[>|])+\s?")
_WROTE = re.compile(
    r"(?:\ba ecrit|\bwrote|\bschrieb\b.*|\bescribio|\bha scritto|\bescreveu|\bschreef\b.*|\bnapisal\w*)\s*:?\s*$"
)
_WROTE_BEGINS = re.compile(
    r"^(?:le|on|am|el|il|em|op)\b.{0,40}(?:\d|lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)"
)
_MOST_HEADER_LINES = 4
_SEPARATOR = re.compile(
    r"^[\s*_-]*(?:-{2,}|_{2,}|\*{2,})[\s*_-]*(?:message (?:d'origine|original|transfere|initial|forwarded)|original message|"
    r"forwarded message|courriel original|e-?mail d'origine|ursprungliche nachricht|mensaje original|messaggio originale)"
    r"[\s*:_-]*$|^(?:debut du message (?:reexpedie|transfere)|begin forwarded message)\s*:?$"
)
_REPLY_ABOVE = re.compile(
    r"(?:#{2,}|-{3,}|={3,}).{0,12}(?:repondre|reponse|reply|ecrire|type).{0,40}(?:au[- ]dessus|above|ci-dessus)"
)
_FIELD = re.compile(
    r"^\*?(?:de|from|expediteur|envoye(?: le)?|sent|date|a|to|pour|destinataire|cc|copie a|objet|sujet|subject)\*?\s*:\*?(?:\s|$)"
)
_FIRST_FIELD = re.compile(r"^\*?(?:de|from|expediteur)\*?\s*:\*?(?:\s|$)")
_SENT_FROM = re.compile(
    r"^[\s>-]*(?:envoye (?:de|depuis|a partir de|avec|par|via)\b.{0,60}|sent (?:from|with|via)\b.{0,60}|"
    r"(?:telecharge[rz]?|obten(?:ir|ez)|get) outlook (?:pour|for)\b.{0,40}|provenance\s*: courrier\b.{0,40}|"
    r"mail from my\b.{0,40}|(?:garanti |ce(?:t)? (?:e-?mail|courriel|message) (?:a ete verifie|ne contient)).{0,20}(?:virus|antivirus|avast)?.{0,40})$"
)
_DEVICE = re.compile(
    r"iphone|ipad|android|samsung|galaxy|huawei|xiaomi|pixel|mobile|telephone|smartphone|tablette|outlook|"
    r"yahoo|gmail|orange|sfr|free|bouygues|proton|thunderbird|blackberry|phone|virus|windows|courrier"
)
_DISCLAIMER = re.compile(
    r"^(?:ce (?:message|courriel|mail|mel)|cet e-?mail|le present message|les informations contenues|this (?:e-?mail|message)|"
    r"avis de confidentialite|confidentialite|disclaimer|pensez a l'environnement|avant d'imprimer|p ?ensez a la planete)\b.*"
    r"(?:confidentiel|confidential|destinataire|recipient|imprim|pieces? jointes?|environnement|planete)"
)
_DASHES = re.compile(r"^\s*(?:--|—|__|_{5,}|-{5,}|={5,}|\*{5,})\s*$")
_SIGN_OFF = re.compile(
    r"^(?:(?:en )?(?:vous )?(?:remerciant|souhaitant|esperant|attente).{0,70}|"
    r"(?:avec )?(?:tous )?(?:mes|nos|mille)? ?(?:plus )?(?:bien |tres |sinceres? |meilleures? |respectueuses? )?(?:salutations?|remerciements?)(?: distinguees| cordiales)?|"
    r"(?:bien |tres |cordiales? |amicalement |sincerement )?(?:cordialement|amicalement|sincerement|respectueusement|a vous|cdlt|cdt|bav)(?: (?:a vous|votre))?|"
    r"(?:bien|sincerement|cordialement) a vous|veuillez (?:agreer|recevoir|croire).{0,120}|je vous prie d'agreer.{0,120}|"
    r"(?:tres |une |passez une |je vous souhaite une )?(?:tres )?(?:bonne|belle|excellente) (?:journee|soiree|semaine|fin de \w+|reception|continuation|apres-midi)(?: a (?:vous|tous|toute l'equipe))?|"
    r"bon (?:week-?end|apres-midi|courage|dimanche)|a (?:bientot|tres vite|plus tard|\+)|"
    r"(?:un grand |grand )?merci(?: beaucoup| infiniment| bien)?(?: d'avance| par avance)?(?: (?:pour|de) (?:votre|vos|ton|une) (?:aide|reponses?|retour|comprehension|temps|attention)(?: rapide)?)?(?: a (?:vous|toute l'equipe))?|d'avance merci|"
    r"best(?: regards)?|kind regards|regards|thanks(?: in advance)?|thank you|bises?|bisous)"
    r"(?:[\s,.!;]+(?:et )?(?:bonne (?:journee|soiree|fin de \w+)|cordialement|bien a vous|merci))*[\s,.!;:)]*$"
)
_GREETING = re.compile(
    r"^(?:(?:re)?bonjour|bonsoir|salut|hello|coucou|hi|hey|bjr|bsr|slt|chere?s?|dear|madame|monsieur|messieurs|mesdames|allo)"
    r"(?:[\s,/'-]+(?:a|au|aux|l'|le|la|les|et|ou|cher|chere|chers|tous|toutes|toute|tout|monde|madame|monsieur|messieurs|mesdames|mme|mr|m\.?|mlle|"
    r"equipe|l'equipe|team|service|support|client|clients|clientele|sav|assistance|l'assistance|there|all|du|de|des|vendeurs?))*[\s,.!;:]*$"
)
_WISH = re.compile(
    r"^(?:j'espere|en esperant|nous esperons) que (?:vous (?:allez|vous portez)|tout va|ce (?:message|mail)).{0,60}$"
)
_POSTSCRIPT = re.compile(r"^p\.? ?s\.?\s*[:.,-]?\s")
_SUBJECT_MARKS = re.compile(
    r"^(?:\s*(?:re|ref|fwd?|tr|fw|rv|aw|wg)\s*(?:\[\d+\])?\s*:|\s*\[[^\]]{0,60}\]|\s*\(?(?:ticket|demande|case|dossier)\s*(?:n[°o]?)?\s*#?\d+\)?\s*[:-]?)+\s*",
    re.IGNORECASE,
)
_HTML = re.compile(r"<(?:html|body|div|p|br|span|table|blockquote)\b[^<>]{0,500}>", re.IGNORECASE)
_MOST_SIGNATURE_WORDS = 12


_OTHER_NUMBER = re.compile(
    r"\b(?:(?:votre|ma|notre|la|le|ce|cette)\s+)?(?:ticket|demande|dossier|incident|requ[eê]te|case|r[eé]f(?:[eé]rence)?|facture|devis|appel)s?"
    r"\.?\s*(?:(?:n\s?[°º]|n[o°]?|num[eé]ro|id)\.?)?\s*[:#-]?\s*#?\d[\d-]*\b",
    re.IGNORECASE,
)
"""Numbers of desks and bills: they look like those of orders."""


def own_text(text: str) -> str:
    """Returns what the writer of an e-mail says in it, in lines; never empty where text is not.

    Replies between quoted lines stay. Of a message that only forwards another, the other one is
    what is said. Nothing is added: every line of the result stands in the text.
    """
    lines = _lines(text)
    own = _without_quotes(lines)
    if not _says_something(own):
        own = _unmarked(lines)
    for shorter in (_without_signature, _without_salutation):
        kept = shorter(own)
        own = kept if _says_something(kept) else own
    return "\n".join(own).strip() or text.strip()


def whole_text(text: str) -> str:
    """Returns the text as it came, as lines without quotation marks: with what it quotes."""
    return "\n".join(_unmarked(_lines(text))).strip()


def quoted_text(text: str) -> str:
    """Returns only what a text quotes: other messages, by whomever."""
    lines = _lines(text)
    kept = set(_without_quotes(lines))
    return "\n".join(_unmarked([line for line in lines if line not in kept])).strip()


def plain_subject(subject: str) -> str:
    """Returns a subject without "Re:", "Tr :" and the ticket system's own number."""
    plain = _SUBJECT_MARKS.sub("", " ".join(subject.split()))
    return without_other_numbers(plain).strip(" -:#")


def without_other_numbers(text: str) -> str:
    """Returns the text without "ticket n° 8841", "facture 2026-12": no order is meant there."""
    return _OTHER_NUMBER.sub("", text)


def _lines(text: str) -> list[str]:
    if _HTML.search(text):
        text = _text_of_html(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return [line.rstrip() for line in text.split("\n")]


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = _plain(lines[place])
        header = _header_lines(lines, place)
        if header:
            rest = lines[place + header :]
            following = next((after for after in rest if after.strip()), "")
            if not _MARK.match(following):  # all that follows is the other message
                break
            place += header
        elif _SEPARATOR.search(line) or _REPLY_ABOVE.search(line) or _is_header_block(lines, place):
            break
        else:
            if not _MARK.match(lines[place]):
                kept.append(lines[place])
            place += 1
    return kept


def _header_lines(lines: list[str], place: int) -> int:
    """Returns how many lines "Le 3 mars 2026 à 10:02, Léa <lea@…> a écrit :" takes here, or 0."""
    first = _plain(lines[place])
    if not _WROTE_BEGINS.match(first):
        return 0
    joined = ""
    for count, line in enumerate(lines[place : place + _MOST_HEADER_LINES], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {_plain(line)}".strip()
        if _WROTE.search(joined[-_LOOKED_AT:]):
            return count
    return 0


def _is_header_block(lines: list[str], place: int) -> bool:
    """Tells whether "De :", "Envoyé :", "Objet :" begin here: three fields in a few lines."""
    if not _FIRST_FIELD.match(_plain(lines[place])):
        return False
    near = [line for line in lines[place : place + 8] if line.strip()][:5]
    return sum(bool(_FIELD.match(_plain(line))) for line in near) >= 3


def _without_signature(lines: list[str]) -> list[str]:
    lines = [line for line in lines if not _is_footer(_plain(line))]
    for place in range(len(lines) - 1, 0, -1):
        if _DASHES.match(lines[place]):
            lines = lines[:place]
        elif _goes_on(lines[place]):
            break
    for place in range(len(lines) - 1, -1, -1):
        if _SIGN_OFF.match(_plain(lines[place])):
            lines = lines[:place]
        elif _goes_on(lines[place]):
            break
    return lines


def _is_footer(line: str) -> bool:
    sent = _SENT_FROM.match(line) and _DEVICE.search(line)
    return bool(sent or _DISCLAIMER.match(line))


def _goes_on(line: str) -> bool:
    """Tells whether a line after "Cordialement" is no name, address or telephone number."""
    plain = _plain(line)
    if _POSTSCRIPT.match(plain):
        return True
    asks = asks_something(line[:_LOOKED_AT]) and len(plain.split()) > 2
    return asks or len(plain.split()) > _MOST_SIGNATURE_WORDS


def _without_salutation(lines: list[str]) -> list[str]:
    place = 0
    while place < len(lines):
        plain = _plain(lines[place])
        if plain and not _GREETING.match(plain) and not _WISH.match(plain):
            break
        place += 1
    return lines[place:]


def _unmarked(lines: list[str]) -> list[str]:
    """Returns the lines without marks and headers of quotation, for what is only quoted."""
    kept = []
    place = 0
    while place < len(lines):
        bare = _MARKS.sub("", lines[place])
        plain = _plain(bare)
        header = _header_lines(lines, place)
        if header:
            place += header
            continue
        if not (_SEPARATOR.search(plain) or _REPLY_ABOVE.search(plain) or _FIELD.match(plain)):
            kept.append(bare)
        place += 1
    return kept


def _says_something(lines: list[str]) -> bool:
    return any(
        letter.isalnum()
        for line in lines
        if not _GREETING.match(_plain(line)) and not _is_footer(_plain(line))
        for letter in line
    )


def _plain(line: str) -> str:
    return "" if len(line) > _LOOKED_AT else fold(line).strip()


class _HtmlText(HTMLParser):
    """Collects the text of an HTML mail, with quoted blocks marked as in plain text."""

    _BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})
    _SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._quoted = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "blockquote":
            self._quoted += 1
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in self._BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data.replace("\n", " "))

    def _break(self) -> None:
        self.pieces.append("\n> " if self._quoted else "\n")


def _text_of_html(text: str) -> str:
    parser = _HtmlText()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError):  # the library on what is no HTML after all
        return html.unescape(re.sub(r"<[^<>]{0,500}>", "\n", text))
    return "".join(parser.pieces)
