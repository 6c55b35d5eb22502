"""What in a ticket's words makes it pressing: money, lateness, a deadline near, a reminder."""

from __future__ import annotations

import re

from bot.language.clauses import asks_something, split_sentences
from bot.language.normalisation import expand_sms, fold
from bot.language.order_numbers import find_order_numbers

_SUM = r"(?:argent|sous|fric|gains?|revenus?|fonds|solde|paie?ments?|virements?|retraits?|remuneration|facture)"
_MONEY = re.compile(
    r"\b(?:rembours\w+|refund\w*|retrofactur\w+|chargeback|(?<!gestionnaire de )(?<!gestionnaire des )litiges?|"
    rf"(?:recuperer|reprendre|rendre|reclamer?|exiger?|veut|perdre|perds|perdu|retirer|recevoir|toucher)\b[^.!?]{{0,20}}\b{_SUM}|"
    rf"{_SUM}\b[^.!?]{{0,40}}\b(?:bloqu\w+|gele\w*|retenu\w*|perdu\w*|disparu\w*|manqu\w+|refus\w+|en attente|preleve\w*|debite\w*|"
    r"(?:pas|jamais|toujours pas|rien)(?: encore)? (?:recu|arrive|verse|vire|paye|touche)\w*))\b|"
    rf"\b(?:pas|jamais|rien)(?: encore)? (?:recu|touche|paye\w*)\b[^.!?]{{0,20}}\b(?:{_SUM})\b"
)
_LATE = re.compile(
    r"\b(?:(?:est|suis|deja|passee?|marquee?|affichee?|notee?|mis[e]?|commande|livraison) (?:\w+ )?en retard|"
    r"retard de \d|(?:date|deadline|delai|echeance)(?: de livraison)? (?:est |a ete )?(?:deja )?(?:depassee?|passee?)|"
    r"j'ai (?:depasse|loupe|rate) (?:la|ma|le|mon) (?:date|deadline|delai|livraison))"
)
_NOT_LATE = re.compile(
    r"\b(?:ne|pas|jamais|eviter?|sans|pour ne pas|risque d|peur d|va|vais|vas|vont|serai\w*|sera|taux de)\b[^.!?]{0,25}en retard|"
    r"\b(?:risque\w*|evite\w*|sans|peur d[e']|pas de|pas d'|aucun|eventuel|futur|d'un) (?:\w+ )?retard"
)
_DUE_SOON = re.compile(
    r"\b(?:(?:livrer?|livraison|rendre|rendu|deadline|echeance|du|date limite|remettre|remise|finir)\b[^.!?]{0,30}"
    r"\b(?:aujourd'hui|ce soir|demain|cette nuit|tout a l'heure|dans (?:\d|1\d|2[0-4]|une|deux|trois|quelques) ?(?:h|heures?))\b|"
    r"(?:reste|dans) (?:plus que |que )?(?:\d|1\d|2[0-4]|une|deux|trois|quelques) ?(?:h|heures?)\b)"
)
_CHASES = re.compile(
    r"\b(?:(?:deuxieme|troisieme|quatrieme|2 ?e(?:me)?|3 ?e(?:me)?|4 ?e(?:me)?|second|nouvelle|derniere) (?:relance|message|mail|e-?mail|ticket|demande|fois que je vous)|"
    r"je vous (?:relance|re-?contacte|reecris)|je (?:re-?contacte|relance) (?:le support|l'assistance|votre service)|relance de ma (?:demande|question)|"
    r"je vous ai (?:deja |pourtant )?(?:ecrit|contactes?|relances?|envoye)|"
    r"(?:toujours )?(?:aucune?|pas (?:de|eu de)|sans) (?:reponse|nouvelles?|retour) (?:de (?:votre part|vous|vos services|l'assistance|la part du support))|"
    r"vous ne (?:m'avez|me) (?:toujours |jamais )?(?:pas |jamais )?repond\w*|personne ne (?:me |m'a )?repond\w*)\b"
)
_SUPPORT_JUDGES = re.compile(
    r"\b(?:fraud\w+|arnaqu\w+|escroc\w*|carte volee|faux compte|usurp\w+|commande\w* (?:\w+ )?par erreur|erreur de commande|"
    r"trompe\w* de (?:commande|vendeur|pack|service))\b"
)


def money_at_stake(text: str) -> bool:
    """Tells whether money is at stake: to be refunded, blocked or lost. An amount alone is not."""
    return bool(_MONEY.search(_plain(text)))


def says_late(text: str) -> bool:
    """Tells whether something is said to be late already: not feared, foreseen or denied."""
    plain = _plain(text)
    return any(
        _LATE.search(sentence) and not _NOT_LATE.search(sentence)
        for sentence in re.split(r"[.!?\n;]+", plain)
    )


def says_due_soon(text: str) -> bool:
    """Tells whether a delivery is said to be due within a day."""
    return bool(_DUE_SOON.search(_plain(text)))


def chases(text: str) -> bool:
    """Tells whether somebody writes again because support did not answer."""
    return bool(_CHASES.search(_plain(text)))


def support_judges(text: str) -> bool:
    """Tells of a fraud or a mistaken order: those the Assistance client judges (shared/FAQ.md)."""
    return bool(_SUPPORT_JUDGES.search(_plain(text)))


def gist(text: str, limit: int) -> str:
    """Returns a text of at most ``limit`` characters: what asks comes before what tells.

    Sentences are kept whole and in their order, those that ask or name an order first, then from
    the beginning; a text that is short enough stays as it is.
    """
    if len(text) <= limit:
        return text
    sentences = split_sentences(text)
    asking = [s for s in sentences if asks_something(s.text) or find_order_numbers(s.text)]
    kept, room = [], limit
    for sentence in [*asking, *(s for s in sentences if s not in asking)]:
        if len(sentence.text) + 1 <= room:
            kept.append(sentence)
            room -= len(sentence.text) + 1
    if not kept:  # nobody has set a full stop: the beginning and the end
        end = limit // 3
        return f"{text[: limit - end - 1]}\n{text[-end:]}"
    return "\n".join(s.text for s in sorted(kept, key=lambda s: s.start))


def _plain(text: str) -> str:
    return fold(expand_sms(text))
