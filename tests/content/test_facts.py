"""Every answer of the FAQ tells every fact of shared/FAQ.md, and each sentence is needed.

The checkers were written from the facts, not from the answers: what must be in a sentence for
the fact to be told. A sentence that can be deleted without a checker noticing fails too.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.adapters.content_yaml import load_content

PROJECT = Path(__file__).resolve().parents[2]
CONTENT = load_content(PROJECT / "data", "https://aide.example.com/{article}")

# Fact: the patterns that must all be found in the answer's folded text, in any order.
LITIGES, ASSISTANCE = r"gestionnaire de litiges", r"assistance client"
CHECKERS: dict[str, dict[str, list[str]]] = {
    "faq_cancel_order": {
        "with the client in the Gestionnaire de litiges, before the Assistance client": [
            rf"client.*{LITIGES}.*avant de contacter.*{ASSISTANCE}"
        ],
    },
    "faq_buyer_wants_cancel": {
        "income is taken very seriously": [r"très au sérieux.*(?:revenus|gains)"],
        "an explanation and satisfactory proof first": [
            r"avant d'annuler.*explication et.*preuves? satisfaisante"
        ],
        "nobody can be forced to accept": [r"ne (?:peut|pouvons).*(?:obliger|forcer).*accepter"],
        "go on talking, for both": [r"continuer à (?:échanger|discuter|parler)", r"accord.*deux"],
        "a detailed list, compared with both": [
            r"liste détaillée du travail",
            r"description de votre service",
            r"critères de commande",
        ],
    },
    "faq_buyer_unresponsive": {
        "where to ask": [r"page de la commande", r"« prolonger la date de livraison »"],
        "two days": [r"2 jours pour accepter ou refuser"],
        "silence accepts, and the date changes": [
            r"sans réponse.*acceptée automatiquement",
            r"date de livraison (?:change|est décalée)",
        ],
    },
    "faq_extension_rules": {
        "where to ask": [r"page de la commande", r"« prolonger la date de livraison »"],
        "two days": [r"2 jours pour accepter ou refuser"],
        "silence accepts, and the date changes": [
            r"sans réponse.*acceptée automatiquement",
            r"date de livraison (?:change|est décalée)",
        ],
    },
    "faq_completion_rate_visibility": {
        "only the seller": [r"taux d'exécution", r"(?:que par vous|vous seul)", r"clients ne le voi"]
    },
    "faq_completion_rate_impact": {
        "the client cancelled at requirements": [
            r"ne compte pas[^.]*si le client annule[^.]*« critères »"
        ],
        "mutual, and a new order within 14 days": [
            r"mutuelle ne compte pas[^.]*nouvelle commande[^.]*14 jours"
        ],
        "rare cases, by example": [r"cas rares ne comptent pas", r"fraud", r"par erreur"],
        "the Assistance client tells the effect": [
            rf"contacter l'{ASSISTANCE}.*effet sur votre compte et votre taux"
        ],
        "no longer a measure on its own": [
            r"nouveau système de niveaux",
            r"plus une mesure à lui seul",
        ],
        "a wider set of factors": [r"ensemble plus large de facteurs liés aux annulations"],
        "one factor among others": [r"peser sur vos performances.*un facteur parmi d'autres"],
        "the article": [r"article « score de réussite »"],
    },
    "faq_success_score": {
        "no longer a measure on its own": [
            r"nouveau système de niveaux",
            r"plus une mesure à lui seul",
        ],
        "a wider set of factors": [r"ensemble plus large de facteurs liés aux annulations"],
        "one factor among others": [
            r"peser sur vos performances.*un facteur parmi d'autres.*score de réussite global"
        ],
        "the article": [r"article « score de réussite »"],
    },
    "faq_buyer_wants_changes": {
        "offer modifications": [r"proposer à votre client des modifications supplémentaires"],
        "extend through the Gestionnaire de litiges": [
            rf"prolonger le délai de livraison.*{LITIGES}"
        ],
    },
    "faq_multiple_orders": {
        "extend in agreement": [rf"prolonger une commande en accord avec son client.*{LITIGES}"],
        "availability for the rest of the day": [
            r"« configurer votre disponibilité »",
            r"heures disponibles pour le reste de la journée",
            r"ne pas recevoir de nouvelles commandes",
        ],
        "the simplest first": [r"plus simple", r"livrez tout de suite les commandes faciles"],
        "what it takes": [r"grosse commande plus tôt que prévu", r"finitions.*phase.*modifications"],
    },
    "faq_availability": {
        "availability for the rest of the day": [
            r"« configurer votre disponibilité »",
            r"heures disponibles pour le reste de la journée",
            r"ne pas recevoir de nouvelles commandes",
        ],
    },
    "faq_block_buyer": {
        "the article": [r"article « bloquer certains clients »"],
        "not with an active order": [r"commande active.*ne peut pas être bloqué"],
        "reporting has an article": [r"signaler un contenu ou un comportement.*article"],
    },
    "faq_report_buyer": {
        "the article": [r"article sur le signalement d'un contenu ou d'un comportement"]
    },
    "faq_community_forum": {
        "help, answers, tips": [r"forum", r"aide de la communauté", r"réponses", r"meilleures astuces"],
        "for everybody": [r"débutants", r"expérimentés"],
        "also about avoiding cancellations": [r"ressources pour éviter les annulations"],
    },
}  # fmt: skip
LONGEST = 800
"""Characters: about one screen of a chat widget."""


def missing(intent: str, text: str) -> list[str]:
    plain = re.sub(r"\s+", " ", text.lower())
    return [
        fact
        for fact, patterns in CHECKERS[intent].items()
        if not all(re.search(pattern, plain) for pattern in patterns)
    ]


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s.strip()]


def test_there_is_a_checker_for_each_of_the_thirteen_entries() -> None:
    assert CHECKERS.keys() == CONTENT.entries.keys()
    assert len(CHECKERS) == 13


@pytest.mark.parametrize("intent", sorted(CHECKERS))
def test_every_fact_is_told(intent: str) -> None:
    assert missing(intent, CONTENT.entries[intent].text) == []


@pytest.mark.parametrize("intent", sorted(CHECKERS))
def test_no_sentence_can_be_deleted_unnoticed(intent: str) -> None:
    told = sentences(CONTENT.entries[intent].text)
    for place in range(len(told)):
        rest = " ".join(told[:place] + told[place + 1 :])
        assert missing(intent, rest), f"nobody would miss {told[place]!r}"


@pytest.mark.parametrize("intent", sorted(CHECKERS))
def test_an_answer_is_short_and_names_its_source(intent: str) -> None:
    entry = CONTENT.entries[intent]
    assert len(entry.text) <= LONGEST
    shown = CONTENT.render(intent).text
    assert entry.source_name in shown and f"https://aide.example.com/{entry.source_link}" in shown


@pytest.mark.parametrize("intent", sorted(CHECKERS))
def test_what_is_said_to_a_follow_up_is_part_of_the_answer(intent: str) -> None:
    entry = CONTENT.entries[intent]
    for follow_up in entry.follow_ups:
        shown = CONTENT.render(intent, {"follow_up": follow_up.name})
        said = shown.text.split("\n\nSource :")[0]
        assert said and all(part in entry.text for part in said.split("\n\n"))


def test_no_text_of_ours_breaks_french_typography() -> None:
    texts = [(e.location, e.text) for e in CONTENT.entries.values()]
    texts += [(r.location, r.text) for r in CONTENT.responses.values()]
    wrong = [
        f"{location}: {text[:60]}"
        for location, text in texts
        if re.search(r"[^\s\u00a0\u202f][?!;](?:\s|$)|\w :\w|«\S|\S»|\.\.\.|'' ", text)
        or re.search(r"\b(?:tu|ton|tes|toi)\b", text)
    ]
    assert wrong == []
