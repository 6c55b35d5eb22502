"""What an e-mail itself says: quotations, signatures and salutations are left out, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.mail_text import own_text, plain_subject, quoted_text, whole_text

QUESTION = "Mon client ne répond plus depuis 5 jours sur FO21B8A4C9, je fais quoi ?"

AROUND = {
    "gmail": "{0}\n\nLe mar. 3 mars 2026 à 10:02, Support <support@place.example> a écrit :\n\n> Votre commande\n> est en retard.",
    "gmail broken header": "{0}\n\nLe mar. 3 mars 2026 à 10:02, Support Vendeurs <\nsupport@place.example> a écrit :\n\n> Bonjour",
    "apple": "{0}\n\nEnvoyé de mon iPhone\n\n> Le 3 mars 2026 à 10:02, Support <s@p.example> a écrit :\n> \n> Bonjour,",
    "outlook": "{0}\n\n________________________________\nDe : Support <s@p.example>\nEnvoyé : mardi 3 mars 2026 10:02\nÀ : Léa\nObjet : Votre commande\n\nBonjour Léa, votre commande est en retard.",
    "outlook english": "{0}\n\nGet Outlook for Android\n________________________________\nFrom: Support <s@p.example>\nSent: Tuesday, March 3, 2026 10:02 AM\nTo: Lea\nSubject: Re: order\n\nHello",
    "original message": "{0}\n\n-----Message d'origine-----\nDe : Support\nBonjour",
    "english": "{0}\n\nOn Tue, Mar 3, 2026 at 10:02 AM Support <s@p.example> wrote:\n> Hello",
    "unmarked reply": "{0}\nLe 3 mars 2026 à 10:02, Support a écrit :\nBonjour Léa,\nVotre commande est en retard.",
    "ticket desk": "{0}\n\n##- Veuillez répondre au-dessus de cette ligne -##\nBonjour, votre ticket est créé.",
    "greeting": "Bonjour Madame, Monsieur,\n\nJ'espère que vous allez bien.\n\n{0}",
    "greeting, team": "Bonjour à toute l'équipe,\n{0}",
    "signature": "{0}\n\nBien cordialement,\n\nLéa Durand\nGraphiste freelance\n06 12 34 56 78\nwww.lea.example",
    "signature dashes": "{0}\n-- \nLéa Durand\nhttps://lea.example",
    "thanks and signature": "{0}\nMerci d'avance pour votre retour.\nBonne journée,\nMarc",
    "disclaimer": "{0}\nCordialement\nL.\n\nCe message et ses pièces jointes sont confidentiels et destinés au seul destinataire.",
    "windows": "{0}\r\n\r\nProvenance : Courrier pour Windows\r\n",
    "html": "<html><head><style>p{{color:red}}</style></head><body><p>Bonjour,</p><p>{0}</p><br>Cordialement<br>Léa<blockquote><p>Ancien message</p></blockquote></body></html>",
    "all of it": "Bonjour,\n\n{0}\n\nCordialement\nLéa\n\nEnvoyé depuis mon mobile Orange\n\nLe 3 mars 2026 à 10:02, <s@p.example> a écrit :\n> Bonjour\n> > Encore avant",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_only_the_writers_own_words_stay(around: str) -> None:
    assert own_text(around.format(QUESTION)) == QUESTION


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("> Quel numéro ?\nFO21B8A4C9\n> Depuis quand ?\nDepuis lundi", "FO21B8A4C9\nDepuis lundi"),
        ("Le 3 mars 2026, Support a écrit :\n> Quel numéro ?\nC'est FO21B8A4C9", "C'est FO21B8A4C9"),
        ("Merci d'avance !\n\nEt aussi, comment je bloque ce client ?\nMarc", "Merci d'avance !\n\nEt aussi, comment je bloque ce client ?\nMarc"),
        ("Cordialement\nLéa\nPS : et comment je bloque ce client ?", "Cordialement\nLéa\nPS : et comment je bloque ce client ?"),
        ("Le client a écrit : je veux annuler", "Le client a écrit : je veux annuler"),
        ("Le 3 mars mon client a écrit qu'il annulait.\nQue faire ?", "Le 3 mars mon client a écrit qu'il annulait.\nQue faire ?"),
        ("De : rien\nJe veux annuler", "De : rien\nJe veux annuler"),
        ("Bonjour, je veux annuler", "Bonjour, je veux annuler"),
        ("Prix < 30 et > 20, normal ?", "Prix < 30 et > 20, normal ?"),
    ],
)  # fmt: skip
def test_what_looks_like_it_and_is_not_stays(text: str, own: str) -> None:
    assert own_text(text) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("-------- Message transféré --------\nSujet : x\nDe : Jean <j@x.example>\nPour : s@p.example\n\nJe veux annuler FO21B8A4C9.", "Je veux annuler FO21B8A4C9."),
        ("> tout est\n> cité", "tout est\ncité"),
        ("Bonjour", "Bonjour"),
        ("Envoyé de mon iPhone", "Envoyé de mon iPhone"),
        ("Merci d'avance", "Merci d'avance"),
        ("--", "--"),
        (" ", ""),
    ],
)  # fmt: skip
def test_where_nothing_else_is_said_what_there_is_is_read(text: str, own: str) -> None:
    assert own_text(text) == own


@pytest.mark.parametrize(
    ("subject", "plain"),
    [
        ("Re: TR : [Ticket #1234] Commande en retard", "Commande en retard"),
        ("Fwd: Re: aide", "aide"),
        ("[SUPPORT] (Ticket 99) : urgent", "urgent"),
        ("Regarder ma commande", "Regarder ma commande"),
        ("Retard de livraison", "Retard de livraison"),
        ("Re:", ""),
        ("Re: votre demande n° 8841", ""),
        ("Ticket #8841 - commande n°48213", "commande n°48213"),
        ("Ma demande d'annulation", "Ma demande d'annulation"),
    ],
)
def test_a_subject_without_what_mail_programs_put_before_it(subject: str, plain: str) -> None:
    assert plain_subject(subject) == plain


def test_what_is_quoted_is_told_apart() -> None:
    text = AROUND["all of it"].format(QUESTION)
    assert quoted_text(text) == "Bonjour\nEncore avant"
    assert "Encore avant" in whole_text(text) and QUESTION in whole_text(text)
    assert quoted_text(QUESTION) == ""


PIECES = st.sampled_from(
    [
        "> ", "Bonjour,", "Cordialement,", "Le 3 mars 2026 à 10:02, Léa a écrit :", "-- ", "\n", "\r\n",
        "De : x", "Envoyé : hier", "Objet : y", "-----Message d'origine-----", "<br>", "<blockquote>",
        "</blockquote>", "<style>", "&amp;", "Envoyé de mon iPhone", "PS : oui ?", QUESTION, "merci",
    ]
)  # fmt: skip
MAILS = st.lists(PIECES | st.text(max_size=30), max_size=30).map("\n".join) | st.text()


@given(MAILS)
def test_any_text_is_read_and_loses_nothing_to_nothing(text: str) -> None:
    own = own_text(text)
    assert bool(own) or not text.strip()
    assert own == own.strip()
    assert isinstance(quoted_text(text) + whole_text(text), str)


@given(MAILS.filter(lambda text: "<" not in text and "&" not in text))
def test_every_line_of_the_result_stands_in_the_text(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    for line in own_text(text).split("\n"):
        assert line in plain


@given(MAILS.map(lambda text: text[:200]), st.sampled_from(sorted(AROUND)))
def test_the_question_is_never_lost_in_what_stands_around_it(noise: str, around: str) -> None:
    """Whatever a signature or a quotation holds, the question above it stays."""
    text = AROUND[around].format(QUESTION)
    if "html" not in around and "greeting" not in around and "<" not in noise:
        text = f"{text}\n{noise}"
    assert QUESTION in own_text(text)


@given(st.text(max_size=300))
def test_any_subject_is_read(subject: str) -> None:
    plain = plain_subject(subject)
    assert len(plain) <= len(subject) and plain == plain.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "> ",
        "<a",
        "<!--",
        "<div ",
        "merci\n",
        "Le 3 mars\n",
        "De : x\n",
        "le ",
        "- ",
        "_",
        "<br><",
    ],
)
def test_the_longest_ticket_of_anything_is_read(piece: str) -> None:
    assert own_text((piece * 20_000)[:20_000])
