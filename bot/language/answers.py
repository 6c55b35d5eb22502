"""Yes, no, never mind, and corrections, as short answers in the middle of a dialog."""

from __future__ import annotations

import enum
import re

from bot.language.normalisation import expand_sms, fold


class Reply(str, enum.Enum):
    """Says how somebody reacts to what was asked."""

    YES = "yes"
    NO = "no"
    GIVE_UP = "give_up"
    CORRECTION = "correction"
    NONE = "none"


_YES_WORD = (
    r"(?:oui|ouais|ue|ouep|ouaip|yes|yep|yeah|si|ok|okay|okey|d'?ac+ords?|dakor+|d'acc|c'est bon|c'est ca|c'est parfait|"
    r"vas[- ]y|allez[- ]y|allez|go|carrement|je confirme|confirme|confirmez|je valide|valide|validez|nickel|"
    r"parfait|impec(?:cable)?|envoie|envoyez|envoi|envoie[- ]la|envoyez[- ]la|ca marche|ca roule|ca joue|ca va(?: comme ca| bien)?|"
    r"ca me va|exact(?:ement)?|correct|tout a fait|bien sur|evidemment|absolument|affirmatif|volontiers|"
    r"fais[- ]le|faites[- ]le|lance|lancez|top|super|tres bien|bien|mouais|t'inquiete|inchallah|c'est correct|"
    r"je suis d'accord|on y va|why not|pourquoi pas|envoyer|wakha|iyeh|naam|"
    r"oui je veux|je veux bien|avec plaisir|pas de (?:souci|probleme)|c'est (?:tout )?bon|tout bon|c'est note|"
    r"c'est (?:exact|juste|cela|bien ca)|ca (?:me )?(?:convient|semble bien|parait bien)|vous pouvez(?: y aller)?|"
    r"tu peux(?: y aller)?|(?:envo(?:ie[sz]?|y(?:ez|er))|valide[rsz]?|confirme[rsz]?|fai(?:s|tes))[- ](?:la|le|ca|(?:la|ma) demande)|"
    r"je te confirme|je vous confirme|ye+s+|ou+i+|ok+|c'est parti|adjuge|marche|bon pour moi|partant[e]?|👍|✅|👌|🆗)"
)
_NO_WORD = (
    r"(?:non|nope|nan|no|na|pas du tout|surtout pas|jamais|non merci|pas ca|c'est pas ca|ce n'est pas ca|"
    r"pas encore|negatif|pas d'accord|pas vraiment|merci|c'est faux|faux|c'est pas bon|pas bon|pantoute|"
    r"la|walou|👎|❌)"
)
_FILLER = r"[\s,.!…;:)(-]*"
_AROUND = (
    r"(?:bah|ben|bon|eh|alors|euh|ah|merci|s'il (?:te|vous) plait|pour moi|de mon cote|comme ca|beaucoup|"
    r"monsieur|madame|mec|chef|du coup|voila)"
)
_YES = re.compile(
    rf"^{_FILLER}(?:{_AROUND}{_FILLER})*(?:{_YES_WORD}{_FILLER}(?:{_AROUND}{_FILLER})*)+$"
)
_HESITANT = rf"(?:(?:heu+|euh+|hum+|hm+|ben|bah|ah|oh|eh|bon|mais|attends?|attendez){_FILLER})*"
_NO = re.compile(rf"^{_FILLER}{_HESITANT}(?:{_NO_WORD}{_FILLER})+$")
_GIVE_UP_FILLER = (
    r"(?:ok|okay|oui|non|nan|nn|no|bof|bon|ben|bah|euh|ah|oh|en fait|finalement|attends?|attendez|merci|tant pis|"
    r"surtout|alors|du coup|voila|c'est bon|pour l'instant|pour le moment|desole[e]?|svp|stp|quand meme|tout|ca|"
    r"s'il (?:te|vous) plait|bonne (?:journee|soiree)|au revoir|j'ai change d'avis|sans|tout seul[e]?|pour rien|"
    r"la dessus|la-dessus|hein|allez|ciao|bye|de (?:rien|quelqu'un|personne|vous|toi|ton aide|votre aide|prolongation)|"
    r"d'aide|la|le|l'|et|plus tard|je verrai)"
)
_GIVE_UP_CORE = (
    r"(?:laisse[rsz]?(?: tomber| beton| faire| ca)?|on laisse(?: tomber)?|oublie[rsz]?(?: ca| tout| moi)?|stop|stoppe[rz]?|"
    r"on arrete(?: tout| la)?|arrete[rsz]?(?: tout| ca| la)?|abandonne[rsz]?|j'abandonne|j'arrete(?: la| tout)?|"
    r"annule[rsz]?(?: ca| tout| (?:la|ma|cette) demande)?|cancel|tant pis|finalement non|non finalement|"
    r"(?:c'est |ce n'est )?(?:plus|pas) la peine|ne? fai(?:s|tes) (?:rien|pas ca)|fai(?:s|tes) (?:surtout )?rien|rien du tout|"
    r"(?:j'ai change|je change) d'avis|(?:j'en|je n'en|en) veux plus|"
    r"je (?:ne )?veux plus(?: prolonger| de prolongation| rien| demander)?(?: de prolongation)?|"
    r"(?:n'|ne l'|l')?envo(?:ie[sz]?|yez) (?:surtout )?(?:rien|pas)|(?:j'ai |j'en ai |je n'en ai |y a |il y a )?(?:plus|pas) besoin|"
    r"on oublie|quitter|exit|abort|sortir|never ?mind|non merci|je (?:ne )?prefere pas|je vais me debrouiller|"
    r"(?:on|je) garde (?:la date|le delai) (?:initiale?|d'origine|prevue?|du debut)|"
    r"je me debrouille(?:rai)?|je prefere (?:arreter|laisser tomber)|ca ira(?: comme ca)?|forget it)"
)
_GIVE_UP = re.compile(
    rf"^[\s,.!]*(?:{_GIVE_UP_FILLER}[\s,.!…;:]+)*{_GIVE_UP_CORE}(?:[\s,.!…;:]+(?:{_GIVE_UP_FILLER}|{_GIVE_UP_CORE}))*[\s,.!…]*$"
)
_CORRECTION = re.compile(
    r"^[\s,.!]*(?:(?:oui|ok|non|nan|euh|ah|oups|zut|mince|merde|oula|pardon|desole[e]?)[\s,.!]+)*"
    r"(?:mais|plutot|en fait|attends?|attendez|change[rz]?|je voulais dire|je veux dire|je me suis trompe[e]?|"
    r"je corrige|correction|mets|mettez|met|finalement|pas celle|pas celui|pas celles|c'est l'autre|l'autre|"
    r"a la place|erreur|c'etait (?:pour|la|le)|la raison|le motif|rectification|modifie[rz]?|remplace[rz]?|pas \w+ (?:jours?|semaines?|mais)|j'ai dit)\b"
)
_NEGATED_VALUE = re.compile(
    r"^[\s,.!]*(?:(?:non|nan)[\s,.!]+)*(?:non|nan|oui|ok|pas)[\s,.!]+(?:c'est |plutot |mais |disons |je dirais )?(?:pour |de )?(?:\d|une?\b|deux|trois|"
    r"quatre|cinq|six|sept|huit|neuf|dix|quinze|fo|n°|#|la commande|le |la |jusqu|celle|pas |un )"
)
_CONTRAST = re.compile(
    r"\b(?:plutot|pas (?:\d+|une?|deux|trois|quatre|cinq|dix|celle|fo)|au lieu d)"
)
_TAKEN_BACK = re.compile(r"\bpas (?:pour )?(?:celle|celui|la|le|les|l')\b[^,.;!]*[,.;!]")
_CORRECTS_ITSELF = re.compile(
    r"\b(?:non|nan|pardon|plutot|en fait|je (?:voulais|veux) dire|je me suis trompe[e]?|zut|oups)\b"
)
_OTHER = re.compile(
    r"\b(?:l'autre|lautre|les autres|autre commande|une autre|celle d'apres|pas celle[- ]la|pas celle[- ]ci|la seconde)\b"
)
_POINTING = re.compile(r"^(?:(?:euh|ben|bah|non|mais|pour)[\s,]+)*(?:celle?s?|celui|ceux)\b")
_HESITATES = re.compile(
    r"^[\s,.!…?]*(?:(?:ben|bah|pff+|bof|euh+|heu|hum+|hm+|mmh?|eh|ah|oh|bon|alors|la|moi|trop|vraiment|encore|franchement|"
    r"honnetement|je (?:ne )?(?:sais|sai) (?:pas|plus|vraiment pas)|j(?:e )?s[ae]is pas|chais? pas|j'en sais rien|je n'en sais rien|"
    r"aucune (?:idee|raison)|pas d'idee|j'ai pas d'idee|ca depend|faut voir|on verra|je verrai|peut[- ]etre|un peu|comme tu veux|"
    r"comme vous voulez|un certain temps|quoi|n'importe|peu importe|plus ou moins|va savoir|je (?:ne )?suis pas sur(?:e)?)[\s,.!…?]*)+$"
)
_ORDINALS = {
    "premiere": 1, "premier": 1, "1ere": 1, "1er": 1, "1re": 1, "haut": 1,
    "deuxieme": 2, "seconde": 2, "second": 2, "2e": 2, "2eme": 2, "2nde": 2, "2ieme": 2,
    "troisieme": 3, "3e": 3, "3eme": 3, "quatrieme": 4, "4e": 4, "4eme": 4,
    "cinquieme": 5, "5e": 5, "5eme": 5, "sixieme": 6, "6e": 6, "6eme": 6,
    "derniere": -1, "dernier": -1, "bas": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"\b(?:l[ae]|celle (?:du|d'en)|option|numero|choix)\s+(?:numero\s+)?("
    + "|".join(sorted(_ORDINALS, key=len, reverse=True))
    + r"|[1-9])\b(?!\s*(?:jours?|j\b|semaines?|h\b|/|janv|fev|mars|avril|mai|juin|juil|aout|sept|oct|nov|dec))"
)


