"""Personal data are masked; order numbers, dates and amounts are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.ibans import LENGTHS
from bot.language.redaction import MASKS, Kind, find_personal_data, redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("écrivez à lea.martin@exemple.fr merci", "écrivez à [e-mail masqué] merci"),
        ("lea (at) exemple point fr", "[e-mail masqué]"),
        ("mon tel 06 12 34 56 78", "mon tel [téléphone masqué]"),
        ("appelle le +33612345678", "appelle le [téléphone masqué]"),
        ("+225 07 08 09 10 11", "[téléphone masqué]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[IBAN masqué]"),
        (
            "iban FR76 3000 6000 0112 3456 7890 189 pour le virement",
            "iban [IBAN masqué] pour le virement",
        ),
        ("carte 4970 1012 3456 7893", "carte [carte masquée]"),
        ("mon mot de passe : Soleil2024! merci", "mon mot de passe : [mot de passe masqué] merci"),
        ("mdp=azerty-77", "mdp=[mot de passe masqué]"),
        ("le password est hunter2", "le password est [mot de passe masqué]"),
        ("mot de passe : oublié, depuis lundi", "mot de passe : oublié, depuis lundi"),
        ("mon mot de passe ne marche plus", "mon mot de passe ne marche plus"),
        ("mot de passe oublié!!", "mot de passe oublié!!"),
        ("le mot de passe est peut-être faux", "le mot de passe est peut-être faux"),
        ("il manque le mot de passe FO21B8A4C9", "il manque le mot de passe FO21B8A4C9"),
        ("[mot de passe masqué],merci-2 fois", "[mot de passe masqué],merci-2 fois"),
        ("Mot de passe :\nSoleil2024", "Mot de passe :\n[mot de passe masqué]"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


PHONES = [
    # France, also from abroad, grouped as people group
    "0612345678", "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78", "06 123 456 78",
    "06\u00a012\u202f34\u00a056 78", "01.23.45.67.89", "+33 6 12 34 56 78", "+33.6.12.34.56.78",
    "+33 (0)6 12 34 56 78", "+33(0)612345678", "0033612345678", "0033 6 12 34 56 78",
    "+262 692 12 34 56",
    # Belgium, Switzerland, Luxembourg
    "0475 12 34 56", "0475/12.34.56", "0475/123456", "02 345 67 89", "02/345.67.89",
    "+32 475 12 34 56", "0032 475 12 34 56", "079 123 45 67", "+41 79 123 45 67", "+352 621 123 456",
    # Québec
    "514-555-0199", "(514) 555-0199", "514.555.0199", "+1 514 555 0199", "1-514-555-0199",
    # Maghreb and further south
    "+212 6 12 34 56 78", "+213 550 12 34 56", "0550 12 34 56", "0661-12-34-56", "+216 20 123 456",
    "+221 77 123 45 67", "+237 6 71 23 45 67", "+225 07 08 09 10 11",
]  # fmt: skip
IBANS = [
    "FR7630006000011234567890189", "fr76 30006 00001 12345678901 89",
    "FR 76 3000 6000 0112 3456 7890 189", "FR76-3000-6000-0112-3456-7890-189",
    "BE68 5390 0754 7034", "CH93 0076 2011 6238 5295 7", "LU28 0019 4006 4475 0000",
    "MC58 1122 2000 0101 2345 6789 030", "DE89 3704 0044 0532 0130 00",
    "ES91 2100 0418 4502 0005 1332", "IT60 X054 2811 1010 0000 0123 456",
    "PT50 0002 0123 1234 5678 9015 4", "NL91 ABNA 0417 1643 00", "GB29 NWBK 6016 1331 9268 19",
    "MA64 011 519 000001205000534921", "TN59 1000 6035 1835 9847 8831",
    "SN08 SN01 0015 2000 0485 0000 3035",
]  # fmt: skip
CARDS = ["4970101234567893", "4970-1012-3456-7893", "4970.1012.3456.7893", "3782 822463 10005"]
EMAILS = [
    "lea+boutique@sous.exemple.co.uk", "léa@exemple.fr", "lea.martin @ exemple.fr",
    "lea[at]exemple[point]fr", "lea＠exemple.fr", "lea arobase exemple point fr",
]  # fmt: skip
EVERY = [
    (kind, text)
    for kind, texts in (("phone", PHONES), ("iban", IBANS), ("card", CARDS), ("email", EMAILS))
    for text in texts
]


@pytest.mark.parametrize(("kind", "text"), EVERY)
@pytest.mark.parametrize(
    "around", ["{}", "mon client a écrit {} hier", "({}), merci.", "ici:{}\nvoilà"]
)
def test_every_way_of_writing_it_is_masked_whole(kind: Kind, text: str, around: str) -> None:
    assert redact(around.format(text)) == around.format(MASKS[kind])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("tel 5145550199", "tel [téléphone masqué]"),
        ("mon numéro de téléphone est le 20 123 456", "mon numéro de téléphone est le [téléphone masqué]"),
        ("Tél. : 77 123 45 67", "Tél. : [téléphone masqué]"),
        ("appelez-moi au 20123456", "appelez-moi au [téléphone masqué]"),
        ("commande 5145550199 en retard", "commande 5145550199 en retard"),
    ],
)  # fmt: skip
def test_what_only_the_word_before_tells_from_an_order(text: str, masked: str) -> None:
    assert redact(text) == masked


@given(
    country=st.sampled_from(sorted(set(LENGTHS) - {"FO"})),
    digits=st.text("0123456789", min_size=30, max_size=30),
    groups=st.integers(4, 5),
    separator=st.sampled_from(["", " ", "-", "."]),
)
def test_an_iban_of_any_country_is_found_and_one_with_a_wrong_digit_is_none(
    country: str, digits: str, groups: int, separator: str
) -> None:
    account = digits[: LENGTHS[country] - 4]
    check = 98 - int("".join(str(int(c, 36)) for c in f"{account}{country}00")) % 97
    whole = f"{country}{check:02d}{account}"
    wrong = f"{country}{10 if check != 10 else 11}{account}"
    grouped = separator.join(whole[at : at + groups] for at in range(0, len(whole), groups))
    assert [(r.kind, r.start, r.end) for r in find_personal_data(grouped) if r.kind == "iban"] == [
        ("iban", 0, len(grouped))
    ]
    assert not [r for r in find_personal_data(wrong) if r.kind == "iban"]


@pytest.mark.parametrize(
    "text",
    [
        "où en est FO21B8A4C9",
        "la commande 48213 du 12/03/2026",
        "j'ai gagné 1500 euros en 30 jours",
        "3 commandes, 10 jours, 2 clients",
        "@ tout le monde",
        "de 12 jours pour la commande 48213 et de 3 autres 123456789",
        "entre 01/02/2026 et 03/04/2026, le 2026-03-12 à 10:15",
        "1 500 000 euros, 10 000 vues et 20 000 clics",
        "appelle le client de 48213",
        "carte 4970 1012 3456 7894",
    ],
)
def test_left_alone(text: str) -> None:
    assert redact(text) == text


@given(st.from_regex(r"FO[0-9]{2}[A-Z0-9]{6,10}", fullmatch=True))
def test_an_order_number_and_the_words_after_it_are_no_iban(number: str) -> None:
    text = f"+4 jours sur {number} car le client m'a fait attendre"
    assert redact(text) == text


def test_a_faroese_iban_is_one() -> None:
    assert redact("FO62 6460 0001 6316 34") == "[IBAN masqué]"


@given(st.text(max_size=120))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)
