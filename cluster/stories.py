"""What sellers do in a run: ask, press, have an extension requested, ask for a human."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.evaluation.blind_sets import load_blind_set
from cluster.evidence import Sent
from cluster.replica import PROJECT
from cluster.seller_client import Message, SellerClient
from cluster.sellers import Seller

Timed = Callable[[str, float], None]
_REASONS = ("panne d'internet", "fichiers reçus en retard", "je suis malade", "il manque une photo")
_HUMAN = ("je veux parler à quelqu'un", "passez-moi un conseiller", "un humain svp")
_STATUS = ("où en sont mes commandes ?", "mes commandes en cours", "c'est quand ma livraison ?")
_MORE = ("et vous savez pour quand ?", "c'est assez pressé de mon côté", "je reste connecté")


def questions_of_sellers() -> list[str]:
    """Returns questions about the rules that no model was trained on."""
    blind = load_blind_set(PROJECT / "tests" / "nlu", "development")
    return [phrase.text for phrase in blind.phrases if phrase.intent.startswith("faq_")]


class Stories:
    """Tells one seller's story in one conversation.

    ``timed`` gets the kind of a step and the seconds it took; ``think`` is how long a seller
    takes between two messages at most, ``patience`` how long they wait for an answer.
    """

    def __init__(
        self,
        chance: random.Random,
        timed: Timed,
        *,
        think: float,
        patience: float,
        restless: float = 0.15,
    ) -> None:
        self._chance = chance
        self._timed = timed
        self._think = think
        self._patience = patience
        self._restless = restless
        self._questions = questions_of_sellers()
        self._kinds: Sequence[tuple[Callable[[SellerClient, Seller], Awaitable[None]], int]] = (
            (self.ask_questions, 5),
            (self.ask_for_orders, 2),
            (self.extend, 3),
            (self.fill_in_form, 1),
            (self.ask_for_human, 2),
        )
        self._not_told = [tell for tell, _ in self._kinds]

    async def any(self, client: SellerClient, seller: Seller) -> None:
        """Tells a story of some kind: first one of each, then each as often as its weight says."""
        if self._not_told:
            tell = self._not_told.pop()
        else:
            kinds, weights = zip(*self._kinds)
            tell = self._chance.choices(kinds, weights)[0]
        await tell(client, seller)

    async def ask_questions(self, client: SellerClient, seller: Seller) -> None:
        """Asks some questions about the rules; sometimes presses what is offered with an answer."""
        for _ in range(self._chance.randint(2, 4)):
            await self._say(client, "question", self._chance.choice(self._questions))
            button = _open_button(client.last)
            if button and self._chance.random() < 0.3:
                await self._press(client, "button", button)

    async def ask_for_orders(self, client: SellerClient, seller: Seller) -> None:
        """Asks for the orders, then for one of them."""
        await self._say(client, "orders", self._chance.choice(_STATUS))
        await self._say(client, "orders", f"et la {self._chance.choice(seller.orders)} ?")

    async def extend(self, client: SellerClient, seller: Seller) -> None:
        """Has an extension requested in one go, and confirms it by a button or by a word."""
        number, days = self._chance.choice(seller.orders), self._chance.randint(1, 9)
        reason = self._chance.choice(_REASONS)
        await self._say(client, "extension asked", f"prolonge {number} de {days} jours, {reason}")
        await self._confirm(client)

    async def fill_in_form(self, client: SellerClient, seller: Seller) -> None:
        """Has an extension requested one question after another."""
        number = self._chance.choice(seller.orders)
        await self._say(client, "form", f"je voudrais prolonger {number}")
        if client.last.get("response") == "extension_ask_days":
            await self._say(client, "form", f"{self._chance.randint(1, 9)} jours")
        if client.last.get("response") == "extension_ask_reason":
            await self._say(client, "form", self._chance.choice(_REASONS))
        await self._confirm(client)

    async def ask_for_human(self, client: SellerClient, seller: Seller) -> None:
        """Asks for a human, writes on meanwhile, and answers when somebody comes."""
        await self._say(client, "human asked", self._chance.choice(_HUMAN))
        if self._chance.random() < 0.5:
            await self._say(client, "while waiting", self._chance.choice(self._questions))
        begun = time.monotonic()
        if await client.until(lambda: client.state == "human", self._patience):
            self._timed("agent came", time.monotonic() - begun)
            await client.write(self._chance.choice(_MORE))
            await client.until(lambda: _agent_wrote(client), self._patience)
            await client.until(lambda: client.state != "human", self._patience)
            if client.state == "bot" and self._chance.random() < 0.5:
                await self._say(client, "question", self._chance.choice(self._questions))

    async def _confirm(self, client: SellerClient) -> None:
        if not str(client.last.get("response", "")).startswith("extension_confirm"):
            return  # something else was said, a failure for example
        button = _open_button(client.last)
        if button and self._chance.random() < 0.75:
            sent = await self._press(client, "extension sent", button)
            if self._chance.random() < self._restless:
                await client.press(button)  # pressed twice: the second finds it used
        else:
            sent = await self._say(client, "extension sent", "oui")
        if self._chance.random() < self._restless:
            await client.send_again(sent)

    async def _say(self, client: SellerClient, kind: str, text: str) -> Sent:
        await self._pause()
        words = text.split()
        if len(words) > 3 and self._chance.random() < self._restless:
            await client.write(" ".join(words[:1]))  # typed in two messages
            kind, text = "typed in two", " ".join(words[1:])
        begun = time.monotonic()
        return await self._answered(client, kind, await client.write(text), begun)

    async def _press(self, client: SellerClient, kind: str, button: str) -> Sent:
        await self._pause()
        begun = time.monotonic()
        return await self._answered(client, kind, await client.press(button), begun)

    async def _answered(self, client: SellerClient, kind: str, sent: Sent, begun: float) -> Sent:
        self._timed("accepted", time.monotonic() - begun)
        if client.state != "human" and await client.answer_to(sent, self._patience) is not None:
            self._timed(kind, time.monotonic() - begun)
        return sent

    async def _pause(self) -> None:
        if self._think:
            await asyncio.sleep(self._chance.uniform(0.2, 1) * self._think)


def _open_button(message: Message) -> str:
    """Returns the token of the first button that can be pressed, empty without one."""
    buttons: Sequence[Any] = message.get("buttons", ())
    return next((str(b["token"]) for b in buttons if b["state"] == "open"), "")


def _agent_wrote(client: SellerClient) -> bool:
    return any(message["author"] == "agent" for message in client.transcript.shown.values())
