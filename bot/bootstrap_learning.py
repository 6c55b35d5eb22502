"""Assembles the models and the review of phrases: a part of bot.bootstrap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.adapters.model_files import ModelFolder
from bot.adapters.sql.model_store import SqlModelStore
from bot.adapters.sql.review_store import SqlReviewStore
from bot.errors import AccessDenied, ConversationMoved, MarketplaceError, StorageError
from bot.services.learning import Learning
from bot.services.learning_ports import LoadableAssistant
from bot.services.masking import Masking
from bot.services.model_follower import ModelFollower
from bot.services.models import Models
from bot.services.phrase_review import PhraseReview
from bot.services.ports import Clock, Marketplace
from bot.services.served_model import ServedModel
from bot.services.shadow import Shadow
from bot.services.use_cases import UseCases
from bot.settings import Settings


def learning(
    settings: Settings,
    engine: Any,
    clock: Clock,
    marketplace: Marketplace,
    cases: UseCases,
    given: LoadableAssistant | None,
) -> Learning:
    """Returns the models and the review of phrases; nothing is loaded yet."""
    folder, store = ModelFolder(settings.model_dir), SqlModelStore(engine)
    served = ServedModel(lambda name: given or rasa_assistant(folder.path(name), cases))
    reviews = SqlReviewStore(engine)
    masking = Masking(marketplace, clock, reviews.seller_name)
    shadow = Shadow(lambda name: parsing_model(folder.path(name)), store, masking, clock)
    return Learning(
        served,
        shadow,
        Models(store, folder, clock, lambda: served.model),
        ModelFollower(served, shadow, store, folder, clock),
        PhraseReview(reviews, masking, clock),
        follows=given is None,
    )


def rasa_assistant(model: Path, cases: UseCases) -> Any:
    """Returns the assistant over a model, not loaded yet."""
    from actions.base import rasa_message
    from actions.registry import all_actions
    from bot.adapters.rasa_agent import RasaAssistant

    def on_failure(name: str, conversation_id: str, error: Exception) -> list[dict[str, Any]]:
        try:
            scope = cases.scopes.find(conversation_id)
        except AccessDenied:
            return []  # its turn is over: nobody reads this
        if isinstance(error, (StorageError, ConversationMoved)):
            scope.failure = error
            return []
        unreachable = isinstance(error, (MarketplaceError, TimeoutError))
        text_id = "marketplace_unavailable" if unreachable else "tool_failure"
        return [rasa_message(scope.content.render(text_id))]

    return RasaAssistant(model, all_actions(cases), on_failure)


def parsing_model(model: Path) -> Any:
    """Returns an assistant that only understands: it has no actions. Not loaded yet."""
    from bot.adapters.rasa_agent import RasaAssistant

    return RasaAssistant(model, (), lambda name, conversation_id, error: [])