def read_reply(text: str) -> Reply:
    """Returns how a short text answers a question: yes, no, never mind, or a correction.

    A question, a request about an order or a long sentence that merely contains "oui" is NONE.
    """
    folded = fold(expand_sms(text)).strip()
    if not folded or "?" in folded:
        return Reply.NONE
    if _GIVE_UP.match(folded):
        return Reply.GIVE_UP
    if _NO.match(folded) and re.search(
        r"\b(?:non|nope|nan|no|na|pas|jamais|faux|negatif|pantoute|walou)\b|👎|❌", folded
    ):
        return Reply.NO
    if _YES.match(folded):
        return Reply.YES
    if len(folded.split()) > 14:
        return Reply.NONE
    if _CORRECTION.match(folded) or _NEGATED_VALUE.match(folded) or _CONTRAST.search(folded):
        return (
            Reply.NONE
            if re.search(r"\b(?:comment|pourquoi|est-ce)\b", folded)
            else Reply.CORRECTION
        )
    return Reply.NONE


def hesitates(text: str) -> bool:
    """Tells an answer that says nothing yet: "je sais pas", "ça dépend", "bof bof"."""
    return bool(_HESITATES.match(fold(expand_sms(text)).strip()))


def corrects_itself(text: str) -> bool:
    """Tells whether somebody takes back what they just said: "le logo, euh non, le flyer"."""
    folded = fold(expand_sms(text))
    taken_back = _TAKEN_BACK.search(folded) or _CONTRAST.search(folded)
    return bool(taken_back or _CORRECTS_ITSELF.search(folded))


