"""What staff ask for in a few words: an order, a seller's orders, the queue, themselves."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from bot.language.normalisation import fold
from bot.language.order_numbers import find_order_numbers


class Request(str, enum.Enum):
    """Names what can be asked for in a word; anything else is a question."""

    HELP = "aide"
    QUEUE = "file"
    ME = "moi"
    ORDER = "commande"
    ORDERS = "commandes"
    QUESTION = "question"


@dataclass(frozen=True)
class Asked:
    """A request with what it is about: an order's number, a seller's id, a question's text."""

    request: Request
    about: str = ""


_WORDS = {
    "aide": Request.HELP, "help": Request.HELP, "?": Request.HELP,
    "file": Request.QUEUE, "queue": Request.QUEUE,
    "moi": Request.ME,
}  # fmt: skip
_ORDER = re.compile(r"(?:ou en est )?(?:la |le |l')?(?:statut|commande|etat|suivi)\b", re.ASCII)
_ORDERS = re.compile(r"(?:les )?commandes(?: en cours)?(?: (?:de|du vendeur))?[ :]+(\S+)", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9]{4,14}", re.ASCII)
_MOST_WORDS = 8
"""A longer text that names an order is a question about a rule, or somebody's ticket."""


def read_request(text: str) -> Asked:
    """Returns what a text asks for; "statut FO21B8A4C9", "FO21B8A4C9 ?" and the like are orders."""
    folded = fold(text).strip(" .!")
    if folded in _WORDS or not folded:
        return Asked(_WORDS.get(folded, Request.HELP))
    if folded in ("statut", "commande", "commandes"):
        return Asked(Request.ORDER)
    numbers = find_order_numbers(text)
    asks_order = _ORDER.match(folded) is not None
    if len(numbers) == 1 and len(folded.split()) <= _MOST_WORDS:
        rest = (text[: numbers[0].start] + text[numbers[0].end :]).strip(" ?#.:")
        if asks_order or not rest:
            return Asked(Request.ORDER, numbers[0].value)
    if asks_order and len(words := text.split()) == 2 and _NUMBER.fullmatch(words[1]):
        return Asked(Request.ORDER, words[1].upper())
    orders = _ORDERS.fullmatch(folded)
    if orders and not numbers:
        return Asked(Request.ORDERS, text.strip(" .!").split()[-1])
    return Asked(Request.QUESTION, text.strip())
