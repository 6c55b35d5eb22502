"""Whether a text is a question, and the reason somebody gives inside a request."""

from __future__ import annotations

import re

from bot.language.insults import is_rude
from bot.language.normalisation import expand_sms, fold

_INTERROGATIVE = re.compile(
    r"^(?:(?:et|mais|euh|bonjour|salut|ok|oui|dis|dites|au fait|attends?|attendez)[ ,]+)*"
    r"(?:est[- ]ce|c'est quoi|c'est ou|comment|combien|pourquoi|quand|qui|quoi|quel|quelle|quels|"
    r"quelles|que se|qu'est|qu est|ou (?:est|se|je|puis)|on fait|peut[- ]on|je fais (?:quoi|comment)|"
    r"et si|y a[- ]t[- ]il|il peut|elle peut|ca (?:compte|marche|change|coute|prend))\b"
)
_LEANS = re.compile(
    r"^(?:(?:ok|oui|non|d'accord|merci|bon|euh|ah|alors)[ ,]+)*(?:et|mais|donc|pis|puis|s'il|si (?:jamais )?il|si elle|si a (?:dit|repond|veut)|"
    r"il (?:est ou|a|peut|faut|doit)|ca (?:se|prend|change|marche|dure))\b|"
    r"\b(?:ce|cet|cette|le|l')\s?(?:bouton|article|liste|reglage|gestionnaire|lien|option|menu|page|endroit)\b|"
    r"^meme (?:si|s'il|sans|avec|pour|pas|juste)\b|^et (?:apres|sinon|ensuite)\b"
)
_CAUSE = re.compile(
    r"\b(?:parce que?|parce qu'|pcq|psk|car|vu que|puisque?|comme|a cause d[eu']|pour cause d[e']|"
    r"pour raison|en raison d[e']|suite a)\b"
)
_NOT_A_REASON = re.compile(
    r"\b(?:prolong\w*|rallong\w*|extension|extend\w*|delais?|duree|jusqu\w*|au lieu|deadline|report\w*|repouss\w*|decal\w*|"
    r"(?:plus|davantage|rab) (?:de |d')?(?:temps|jours?)|jours?|semaines?|heures?|48h|72h|commande|"
    r"order|demande[rz]?|bonjour|salut|bonsoir|merci|s'il (?:vous|te) plait|stop|pardon|desole[e]?|oups|rab|marge|"
    r"tromp\w+|gour[e]?\w*|erreur de (?:numero|commande)|(?:voulais|veux) dire|fo\w*\d\w*)\b"
)
_ONLY_COURTESY = re.compile(
    r"^(?:(?:ok|okay|oui|non|super|merci|bonjour|bonsoir|salut|coucou|hello|hey|cc|top|parfait|genial|nickel|cool|"
    r"d'accord|tres bien|bien|beaucoup|infiniment|mille fois|a (?:toi|vous|tous)|pour tout|d'avance|s'il (?:te|vous) "
    r"plait|bonne (?:journee|soiree)|au revoir|ca va|et vous|et toi|gentil|c'est|sympa|tout le monde|l'equipe|"
    r"monsieur|madame|encore|voila|alors|euh|ah|oh|hum|hmm|lol|mdr)[\s,.!?…:;)]*)+$"
)
_NAMED = re.compile(
    r"\b(?:(?:la (?:vraie |bonne )?raison|le (?:vrai |bon )?motif|(?:raison|motif)(?=\s*:)|comme (?:raison|motif)|"
    r"(?:change[rz]?|modifie[rz]?|corrige[rz]?|mets|mettez) (?:la raison|le motif))"
    r"\s*(?:(?:c'est|est|serait|devient|plutot|:|=|,|par|en|pour)\s*)*(?:que |qu')?"
    r"|(?:mets|mettez|dis|dites|ecris|ecrivez)(?: (?:lui|leur))? (?:plutot )?(?:que |qu'))"
)
_EMPTY = re.compile(
    r"^(?:je (?:ne )?sais pas|rien|aucune?(?: raison)?|pas de raison|sans raison|hein|quoi)[ .!?]*$"
)
_TROUBLE = re.compile(
    r"\b(?:malad\w+|grippe\w*|covid|hospitali\w+|hopital|pannes?|deuil|accident\w*|deces|imprevus?|inond\w+|"
    r"greve|deborde\w*|surcharge\w*|demenag\w+|vol\w*|fievre|migraine\w*|burn-?out)\b"
)
_LEAD_IN = re.compile(
    r"\b(?:en fait|finalement|attend(?:s|ez)|minute|wo|alors|bon|ben|bah|bof|euh|hum|ok|oui|non|disons|plutot|mettons|mets|mettez|environ|pff+|allez|va pour|"
    r"une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quinze|vingt)\b"
)
_COURTESY = re.compile(
    r"^(?:(?:c'est|cest)? ?(?:tres |super |vraiment |trop )?urgen[tc]e?|(?:un )?grand merci|d'avance|cordialement|"
    r"bonne journee|(?:si|quand|des que) (?:c'est )?(?:possible|vous|tu|on)\b.*|vous (?:pouvez|pourriez)\b.*|"
    r"tu (?:peux|pourrais)\b.*|svp|stp|please|allez|vite|rapidement|(?:ok|oui|non|bon|voila|d'accord)\b.*|"
    r"(?:c'est )?(?:la |le |l')?(?:numero|n°|#|fo\b|fo\w*\d).*|pas (?:l'|les? |la |celle|celui|plus|moins|\d).*|cel(?:le|lui|les) (?:de|du|pour|d'|avec|qui).*|"
    r"(?:le |la |pour )?(?:logo|site|traduction|video|projet)(?: de \w+)?|.*\b(?:maximum|minimum|max|plutot))[ .!]*$"
)
_TELLS_ON = (
    r"\s+(?=(?:j'(?:ai|attends|arrive)|je (?:suis|n'ai|dois)|(?:il )?y a|(?:mon|ma|mes|le|la) [^\s,]+ "
    r"(?:a|est|ont|sont|s'est|m'a|n'a|ne|veut|r[eé]pond\w*|tarde))\b)"
)
_CLAUSE_ENDS = re.compile(
    # After an amount of time people go on without a comma: "4 jours mon serveur a planté".
    rf"[,;.!\n]+|\s-\s|(?<=jour){_TELLS_ON}|(?<=jours){_TELLS_ON}|(?<=semaine){_TELLS_ON}|"
    rf"(?<=semaines){_TELLS_ON}|(?<=de plus){_TELLS_ON}|(?<=\dj){_TELLS_ON}|(?<=\dh){_TELLS_ON}",
    re.IGNORECASE,
)