def takes_one_back(text: str) -> bool:
    """Tells "pas la brasserie, le yoga", which names what is meant instead."""
    return bool(_TAKEN_BACK.search(fold(expand_sms(text))))


def last_said(text: str) -> str:
    """Returns what stands after somebody corrected themselves: "le logo, euh non, le flyer"."""
    folded = _TAKEN_BACK.sub(" ", fold(text))
    rest = _CORRECTS_ITSELF.split(folded)[-1].strip(" ,.;…")
    return rest or folded


def refers_to_other(text: str) -> bool:
    """Tells whether a text means another order than the one in hand: "et l'autre ?"."""
    return bool(_OTHER.search(fold(expand_sms(text))))


def ordinal_choice(text: str) -> int | None:
    """Returns the place in a list that a text names, counted from 1, -1 for the last."""
    folded = fold(expand_sms(text)).strip(" .!?")
    if re.fullmatch(r"[1-9]", folded):
        return int(folded)
    if folded in _ORDINALS:
        return _ORDINALS[folded]
    match = _ORDINAL.search(folded)
    if match is None:
        return None
    return _ORDINALS.get(match.group(1)) or int(match.group(1))


def points_at_one(text: str) -> bool:
    """Tells whether a text points at one of several things: "celle du logo", "euh, celui-là"."""
    return bool(_POINTING.match(fold(text)) and "?" not in text)
