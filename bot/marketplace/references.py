"""Which of the seller's orders somebody means: by number, by description, by urgency."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from difflib import SequenceMatcher

from bot.marketplace.folding import folded_words
from bot.marketplace.life_cycle import settle
from bot.marketplace.orders import Order, OrderStatus, Party

_NOT_IN_NUMBER = re.compile(r"[\W_]+")
_NUMBER_PREFIX = re.compile(r"^(?:COMMANDE)?(?:NUMERO|NUM|NRO|NO|N)?(?=FO|\d)")

_STOP_WORD_LINES = """
    a ai ainsi alors apres as au aussi aux avait avant avec avoir bien bonjour bonsoir c ca ce
    cela celle celles celui ces cet cette chez comme concernant d dans de depuis des dont du elle
    elles en est et etait etre eux faire fait il ils j je l la le les leur lui m ma mais me mes moi
    mon n ne nom nos notre nous on ont ou par pas plus pour qu quand que quel quelle qui s sa se
    ses si son sont sur t ta te tes toi ton tu un une vers veut veux voici voila voir vos votre
    vous y
    acheteur acheteuse buyer client cliente cmd cmde comande commande commandes commende mission
    numero order orders projet
    madame mademoiselle mlle mme monsieur mr svp stp merci
"""
_STOP_WORDS = frozenset(_STOP_WORD_LINES.split())
_MAX_WORDS = 40  # a pasted wall of text must not cost seconds
_TYPO_LETTERS = 5  # shorter words are too easily taken for one another
_TYPO_RATIO = 0.8  # one wrong letter in five
_EXACT_SCORE = 10  # whole numbers, so that equal matches tie exactly
_TYPO_SCORE = 9  # a word spelled right wins

_ENDED_RANK = 5
_FAR = datetime.max.replace(tzinfo=timezone.utc)


def find_by_number(orders: Iterable[Order], number: str) -> Order | None:
    """Returns the order of that number, or None.

    "#fo 21b8-a4c9", "n° FO21B8A4C9" and, where no order has exactly that number, "21b8a4c9"
    all mean FO21B8A4C9.
    """
    wanted = _normalised_number(number)
    if not wanted:
        return None
    by_number = {_normalised_number(order.number): order for order in orders}
    return by_number.get(wanted) or by_number.get(f"FO{wanted}")


def find_by_description(orders: Sequence[Order], text: str) -> tuple[Order, ...]:
    """Returns the orders whose title and client's name share most words with the text.

    Only the best are returned: several when they tie, current ones before ended ones, none when
    no meaningful word matches. Case, accents, plurals and small typos do not matter.
    """
    wanted = _meaningful_stems(text)[:_MAX_WORDS]
    own_stems = [frozenset(_meaningful_stems(f"{o.title} {o.buyer_name}")) for o in orders]
    vocabulary = frozenset().union(*own_stems)
    likeness = {word: _alike(word, vocabulary) for word in wanted}
    scores = [
        sum(max((likeness[word].get(own, 0) for own in stems), default=0) for word in wanted)
        for stems in own_stems
    ]
    best = max(scores, default=0)
    if best == 0:
        return ()
    found = [order for order, score in zip(orders, scores) if score == best]
    return tuple(sorted(found, key=lambda order: not order.is_current))


def other_than(orders: Iterable[Order], number: str) -> tuple[Order, ...]:
    """Returns the current orders but the one of that number, in the order given."""
    left_out = _normalised_number(number)
    return tuple(
        order
        for order in orders
        if order.is_current and _normalised_number(order.number) != left_out
    )


def by_urgency(orders: Iterable[Order], now: datetime) -> tuple[Order, ...]:
    """Returns all the orders, the most urgent for the seller first.

    Late ones come first, the latest before the others; then work in progress, by due date; then
    what waits for the seller after a delivery (a revision, a cancellation the client asks for);
    then deliveries under review; then missing requirements; ended orders come last. A
    cancellation the client asks for is due when the time to answer ends. Ties keep their order.
    """
    return tuple(sorted(orders, key=lambda order: _urgency(settle(order, now))))


def _urgency(order: Order) -> tuple[int, datetime]:
    request = order.cancellation_request
    asked_to_cancel = request is not None and request.asked_by is Party.BUYER
    due_at = order.due_at or _FAR
    deadline = min(due_at, request.answer_by) if request and asked_to_cancel else due_at
    if order.status is OrderStatus.LATE:
        return 0, due_at
    if order.status is OrderStatus.IN_PROGRESS:
        return 1, deadline
    if order.status is OrderStatus.IN_REVISION:
        return 2, deadline
    if order.status is OrderStatus.DELIVERED:
        if request and asked_to_cancel:
            return 2, request.answer_by
        return 3, order.delivered_at or _FAR
    if order.status is OrderStatus.REQUIREMENTS_PENDING:
        return 4, order.placed_at
    return _ENDED_RANK, _FAR


def _normalised_number(number: str) -> str:
    # "n°" and "№" lose their sign or become letters; both are prefixes, never the number.
    folded = unicodedata.normalize("NFKC", number).upper().replace("É", "E")
    return _NUMBER_PREFIX.sub("", _NOT_IN_NUMBER.sub("", folded))


def _meaningful_stems(text: str) -> list[str]:
    words = dict.fromkeys(
        _stem(word)
        for word in folded_words(text)
        if len(word) > 1 and word not in _STOP_WORDS and _stem(word) not in _STOP_WORDS
    )
    return list(words)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _alike(word: str, vocabulary: frozenset[str]) -> dict[str, int]:
    likeness = dict.fromkeys(_misspellings(word, vocabulary), _TYPO_SCORE)
    if word in vocabulary:
        likeness[word] = _EXACT_SCORE
    return likeness


def _misspellings(word: str, vocabulary: frozenset[str]) -> list[str]:
    if len(word) < _TYPO_LETTERS:
        return []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(word)
    found = []
    for own in vocabulary:
        if len(own) < _TYPO_LETTERS:
            continue
        matcher.set_seq1(own)
        if (
            matcher.real_quick_ratio() >= _TYPO_RATIO
            and matcher.quick_ratio() >= _TYPO_RATIO
            and matcher.ratio() >= _TYPO_RATIO
        ):
            found.append(own)
    return found