def looks_like_question(text: str) -> bool:
    """Tells whether a text asks something, with or without a question mark."""
    folded = fold(expand_sms(text))
    return "?" in folded or bool(_INTERROGATIVE.match(folded))


def leans_on_before(text: str) -> bool:
    """Tells a question that means nothing by itself: "et s'il refuse ?", "il est où ce bouton"."""
    return bool(_LEANS.search(fold(expand_sms(text))))


def is_usable_reason(text: str) -> bool:
    """Tells whether a text, asked for as a reason, says anything that a client may read."""
    folded = fold(expand_sms(text))
    return not is_rude(text) and len(re.findall(r"[a-z]", folded)) >= 3 and not _EMPTY.match(folded)


def tells_trouble(text: str) -> bool:
    """Tells a mishap that is a reason wherever it is said: "je suis malade", "panne de PC"."""
    return bool(_TROUBLE.search(fold(expand_sms(text)))) and not looks_like_question(text)


def is_courtesy(text: str) -> bool:
    """Tells "bonjour" or "ok super merci à toi" from a reason."""
    return bool(_ONLY_COURTESY.match(fold(expand_sms(text))))


def gives_cause(text: str) -> bool:
    """Tells a text with a word of cause: "parce que", "à cause de"."""
    return bool(_CAUSE.search(fold(text)))


def named_reason(text: str) -> str | None:
    """Returns the reason that a text calls by name: "non, la raison c'est que …"."""
    folded = fold(text)
    match = _NAMED.search(folded)
    if match is None or len(folded) != len(text):
        return None
    reason = _tidy(text[match.end() :])
    return reason if is_usable_reason(reason) else None


def reason_in(text: str) -> str | None:
    """Returns the clause of a request that says why, or None.

    A clause after a word of cause counts; so does one of its own, between commas, that speaks
    of anything but the request itself or courtesies.
    """
    folded = fold(text)
    if len(folded) == len(text):  # spans of the folded text are then spans of the text
        cause = _CAUSE.search(folded)
        if cause and len(folded[cause.end() :].split()) >= 1 and not is_rude(text[cause.start() :]):
            return _tidy(text[cause.start() :])
    for clause in _CLAUSE_ENDS.split(text):
        plain = fold(expand_sms(clause))
        if (
            (_says_something(plain) or _TROUBLE.search(plain))
            and not _COURTESY.match(plain)
            and not _NOT_A_REASON.search(plain)
            and not looks_like_question(clause)
            and not is_rude(clause)
        ):
            return _tidy(clause)
    return None


def _says_something(plain: str) -> bool:
    """Tells a clause of words from "alors 4" or "disons quatre"."""
    words = [w for w in _LEAD_IN.sub(" ", plain).split() if any(map(str.isalpha, w))]
    return len(words) >= 2


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,;.")
