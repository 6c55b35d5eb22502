"""Asking after the human who was promised: "toujours personne ?"."""

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


def asks_after_human(text: str) -> bool:
    """Tells whether somebody who waits for a human asks where they are.

    Right only while somebody waits: elsewhere the same words are about clients or orders.
    """
    return bool(_WAITS.match(fold(expand_sms(text)).strip()))
