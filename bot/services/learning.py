"""What learning from sellers' messages consists of, put together by bot.bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.model_follower import ModelFollower
from bot.services.models import Models
from bot.services.phrase_review import PhraseReview
from bot.services.served_model import ServedModel
from bot.services.shadow import Shadow


@dataclass(frozen=True)
class Learning:
    """The model that answers, the one in its shadow, what staff decide, and phrases to review.

    ``follows`` is False where one assistant was given: it is served whatever the table says.
    """

    served: ServedModel
    shadow: Shadow
    models: Models
    follower: ModelFollower
    review: PhraseReview
    follows: bool = True

    def start(self) -> None:
        """Loads the live model; raises AssistantUnavailable when nothing can be loaded."""
        if self.follows:
            self.follower.start()
        else:
            self.served.serve("")

    def follow(self) -> None:
        """Does what was decided since about models, here or elsewhere; blocks."""
        if self.follows:
            self.follower.follow()
        elif not self.served.model:
            self.served.serve("")

    def stop(self) -> None:
        """Ends the threads of both models; turns under way are lost and will be redone."""
        self.shadow.stop()
        self.served.stop()
