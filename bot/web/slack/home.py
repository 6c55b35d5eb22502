"""The App Home: what somebody holds, what is at risk, and what can be done at once."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.language.phrasing import PARIS
from bot.services.queue_overview import Overview
from bot.support.staff import Staff
from bot.web.slack import answers
from bot.web.slack.blocks import actions, button, context, divider, header, section
from bot.web.slack.words import Markup, Words, seller_of

REFRESH = "home_refresh"
NEXT = "home_next"


def home_view(
    words: Words, staff: Staff | None, overview: Overview, user: str, notice: Markup | None = None
) -> dict[str, Any]:
    """Returns the view; ``notice`` says what came of the last click."""
    blocks: list[Block] = [section(notice), divider()] if notice else []
    refresh = button(words.say("slack_home_refresh"), REFRESH)
    if staff is None:
        blocks += answers.me_blocks(words, None, overview, user)
        blocks += [answers.counts(words, overview), actions([refresh])]
    else:
        blocks += _mine_and_risk(words, overview)
        blocks += [header(words.say("slack_home_quick")), *_quick(words, overview, refresh)]
    blocks += [divider(), section(words.say("slack_help")), _as_of(words)]
    shown: dict[str, Any] = View(type="home", blocks=blocks).to_dict()
    return shown


def _mine_and_risk(words: Words, overview: Overview) -> list[Block]:
    blocks: list[Block] = [header(words.say("slack_home_mine")), *answers.mine(words, overview)]
    blocks += [header(words.say("slack_home_at_risk")), answers.counts(words, overview)]
    if not overview.at_risk:
        return [*blocks, section(words.say("slack_home_no_risk"))]
    return [*blocks, *(answers.case_block(words, case) for case in overview.at_risk)]


def _quick(words: Words, overview: Overview, refresh: Any) -> list[Block]:
    console = button(words.say("slack_open_console"), answers.OPEN_CONSOLE, url=words.console)
    case = overview.next_case
    if case is None:
        return [actions([refresh, console])]
    # The button names the conversation it takes: pressed twice, or late, it takes no other.
    take = button(words.say("slack_home_next"), NEXT, case.id, primary=True)
    topic = words.topic_of(case)
    says = words.say("slack_home_next_is", seller=seller_of(case), topic=topic)
    return [section(says), actions([take, refresh, console])]


def _as_of(words: Words) -> Block:
    local = words.now.astimezone(PARIS)
    return context(words.say("slack_home_as_of", hour=f"{local.hour} h {local.minute:02d}"))
