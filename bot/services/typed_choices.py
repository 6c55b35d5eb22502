"""What short typed answers mean after what was just shown: they press one of its buttons.

"Oui" after an offer, a button's title typed out, "la deuxième" of several choices: what was
shown decides, so it is read before the model is asked. Words of danger are read here too,
because they count whatever was shown and whatever a model would say.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.danger import danger_in
from bot.language.offers import (
    asks_again,
    asks_to_extend_it,
    pointed_at,
    same_words,
    takes_up,
    turns_down,
)
from bot.services.ports import ConversationStore
from bot.support.conversations import Author, Button, Message
from bot.support.responses import Content

AGAIN = ("Réessayer", "Recommencer", "Reprendre la demande")
"""Titles of the buttons that begin once more."""

LOOK_BACK = 12
"""Messages before a turn among which the bot's last answer stands."""

_LISTS = frozenset(
    {
        "clarify", "order_which", "preview_which", "order_still_that_one",
        "order_list", "order_list_beginning",
    }
)  # fmt: skip
"""Responses that show things to choose from as their buttons."""

_OPEN_QUESTIONS = frozenset({"talk_affirm", "talk_thank", "talk_greet", "offer_declined"})
"""Responses to which "non, rien" is a polite end."""


class TypedChoices:
    """Reads typed answers as presses of the buttons shown last."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def read(
        self, content: Content, conversation_id: str, first_number: int, text: str
    ) -> Button | None:
        """Returns the button that a typed text presses, or None when the model must read it.

        ``first_number`` is the number of the turn's first message. Raises StorageError.
        """
        danger = danger_in(text)
        if danger is not None:
            return Button("", "out_of_scope", {"danger": danger})
        if len(text.split()) > LOOK_BACK:
            return None
        after = max(0, first_number - 1 - LOOK_BACK)
        before = self._store.messages_after(conversation_id, after, first_number - 1 - after)
        return button_meant(text, _last_answer(before, first_number), content)


def button_meant(text: str, shown: Sequence[Message], content: Content) -> Button | None:
    """Returns the button of the messages shown last that a typed text means."""
    if not shown:
        return None
    last = shown[-1]
    buttons = [button for message in shown for button in message.buttons]
    typed = [button for button in buttons if same_words(text, button.title)]
    if len(typed) == 1:
        return typed[0]
    response = last.response or ""
    wanted = content.pressed_by_yes(response, last.values, last.response_version)
    if wanted and takes_up(text):
        return _with_intent(last.buttons, wanted)
    if turns_down(text) and (wanted or response in _OPEN_QUESTIONS):
        # "Une autre commande" stands last, after the order that is meant by a yes.
        refused = _with_intent(
            last.buttons[::-1], content.pressed_by_no(response, last.response_version)
        )
        return refused or Button("", "deny", {"declined": True})
    if response in _LISTS:
        # A long list has more lines than buttons: its end is not the last button.
        whole = int(last.values.get("count", len(last.buttons))) == len(last.buttons)
        place = pointed_at(text, [button.title for button in last.buttons], whole=whole)
        return last.buttons[place] if place is not None else None
    if asks_again(text):
        return next((button for button in buttons if button.title in AGAIN), None)
    if asks_to_extend_it(text) and not _in_form(last):
        return _extend_the_one_shown(shown, buttons)
    return None


def _extend_the_one_shown(shown: Sequence[Message], buttons: Sequence[Button]) -> Button | None:
    """Returns the request for the one order shown, offered or not: why not is then answered."""
    about_one = [b for b in buttons if b.intent == "request_extension" and b.entities]
    if about_one:
        return about_one[0] if len(about_one) == 1 else None
    states = [m for m in shown if (m.response or "").startswith("order_")]
    numbers = {str(m.values["number"]) for m in states if "number" in m.values}
    if len(numbers) != 1:
        return None
    return Button("", "request_extension", {"order_number": numbers.pop()})


def _last_answer(messages: Sequence[Message], before: int) -> list[Message]:
    """Returns the bot's messages since the seller's last one."""
    answer: list[Message] = []
    for message in messages:
        if message.number >= before:
            break
        if message.author is Author.SELLER:
            answer = []
        elif message.author is Author.BOT:
            answer.append(message)
    return answer


def _with_intent(buttons: Sequence[Button], intent: str) -> Button | None:
    return next((button for button in buttons if button.intent == intent), None)


def _in_form(last: Message) -> bool:
    return (last.response or "").startswith("extension_ask")
