"""Text as sellers type it, brought to one shape: cleaned, folded, SMS spelling written out."""

from __future__ import annotations

import functools
import re
import unicodedata

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss"})
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_INITIAL = re.compile(r"\.(?:[ \w]|$)")
_COMMAND = re.compile(r"^[\s/\u2044\u2215\uff0f\\]+")

_SMS = {
    "stp": "s'il te plait", "svp": "s'il vous plait", "slvp": "s'il vous plait",
    "bjr": "bonjour", "bnjr": "bonjour", "bjour": "bonjour", "bsr": "bonsoir", "slt": "salut",
    "cc": "coucou", "pk": "pourquoi", "pq": "pourquoi", "pkoi": "pourquoi", "pcq": "parce que",
    "psk": "parce que", "pask": "parce que", "parske": "parce que", "paske": "parce que",
    "cmd": "commande", "cde": "commande", "cmde": "commande", "comande": "commande",
    "commende": "commande", "cmds": "commandes", "cdes": "commandes", "comandes": "commandes",
    "g": "j'ai", "jai": "j'ai", "jé": "j'ai", "c": "c'est", "cest": "c'est", "ct": "c'etait",
    "cetait": "c'etait", "koi": "quoi", "kwa": "quoi", "tjs": "toujours", "tjrs": "toujours",
    "tjr": "toujours", "qqn": "quelqu'un", "qqun": "quelqu'un", "qq1": "quelqu'un",
    "qqch": "quelque chose", "qlq": "quelque", "rdv": "rendez-vous", "pb": "probleme",
    "pbs": "problemes", "pblm": "probleme", "msg": "message", "msgs": "messages", "mess": "message",
    "rep": "reponse", "repd": "repond", "repon": "repond", "dispo": "disponibilite",
    "dc": "donc", "pr": "pour", "ds": "dans", "dns": "dans",
    "jpp": "j'en peux plus", "ki": "qui", "ke": "que", "kes": "qu'est-ce que",
    "keske": "qu'est-ce que", "kesk": "qu'est-ce que", "qd": "quand", "kan": "quand",
    "kand": "quand", "jsp": "je sais pas", "jsais": "je sais", "jcrois": "je crois",
    "chui": "je suis", "chuis": "je suis", "jsuis": "je suis", "jpeux": "je peux",
    "jveux": "je veux", "jvoudrais": "je voudrais", "jfais": "je fais", "jfé": "je fais",
    "fé": "fais", "fo": "faut", "ya": "il y a", "cb": "combien", "vs": "vous", "ns": "nous",
    "nn": "non", "oué": "ouais", "ouai": "ouais", "wé": "ouais", "ui": "oui", "wi": "oui",
    "auj": "aujourd'hui", "ajd": "aujourd'hui", "ojd": "aujourd'hui", "dmn": "demain",
    "2m1": "demain", "bcp": "beaucoup", "mtn": "maintenant", "mnt": "maintenant",
    "pdt": "pendant", "dps": "depuis", "mm": "meme", "cdt": "cordialement",
    "cdlt": "cordialement", "tt": "tout", "ts": "tous", "tte": "toute", "ttes": "toutes",
    "qq": "quelques", "qlqs": "quelques", "avc": "avec", "av": "avec", "ss": "sans",
    "grv": "grave", "vrmt": "vraiment", "vrm": "vraiment", "tkt": "t'inquiete", "dacc": "d'accord",
    "dac": "d'accord", "mci": "merci", "mrc": "merci", "mrci": "merci",
    "cli": "client", "clt": "client", "clts": "clients", "livr": "livraison",
    "anuler": "annuler", "annuller": "annuler", "anule": "annule", "annulle": "annule",
    "anulation": "annulation", "annullation": "annulation", "prolonguer": "prolonger",
    "prolonjer": "prolonger", "prolongasion": "prolongation", "delé": "delai", "delais": "delais",
    "sem": "semaine", "jr": "jour", "jrs": "jours", "js": "jours", "bloker": "bloquer",
    "blok": "bloque", "exécussion": "execution", "ossi": "aussi",
    "cmt": "comment", "commt": "comment", "koman": "comment", "tps": "temps", "px": "peux",
    "kon": "qu'on", "kil": "qu'il", "kils": "qu'ils", "kel": "qu'elle", "ms": "mais",
    "jms": "jamais", "jamé": "jamais", "ve": "veut", "jve": "je veux", "jvé": "je vais",
    "jvai": "je vais", "jvais": "je vais", "nbre": "nombre", "nb": "nombre", "nvelle": "nouvelle",
    "nvelles": "nouvelles", "nv": "nouveau", "nvx": "nouveaux", "jusca": "jusqu'a",
    "jusk": "jusque", "jska": "jusqu'a", "esque": "est-ce que", "esk": "est-ce que",
    "eske": "est-ce que", "recup": "recuperer", "kelkun": "quelqu'un", "kelqu'un": "quelqu'un",
    "qq'un": "quelqu'un", "ojourdui": "aujourd'hui", "ojourdhui": "aujourd'hui",
    "aujourdui": "aujourd'hui", "aujourdhui": "aujourd'hui", "é": "et", "t": "t'es",
    "pa": "pas", "po": "pas", "tx": "taux", "jdois": "je dois", "jdoi": "je dois",
    "jfai": "je fais", "jveu": "je veux", "jpeu": "je peux", "jpe": "je peux", "jpx": "je peux",
    "jsui": "je suis", "jss": "je suis", "jatt": "j'attends", "att": "attend", "qlqun": "quelqu'un",
    "rembour": "rembourser", "remb": "remboursement", "modif": "modification",
    "modifs": "modifications", "num": "numero", "tel": "telephone", "ordi": "ordinateur",
    "taf": "travail", "dmd": "demande", "dde": "demande", "rdu": "rendu",
    "accept": "accepter", "cad": "c'est-a-dire", "cmb": "combien", "combi1": "combien",
    "b1": "bien", "bi1": "bien", "ri1": "rien", "pt1": "putain", "ptn": "putain",
    "wsh": "salut", "biz": "bises", "dsl": "desole", "desolé": "desole",
    "bn": "bon", "nnn": "non", "kdo": "cadeau", "qqs": "quelques", "sns": "sans",
    "lgtps": "longtemps", "lgtmp": "longtemps", "trql": "tranquille",
    "dja": "deja", "dj": "deja", "prcq": "parce que", "alr": "alors", "alrs": "alors",
    "ptet": "peut-etre", "ptetre": "peut-etre", "pe": "peut", "ske": "ce que", "sq": "ce que",
    "jattends": "j'attends", "jatend": "j'attends", "jattend": "j'attends", "yavait": "il y avait",
}  # fmt: skip


