"""Where one message may hold two requests: sentences and coordinated clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.normalisation import expand_sms, fold

_ASKING_WORDS = (
    r"est-ce|esk|comment|cmt|combien|cb|quand|o[uù] |c'est (?:quoi|o[uù]|combien)|quel|qui |j'ai droit|"
    r"je (?:veux|voudrais|peux|dois)|j'aimerais|peux[- ]tu|pouvez[- ]vous|peut-on|faut[- ]il|"
    r"dis|dites|donne|montre|prolonge|rallonge|demande|passe"
)
_BOUNDARY = re.compile(
    r"(?:[.!?;\n…]+\s+|[?!;\n…]+|(?<! de)\s+[+/&–-]+\s+|\s*,?\s+(?:et aussi|et sinon|et puis|et pis|sinon|au fait|"
    r"par contre|et du coup|du coup|ainsi que|au passage|et en plus|en plus|et également|également|et|é|mais|puis|pis|"
    r"ensuite|(?:une )?autre (?:chose|qu?estions?)|deuxièmement|par ailleurs|d'autre part|à part ça|a part ca|"
    r"(?:tant|pendant) (?:que?|ke) j'?y (?:suis|sui|pense|pens)|and|also|plus(?=\s+(?:mon|ma|mes)\b)"
    rf"|aussi(?=,?\s+(?:{_ASKING_WORDS}|mon|ma|mes|la|le)\b))\s*(?:,|:)?\s+"
    rf"|[.,]\s*aussi,?\s+|\s*,\s+(?=(?:{_ASKING_WORDS}|un[e]? autre|l'autre)))"
    r"|(?:^|\s+)(?:\d\s*[).]|[-*•])\s+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;\n]+(?:\s+|$)")
_MINIMUM_WORDS = 2
_SHORTEST_SENTENCE = 3
_INTERROGATIVE = (
    r"comment|combien|pourquoi|quand|ou (?:en|est|se|je|puis|on|ca)|quel(?:le)?s?|qui|quoi|est-ce|en est|"
    r"lesquel(?:le)?s|laquelle|lequel|ou (?:pas|non)|c'est (?:ou|quoi)|que (?:se|faire|puis|dois|risque|devient|deviennent)|meme question|how|what|where|can i|please"
)
_WISH = (
    r"je (?:voudrais|veux|souhaite|souhaiterais|dois|peux|puis|fais|demande|cherche|prefere)|j'aimerais|j'ai besoin|"
    r"besoin|faut|faudrait|peux|peut-on|pouvez|pouvons|pourrie[zr]|parler|la liste|mon t(?:au)?x|jours? (?:de|en) plus|"
    r"de rab|rappel(?:le)?[sz]?"
)
_COMMANDED = (
    "accorde", "affiche", "ajoute", "appelle", "avertis", "avise", "bloque", "calcule", "cherche", "confirme",
    "consulte", "contacte", "controle", "decale", "demande", "donne", "envoie", "envoye", "etire", "explique", "file",
    "gagne", "gratte", "indique", "informe", "jette", "lance", "laisse", "liste", "mets", "mette", "montre", "negocie",
    "octroie", "passe", "previens", "prolonge", "rajoute", "rallonge", "rappele", "recule", "redonne", "regarde",
    "reporte", "repousse", "retarde", "signale", "sors", "sorte", "transfere", "trouve", "verifie", "dis", "dite",
)  # fmt: skip
_INVERTED = r"[a-z]+(?<!moi)(?:-t)?-(?:je|tu|elles?|ils?|on)"
_QUESTION = re.compile(rf"\?|\b(?:{_INTERROGATIVE}|{_INVERTED})\b")
_ASKS = re.compile(
    rf"{_QUESTION.pattern}|\b(?:{_WISH}|statut)\b"
    rf"|(?<!pour )(?<!de )(?<!sans )\b(?:{'|'.join(_COMMANDED)})(?:[rsz]|s?-(?:moi|la|le|les))?\b"
)
_CONDITION = re.compile(
    r"^(?:et |mais |alors )?(?:si|s'ils?(?! (?:te|vous) plait)|quand|lorsqu[e']|puisqu[e']|comme|vu qu[e']|c'est pas pour|ce n'est pas pour)\b"
)


@dataclass(frozen=True)
class Clause:
    """A part of a message with its span: ``text == message[start:end]``."""

    text: str
    start: int
    end: int


def asks_something(text: str) -> bool:
    """Tells whether a clause asks or wants something, rather than only telling what happened."""
    return bool(_ASKS.search(fold(expand_sms(text))))


def only_sets_the_scene(text: str) -> bool:
    """Tells whether a clause is only the condition of what another asks: "si on se met d'accord"."""
    plain = fold(expand_sms(text))
    return bool(_CONDITION.match(plain)) and not _QUESTION.search(_CONDITION.sub("", plain))


def split_clauses(message: str) -> list[Clause]:
    """Returns the parts of a message between sentence ends and coordinating words, in order.

    Parts shorter than two words are left out, or belong to what follows where no sentence ends:
    "décale aussi la 48213". A message that cannot be divided gives itself.
    """
    return _split(message, _BOUNDARY, _MINIMUM_WORDS)


def split_at_sentence_ends(message: str) -> list[Clause]:
    """Returns the sentences of a message, however short, in order."""
    return _split(message, _SENTENCE_END, 1)


def split_sentences(message: str) -> list[Clause]:
    """Returns the sentences of a message of at least three words, in order."""
    return _split(message, _SENTENCE_END, _SHORTEST_SENTENCE)


def _split(message: str, boundaries: re.Pattern[str], minimum: int) -> list[Clause]:
    clauses = []
    position = 0
    for boundary in [*boundaries.finditer(message), None]:
        end = boundary.start() if boundary else len(message)
        if boundary and boundary.group().lstrip()[:1] in "?!":
            end = boundary.start() + 1
        clause = _trimmed(message, position, end)
        long_enough = clause and len(clause.text.split()) >= minimum
        if clause and long_enough:
            clauses.append(clause)
        elif clause and boundary and not _SENTENCE_END.match(boundary.group().lstrip(" ")):
            continue
        position = boundary.end() if boundary else len(message)
    return clauses


def _trimmed(message: str, start: int, end: int) -> Clause | None:
    part = message[start:end]
    text = part.strip(" ,\n\t")
    if not text:
        return None
    offset = start + part.index(text)
    return Clause(text, offset, offset + len(text))
