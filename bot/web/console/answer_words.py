"""What staff read about FAQ answers: problems at their place, states, and why a version is served.

The codes are those of bot.support.answer_checks and bot.support.publishing; tests hold each to
have its words.
"""

from __future__ import annotations

from bot.support.answer_checks import Problem
from bot.support.publishing import DraftState, Origin, ServingKind

PROBLEMS = {
    "unknown_intent": "Cette question n'existe plus dans l'assistant.",
    "unknown_fact": "Ce paragraphe dit porter un fait inconnu ({fact}).",
    "missing_fact": "Aucun paragraphe ne porte ce fait : « {says} »",
    "fact_not_told": "Ce fait n'est plus dit, ou plus reconnu : « {says} »",
    "no_checker": "Personne n'a encore écrit le contrôle du fait {fact}.",
    "unneeded_sentence": (
        "Aucun contrôle ne connaît cette phrase : « {sentence} » Qui approuve doit la vérifier."
    ),
    "unknown_number": (
        "Le nombre {number} n'est dans aucun fait de cette réponse. Qui approuve doit le vérifier."
    ),
    "empty": "Il manque un texte ici.",
    "too_long": "{length} caractères : {limit} au plus.",
    "several_lines": "Ce texte doit tenir sur une ligne.",
    "empty_line": "Une ligne vide : faites-en deux paragraphes.",
    "brace": "Pas d'accolades dans une réponse : « {excerpt} »",
    "markup": "Pas de balises dans une réponse : « {excerpt} »",
    "address": "Pas d'adresse dans le texte, la source s'en charge : « {excerpt} »",
    "invisible": "Un caractère invisible ({excerpt}).",
    "typography": "Typographie à revoir : « {excerpt} »",
    "informal": "Le vendeur se vouvoie : « {excerpt} »",
    "no_follow_up": "Prévoyez au moins une question de suite.",
    "follow_up_without_facts": "Cette question de suite ne répond par aucun fait.",
    "follow_up_unknown_fact": "Cette question de suite vise un fait que rien ne dit ({fact}).",
    "follow_up_without_asks": "Cette question de suite n'a aucune formulation.",
    "asked_twice": "Deux questions de suite ont la même formulation : « {ask} »",
    "named_twice": "Deux questions de suite ont le même nom : {name}.",
    "dead_button": "Le choix « {title} » ne mène nulle part ({intent}).",
    "leads_to_itself": "Le choix « {title} » ramène à cette même réponse.",
    "buttons_alike": "Deux choix ont le même titre : « {title} »",
    "too_many_buttons": "{count} choix : {limit} au plus.",
    "offer_without_button": "La question de fin a besoin d'un choix : un « oui » prend le premier.",
    "offer_no_question": "La question de fin doit se terminer par « ? ».",
    "unknown_link": "L'article « {link} » n'existe pas.",
}

STATES = {
    DraftState.DRAFT: "Brouillon",
    DraftState.APPROVED: "Approuvé",
    DraftState.PUBLISHED: "Publié",
    DraftState.DISCARDED: "Écarté",
}
ORIGINS = {Origin.RELEASE: "Livrée avec le logiciel", Origin.CONSOLE: "Écrite ici"}
SERVINGS = {
    ServingKind.PUBLISHED: "Publiée",
    ServingKind.ROLLED_BACK: "Remise en ligne",
    ServingKind.KEPT: "Maintenue malgré une nouvelle livraison",
}


def problem_french(problem: Problem) -> str:
    """Returns a problem in plain French."""
    return PROBLEMS[problem.code].format_map(problem.values)
