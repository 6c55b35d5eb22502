"""Questions that name no subject: "est-ce prévu quelque part ?" asks about what was said before."""

from __future__ import annotations

import re

from bot.language.normalisation import expand_sms, fold

_WORD = re.compile(r"[a-z0-9]+")
_SMALL_WORDS = frozenset([
    "a", "ai", "as", "au", "aux", "avec", "avez", "avons", "c", "ca", "cela", "ce", "ceci",
    "celle", "celles", "celui", "ceux", "ces", "cet", "cette", "ci", "comment", "d", "dans",
    "de", "des", "deux", "dois", "doit", "du", "elle", "elles", "en", "est", "et", "etait",
    "etes", "eux", "il", "ils", "j", "je", "juste", "l", "la", "laquelle", "le", "lequel", "les",
    "lesquels", "lesquelles", "leur", "leurs", "lui", "m", "ma", "mais", "me", "mes", "moi",
    "mon", "n", "ne", "ni", "non", "nos", "notre", "nous", "on", "ont", "ou", "oui", "par",
    "part", "pas", "pour", "pourquoi", "puis", "peut", "peux", "qu", "quand", "que", "quel",
    "quelle", "quelles", "quelque", "quels", "qui", "quoi", "s", "sa", "se", "ses", "si", "soi",
    "son", "sont", "sur", "t", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "va", "vais",
    "vos", "votre", "vous", "y", "alors", "autre", "autres", "bien", "donc", "merci", "svp",
])  # fmt: skip
_ANY_SUBJECT = frozenset([
    "aimerais", "arrive", "cas", "conduite", "convenablement", "devrais", "devrait", "dire",
    "dis", "dites", "etablie", "etablies", "etabli", "etablis", "existe", "face", "faire",
    "fais", "fait", "faites", "faut", "fin", "finie", "fini", "fonctionne", "genre", "gere",
    "gerer", "lien", "marche", "normal", "passe", "possible", "pourrais", "pourrait", "prevu",
    "prevue", "proceder", "procede", "raison", "reagir", "sais", "sait", "savoir", "situation",
    "situations", "solution", "solutions", "tenir", "traite", "traiter", "traitez", "tranche",
    "voudrais", "vrai", "vraie", "vraiment",
])  # fmt: skip
"""Verbs and nouns that go with whatever is talked about."""


def leans_on_the_rest(text: str) -> bool:
    """Tells whether there is no word in a clause that says what it is about."""
    words = _WORD.findall(fold(expand_sms(text)))
    return bool(words) and all(word in _SMALL_WORDS or word in _ANY_SUBJECT for word in words)
