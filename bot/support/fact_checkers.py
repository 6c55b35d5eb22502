"""A checker for every fact of the FAQ: what must stand in a text for the fact to be told.

Written from the facts of shared/FAQ.md, not from the answers. A text tells a fact when all its
patterns are found, in any order, in the paragraphs that say they carry it. They know nothing of
statements that are not in the FAQ: those are for a second person to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LITIGES, _ASSISTANCE = r"gestionnaire de litiges", r"assistance client"
_AVAILABILITY = (
    r"« configurer votre disponibilité »",
    r"heures disponibles pour le reste de la journée",
    r"ne pas recevoir de nouvelles commandes",
)
_ASK_ON_ORDER_PAGE = (r"page de la commande", r"« prolonger la date de livraison »")
_TWO_DAYS = (r"(?<![\d.,])2 jours pour accepter ou refuser",)
_SILENCE_ACCEPTS = (
    r"sans réponse.*acceptée automatiquement",
    r"date de livraison (?:change|est décalée)",
)
_RATE_NOT_ALONE = (r"nouveau système de niveaux", r"plus une mesure à lui seul")
_WIDER_FACTORS = (r"ensemble plus large de facteurs liés aux annulations",)
_ONE_FACTOR = (r"peser sur vos performances.*un facteur parmi d'autres.*score de réussite global",)
_SCORE_ARTICLE = (r"article « score de réussite »",)

FACT_CHECKERS: Mapping[str, tuple[str, ...]] = {
    "cancel_order.resolution_center_first": (
        rf"client.*{_LITIGES}.*avant de contacter.*{_ASSISTANCE}",
    ),
    "buyer_wants_cancel.income_taken_seriously": (r"très au sérieux.*(?:revenus|gains)",),
    "buyer_wants_cancel.explanation_and_proof": (
        r"avant d'annuler.*explication et.*preuves? satisfaisante",
    ),
    "buyer_wants_cancel.delivery_not_forced": (
        r"ne (?:peut|pouvons).*(?:obliger|forcer).*accepter",
    ),
    "buyer_wants_cancel.keep_talking": (
        r"continuer à (?:échanger|discuter|parler)",
        r"accord.*deux",
    ),
    "buyer_wants_cancel.list_of_work": (
        r"liste détaillée du travail",
        r"description de votre service",
        r"critères de commande",
    ),
    "buyer_unresponsive.ask_on_order_page": _ASK_ON_ORDER_PAGE,
    "buyer_unresponsive.two_days_to_answer": _TWO_DAYS,
    "buyer_unresponsive.silence_accepts": _SILENCE_ACCEPTS,
    "extension_rules.ask_on_order_page": _ASK_ON_ORDER_PAGE,
    "extension_rules.two_days_to_answer": _TWO_DAYS,
    "extension_rules.silence_accepts": _SILENCE_ACCEPTS,
    "completion_rate_visibility.only_the_seller": (
        r"taux d'exécution",
        r"(?:que par vous|vous seul)",
        r"clients ne le voi",
    ),
    "completion_rate_impact.buyer_cancelled_at_requirements": (
        r"ne compte pas[^.]*si le client annule[^.]*« critères »",
    ),
    "completion_rate_impact.mutual_and_reordered": (
        r"mutuelle ne compte pas[^.]*nouvelle commande[^.]*(?<![\d.,])14 jours",
    ),
    "completion_rate_impact.rare_cases": (
        r"cas rares ne comptent pas",
        r"fraud",
        r"par erreur",
    ),
    "completion_rate_impact.support_tells_effect": (
        rf"contacter l'{_ASSISTANCE}.*effet sur votre compte et votre taux",
    ),
    "completion_rate_impact.rate_not_alone": _RATE_NOT_ALONE,
    "completion_rate_impact.wider_factors": _WIDER_FACTORS,
    "completion_rate_impact.one_factor_among_others": _ONE_FACTOR,
    "completion_rate_impact.article": _SCORE_ARTICLE,
    "success_score.rate_not_alone": _RATE_NOT_ALONE,
    "success_score.wider_factors": _WIDER_FACTORS,
    "success_score.one_factor_among_others": _ONE_FACTOR,
    "success_score.article": _SCORE_ARTICLE,
    "buyer_wants_changes.offer_modifications": (
        r"proposer à votre client des modifications supplémentaires",
    ),
    "buyer_wants_changes.extend_in_resolution_center": (
        rf"prolonger le délai de livraison.*{_LITIGES}",
    ),
    "multiple_orders.extend_with_buyer": (
        rf"prolonger une commande en accord avec son client.*{_LITIGES}",
    ),
    "multiple_orders.availability": _AVAILABILITY,
    "multiple_orders.simplest_first": (
        r"plus simple",
        r"livrez tout de suite les commandes faciles",
    ),
    "multiple_orders.whatever_it_takes": (
        r"grosse commande plus tôt que prévu",
        r"finitions.*phase.*modifications",
    ),
    "availability.set_hours": _AVAILABILITY,
    "block_buyer.article": (r"article « bloquer certains clients »",),
    "block_buyer.active_order": (r"commande active.*ne peut pas être bloqué",),
    "block_buyer.report_article": (r"signaler un contenu ou un comportement.*article",),
    "report_buyer.article": (r"article sur le signalement d'un contenu ou d'un comportement",),
    "community_forum.help": (
        r"forum",
        r"aide de la communauté",
        r"réponses",
        r"meilleures astuces",
    ),
    "community_forum.everybody": (r"débutants", r"expérimentés"),
    "community_forum.avoiding_cancellations": (r"ressources pour éviter les annulations",),
}


def is_told(fact: str, text: str) -> bool:
    """Tells whether a text tells a fact; a fact that nobody wrote a checker for is never told."""
    plain = re.sub(r"\s+", " ", text.lower().replace("’", "'"))
    patterns = FACT_CHECKERS.get(fact)
    return patterns is not None and all(re.search(pattern, plain) for pattern in patterns)
