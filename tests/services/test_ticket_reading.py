"""What a ticket says by itself: order numbers, personal data, danger; whatever was sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.language.redaction import find_personal_data
from bot.services.ticket_reading import MAX_TICKET_LENGTH, Ticket, read_ticket
from bot.support.conversations import MAX_MESSAGE_LENGTH

SIGNED = (
    "Bonjour,\nJe veux prolonger FO21B8A4C9 de 3 jours.\nCordialement\nLéa\n06 12 34 56 78\n"
    "lea@mail.example\n\nLe 3 mars 2026, Support <s@p.example> a écrit :\n> Commande FO99ZZ8877"
)


def test_orders_and_days_are_those_of_the_seller_not_of_what_they_quote() -> None:
    reading = read_ticket(Ticket(SIGNED))
    assert reading.said == "Je veux prolonger FO21B8A4C9 de 3 jours."
    assert (reading.order_numbers, reading.days) == (("FO21B8A4C9",), (3,))


def test_an_order_that_is_only_quoted_counts_where_none_is_named() -> None:
    quoted = "Oui, annulez-la svp\n\n> Votre commande FO99ZZ8877 est en retard"
    assert read_ticket(Ticket(quoted)).order_numbers == ("FO99ZZ8877",)


def test_a_postcode_below_is_no_order() -> None:
    below = "Comment ça marche ?\n--\nClaire\n12 rue des Lilas 75011 Paris"
    quoted = "Merci\nLe 3 mars 2026, Léa a écrit :\n> 12 rue des Lilas 75011 Paris"
    assert read_ticket(Ticket(below)).order_numbers == ()
    assert read_ticket(Ticket(quoted)).order_numbers == ()


def test_a_desks_own_number_is_no_order() -> None:
    text = "Suite à ma demande n° 8841 et à la facture n°20261 : où en est la commande n° 48213 ?"
    assert read_ticket(Ticket(text, subject="Re: ticket 12345")).order_numbers == ("48213",)


def test_the_tickets_own_order_number_comes_first() -> None:
    ticket = Ticket(SIGNED, subject="Re: 48213", order_number="fo11aa2233")
    assert read_ticket(ticket).order_numbers == ("FO11AA2233", "FO21B8A4C9", "48213")


def test_kinds_of_personal_data_are_told_and_the_data_is_not() -> None:
    text = "Mon IBAN : FR76 3000 6000 0112 3456 7890 189, écrivez à lea@mail.example"
    reading = read_ticket(Ticket(text))
    assert set(reading.personal_data) == {"iban", "email"}
    assert "3000" not in str(reading) and "lea@" not in str(reading)
    assert set(read_ticket(Ticket(SIGNED)).personal_data) == {"phone", "email"}


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Re: [Ticket #12] Mon client ne répond plus", "Mon client ne répond plus.\nQue faire ?"),
        ("urgent", "Que faire ?"),
        ("Que faire ?", "Que faire ?"),
        ("FO21B8A4C9", "FO21B8A4C9.\nQue faire ?"),
    ],
)
def test_a_subject_is_read_where_it_says_something(subject: str, said: str) -> None:
    assert read_ticket(Ticket("Bonjour,\nQue faire ?", subject=subject)).said == said


@pytest.mark.parametrize(
    "text",
    [
        "Avec ses 12 retouches je n'en peux plus. Je vais me suicider.",
        "Mon client m'a écrit ceci :\n> je vais te tuer\nQue faire ?",
        "De toute façon c'est beaucoup de travail. Il menace de me frapper",
    ],
)
def test_danger_is_found_in_any_sentence_and_in_what_is_quoted(text: str) -> None:
    assert read_ticket(Ticket(text)).danger


def test_everyday_anger_is_no_danger() -> None:
    assert not read_ticket(Ticket("Mon client va me tuer avec ses retouches")).danger


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "///"])
def test_a_ticket_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_ticket(Ticket(text, subject="Un objet qui dit quelque chose"))
    assert refused.value.code == "text_empty"


def test_a_command_never_reaches_the_model() -> None:
    assert read_ticket(Ticket("/restart")).said == "restart"
    assert read_ticket(Ticket("Bonjour,\n/restart")).said == "restart"


VISIBLE = st.text(max_size=400).map(lambda text: f"{text}a")


@given(VISIBLE, st.text(max_size=100))
def test_any_visible_ticket_is_read(text: str, subject: str) -> None:
    reading = read_ticket(Ticket(text, subject=subject))
    assert reading.said and len(reading.said) <= MAX_MESSAGE_LENGTH
    assert not reading.said.startswith("/")
    assert not find_personal_data(reading.said)


def test_the_longest_ticket_is_read() -> None:
    story = "Il m'écrit et puis plus rien du tout pendant des jours. " * 400
    asks = "Comment prolonger la commande FO21B8A4C9 de 4 jours ?"
    reading = read_ticket(Ticket(f"{story}{asks}"[-MAX_TICKET_LENGTH:]))
    assert asks.rstrip(" ?") in reading.said
    assert (reading.order_numbers, reading.days) == (("FO21B8A4C9",), (4,))