def clean(text: str) -> str:
    """Returns the text in NFKC, without invisible characters, with single blanks.

    Line breaks stay as one "\\n"; typographic apostrophes become "'". Idempotent.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = _INVISIBLE.sub("", plain)
    plain = "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else " " for c in plain)
    plain = _LINES.sub("\n", _BLANKS.sub(" ", plain.translate(_APOSTROPHES)))
    again = unicodedata.normalize("NFKC", plain).strip()
    return again if again == plain else clean(again)


def strip_command(text: str) -> str:
    """Returns the cleaned text without slashes in front, so that it never begins with "/"."""
    return clean(_COMMAND.sub("", clean(text)))


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Returns the text cleaned, in lower case and without accents; punctuation stays."""
    decomposed = unicodedata.normalize("NFD", clean(text).lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@functools.lru_cache(maxsize=4096)
def expand_sms(text: str) -> str:
    """Returns the text with SMS spelling and common typos written out, word by word.

    Elongated letters are shortened ("siiil" becomes "sil"). Words with digits, such as order
    numbers, stay as they are.
    """
    return _WORD.sub(_expand_word, _ELONGATED.sub(r"\1", clean(text)))


def fold_letters(text: str) -> str:
    """Returns the text folded letter by letter: of the same length, so that spans stay true."""
    letters = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter.lower())[:1] or letter
        letters.append("'" if base in "’‘`´" else base)
    return "".join(letters)


def words(text: str) -> list[str]:
    """Returns the folded words of a text."""
    return _WORD.findall(fold(text))


def _expand_word(match: re.Match[str]) -> str:
    word = match.group()
    lower = word.lower()
    found = _SMS.get(lower) or _SMS.get(fold(lower))
    if found is None or (lower == "fo" and _number_follows(match)) or is_part(match):
        return word
    return found


def is_part(match: re.Match[str]) -> bool:
    """Tells whether so short a word is part of another: "va-t-il", "celui-ci", "d' abord", "p. m."."""
    text, before, after = match.string, match.start() - 1, match.end()
    if after - before > 3:
        return False
    if (before >= 0 and text[before] == "-") or text[after : after + 1] == "-":
        return True
    one_letter = after - before == 2
    return one_letter and (text[after : after + 1] == "'" or bool(_INITIAL.match(text, after)))


def _number_follows(match: re.Match[str]) -> bool:
    """Tells whether "fo" begins an order number written with a blank or dash: "fo 21b8a4c9"."""
    return bool(re.match(r"[\s-]*[^\W_]*\d", match.string[match.end() :]))
