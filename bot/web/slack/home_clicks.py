"""The App Home's events and clicks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import AlreadyClaimed, DeskError
from bot.support.desk import Holder
from bot.support.slack import SlackCall
from bot.support.staff import Staff
from bot.web.slack.asking_parts import AskingParts
from bot.web.slack.home import NEXT, REFRESH, home_view
from bot.web.slack.words import Markup


def home_handlers(
    parts: AskingParts,
) -> Mapping[str, Callable[[Mapping[str, Any]], list[SlackCall]]]:
    """Returns the handlers of the App Home."""
    clicks = HomeClicks(parts)
    return {
        "event:app_home_opened": clicks.opened,
        f"action:{REFRESH}": clicks.refreshed,
        f"action:{NEXT}": clicks.taken,
    }


class HomeClicks:
    """Publishes the App Home, each time as it is at that moment."""

    def __init__(self, parts: AskingParts) -> None:
        self._parts = parts

    def opened(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Publishes the tab when somebody opens it; the Messages tab has nothing to show."""
        event = payload["event"]
        return self._publish(event["user"]) if event.get("tab") == "home" else []

    def refreshed(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Publishes the tab again."""
        return self._publish(payload["user"]["id"])

    def taken(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Claims the conversation the button named, and says what came of it."""
        user = payload["user"]["id"]
        staff = self._parts.who(user)
        notice = self._parts.words().say("slack_refused", user=user)
        if staff is not None:
            notice = self._claim(staff, str(payload["actions"][0]["value"]))
        return self._publish(user, notice)

    def _claim(self, staff: Staff, conversation_id: str) -> Markup:
        application, words = self._parts.application, self._parts.words()
        try:
            application.desk.claim(staff, conversation_id)
        except AlreadyClaimed as error:
            assert isinstance(error.holder, Holder)
            return words.say("slack_home_taken", holder=error.holder.name)
        except DeskError:
            return words.say("slack_home_gone")
        case = application.inbox.case(conversation_id)
        return words.say("slack_home_claimed", link=words.link(case))

    def _publish(self, user: str, notice: Markup | None = None) -> list[SlackCall]:
        staff = self._parts.who(user)
        overview = self._parts.overview.of(staff)
        view = home_view(self._parts.words(), staff, overview, user, notice)
        return [SlackCall("views.publish", {"user_id": user, "view": view})]
