"""All actions, for the executor in our own process."""

from __future__ import annotations

from actions.base import SellerAction
from actions.extension import ActionFinishExtension, ValidateExtensionForm
from actions.faq import ActionAnswerFaq
from actions.handoff import ActionRequestHuman, ActionWithdrawHuman
from actions.orders import ActionCompletionRate, ActionOrderStatus, ActionPreviewCancellation
from actions.talk import ActionButtonInactive, ActionClarify, ActionOutOfScope, ActionSmallTalk
from bot.services.use_cases import UseCases

ACTIONS: tuple[type[SellerAction], ...] = (
    ActionAnswerFaq,
    ActionButtonInactive,
    ActionClarify,
    ActionCompletionRate,
    ActionFinishExtension,
    ActionOrderStatus,
    ActionOutOfScope,
    ActionPreviewCancellation,
    ActionRequestHuman,
    ActionSmallTalk,
    ActionWithdrawHuman,
    ValidateExtensionForm,
)


def all_actions(use_cases: UseCases) -> list[SellerAction]:
    """Returns one instance of every action; one instance serves all conversations."""
    return [action(use_cases) for action in ACTIONS]
