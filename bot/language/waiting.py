"""Asking after what was promised: the human, or a client's answer to an extension."""

from __future__ import annotations

import re

from bot.language.normalisation import expand_sms, fold

_WAITS = re.compile(
    r"^(?:(?:alors|bon|et|allo|euh|ben|eh)[\s,!?.]+)*(?:toujours (?:personne|rien|pas de (?:reponse|nouvelles?))|"
    r"(?:il )?y a (?:toujours )?(?:personne|quelqu'un)|(?:personne|on) (?:ne )?(?:me |m')?repond|"
    r"(?:il|elle|ca|quelqu'un|le conseiller|la personne|l'agent|il arrive quand)(?: \w+)? (?:arrive|vient|repond)\w*|"
    r"(?:c'est|ca) (?:long|va (?:etre|prendre) (?:long|combien de temps)|prend (?:combien de temps|longtemps))|"
    r"j'attends(?: toujours)?|(?:je dois )?attendre (?:combien de temps|longtemps)|quand|dans combien de temps|combien de temps)"
    r"[\s!?.…]*(?:la|encore|maintenant|quand|exactement|j'attends)?[\s!?.…]*$"
)

_ASKED_FOR = re.compile(
    r"\b(?:ma|mon|la|le|sa|son|cette|ce|notre|l'|mes|les) ?(?:(?:\d+|deux|trois|quatre|cinq|six|sept|dix) jours? (?:de |d')?)?"
    r"(?:(?:demandes?|requete) (?:de |d')?)?(?:prolong(?:ation)?s?|extensions?|rallonges?|rab|report)\b|"
    r"\b(?:les|mes) (?:\d+|deux|trois|quatre|cinq|six|sept|dix) jours (?:de plus|en plus|que j'ai demandes?|demandes?)\b"
)
_ANSWERED = re.compile(
    r"\b(?:repondu|accepte[es]?|refuse[es]?|valide[es]?|approuve[es]?|decide|dit (?:oui|non|quoi|ok|quelque chose)|"
    r"(?:en est|est) (?:ou|passee?|prise en compte|ok)|ou (?:en est|elle en est|ca en est)|c'est (?:bon|ok|passe|fait|accepte|"
    r"valide|refuse)|du nouveau|des nouvelles|la reponse|une reponse|toujours (?:rien|pas|en attente)|en attente|"
    r"vu (?:ma|la) demande)\b"
)
_WANTS_TO_KNOW = re.compile(
    r"\b(?:savoir|sais|savez|voir|dire|dis|dites?|verifie[rz]?)(?:[- ]moi)? (?:si |s'(?=ils?\b))"
)
_ELSEWHERE = re.compile(
    # Rules, or something more than how it stands.
    r"\b(?:si|s'il|s'ils|s'|quand|lorsque|pourquoi|comment|combien|au cas ou|peut|peuvent|pourrait|obligee?s?|doit|faut|"
    r"(?<!en )comptee?s?|avant|maximum|minimum|taux|mais|maintenant|depuis|annul\w*|redemand\w*|demander|bouton|option|"
    r"lien|menu|page|onglet)\b"
)
_NO = r"(?:non|nan|nn|en fait|finalement)"
_WAVES_OFF = re.compile(
    rf"^(?:(?:ok|bon|alors)[\s,.!]+)*(?:{_NO}[\s,.!]+)+(?:c'est bon|ca ira|ca va aller|plus besoin)"
    r"(?:[\s,.!]+(?:merci|beaucoup|finalement|laisse[rsz]?|tant pis|pour moi|j'ai trouve))*[\s.!]*$"
)
_LETS_GO = re.compile(
    r"\b(?:laisse[rsz]?(?: tomber| beton)?|oublie[rsz]?|annule[rsz]?|arrete[rsz]?)\s+(?:la |le |les |l'|ma |mon |mes |cette |ce |cet )"
    r"(?!demande|humain|personne|conseill|agent|equipe|contact|appel|support|assistance|service|quelqu|question|ticket|rappel|"
    r"attente|discussion|conversation|tchat|chat|transfert|mise)\w+"
)


def asks_after_extension(text: str) -> bool:
    """Tells a question how one's own request stands from one about the rules.

    "Il a répondu pour ma prolongation ?" is one, "et s'il refuse la prolongation ?" is not.
    """
    folded = fold(expand_sms(text)).strip()
    asked = _ASKED_FOR.search(folded) and _ANSWERED.search(folded)
    return bool(asked) and not _ELSEWHERE.search(_WANTS_TO_KNOW.sub(" ", folded))


def waves_off(text: str) -> bool:
    """Tells, of somebody who waits for a human, "non c'est bon" from "c'est bon"."""
    return bool(_WAVES_OFF.match(fold(expand_sms(text)).strip()))


def lets_go_of_a_thing(text: str) -> bool:
    """Tells "laissez tomber la newsletter" from "laissez tomber": not the human is meant."""
    return bool(_LETS_GO.search(fold(expand_sms(text))))


def asks_after_human(text: str) -> bool:
    """Tells whether somebody who waits for a human asks where they are.

    Right only while somebody waits: elsewhere the same words are about clients or orders.
    """
    return bool(_WAITS.match(fold(expand_sms(text)).strip()))
