"""How conversations of the demo's history go, and when they begin."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from bot.adapters.demo_history.story import Story
from bot.adapters.demo_history.texts import DemoTopic
from bot.support.conversations import ConversationState, EscalationReason
from bot.support.events import ActorKind, EventKind
from bot.support.feedback import ThumbValue

PARIS = ZoneInfo("Europe/Paris")
BY_WEEKDAY = (1.15, 1.0, 1.0, 1.05, 0.95, 0.45, 0.4)
BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 14, 22, 24, 20, 14, 18, 22, 22, 20, 18, 14, 12, 11, 9, 6, 3)
OPENS, CLOSES = 9, 18
"""Opening hours of the demo's team, Monday to Friday."""

COURSES = {
    "bot": 64, "human": 24, "withdrawn": 3, "late": 1, "unclear": 4, "greeting": 4,
}  # fmt: skip
WAITING = "waiting"
"""The course of a conversation that waits for a human now."""
REASONS = {
    EscalationReason.CUSTOMER_REQUEST: 46,
    EscalationReason.POLICY: 20,
    EscalationReason.NOT_UNDERSTOOD: 17,
    EscalationReason.REPEATED_ANSWER: 10,
    EscalationReason.TOOL_FAILURE: 4,
    EscalationReason.ABUSE: 3,
}
OUTCOMES = {"solved": 50, "answered": 32, "no_reply": 12, "not_ours": 6}


def moments(first: date, last: date, count: int, chance: Random) -> list[datetime]:
    """Returns when ``count`` conversations begin, in order; weekends and nights are quiet."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weights = [
        BY_WEEKDAY[day.weekday()] * (0.85 + 0.3 * n / len(days)) for n, day in enumerate(days)
    ]
    found = []
    for day in chance.choices(days, weights, k=count):
        hour = chance.choices(range(24), BY_HOUR)[0]
        wall = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), PARIS)
        found.append(wall.astimezone(timezone.utc))
    return sorted(found)


def is_open(moment: datetime) -> bool:
    """Tells whether the demo's team works at a moment."""
    wall = moment.astimezone(PARIS)
    return wall.weekday() < 5 and OPENS <= wall.hour < CLOSES


def tell(story: Story, course: str) -> None:
    """Tells how a conversation went."""
    chance, texts = story.chance, story.texts
    topic = chance.choices(texts.topics, [topic.weight for topic in texts.topics])[0]
    if course == "greeting":
        story.seller("Bonjour", "greet", texts.topics)
        story.bot("talk_greet")
        return
    if course == "unclear":
        story.seller(chance.choice(texts.said("unclear")), "nlu_fallback", texts.topics)
        story.bot("clarify")
        return
    story.seller(chance.choice(topic.phrases), topic.intent, texts.topics)
    story.bot(topic.response)
    if course == "bot":
        _satisfied(story)
        return
    _ask_for_human(story, topic)
    if course == "withdrawn":
        story.later(chance.uniform(60, 1_800))
        story.seller(chance.choice(texts.said("withdrawn")), "withdraw_human", texts.topics)
        story.end(EventKind.CONVERSATION_WITHDRAWN, ActorKind.SELLER, ConversationState.BOT)
        story.bot("human_withdrawn")
    if course == "late":
        story.later(chance.uniform(73, 110) * 3_600)
    if course in ("human", "late"):
        _served(story)


def _satisfied(story: Story) -> None:
    chance, texts = story.chance, story.texts
    if chance.random() < 0.22:
        story.later(chance.uniform(5, 60))
        story.thumb(ThumbValue.UP if chance.random() < 0.86 else ThumbValue.DOWN)
    if chance.random() < 0.25:
        another = chance.choices(texts.topics, [topic.weight for topic in texts.topics])[0]
        story.later(chance.uniform(20, 300))
        story.seller(chance.choice(another.phrases), another.intent, texts.topics)
        story.bot(another.response)
    if chance.random() < 0.4:
        story.later(chance.uniform(10, 200))
        story.seller(chance.choice(texts.said("thanks")), "thank", texts.topics)
        story.bot("talk_thank")


def _ask_for_human(story: Story, topic: DemoTopic) -> None:
    chance, texts = story.chance, story.texts
    reason = chance.choices(list(REASONS), list(REASONS.values()))[0]
    story.later(chance.uniform(15, 240))
    if chance.random() < 0.12:
        story.thumb(ThumbValue.DOWN)
    if reason is EscalationReason.NOT_UNDERSTOOD:
        story.seller(chance.choice(texts.said("unclear")), "nlu_fallback", texts.topics)
        story.bot("clarify")
        story.later(chance.uniform(10, 60))
    intent = "request_human" if reason is EscalationReason.CUSTOMER_REQUEST else topic.intent
    said = texts.said("human") if intent == "request_human" else topic.phrases
    story.seller(chance.choice(said), intent, texts.topics)
    story.bot("human_requested")
    story.ask_human(reason, is_open(story.at))


def _served(story: Story) -> None:
    chance, texts = story.chance, story.texts
    _wait_for_team(story)
    story.later(chance.lognormvariate(6.0, 0.9))
    story.claim()
    story.later(chance.lognormvariate(4.2, 0.7))
    story.agent(chance.choice(texts.said("agent_first")))
    for _ in range(chance.choice((1, 1, 2, 3))):
        story.later(chance.lognormvariate(4.8, 1.0))
        story.seller(chance.choice(texts.said("seller_next")), None)
        story.later(chance.lognormvariate(4.6, 0.8))
        story.agent(chance.choice(texts.said("agent_next")))
    story.later(chance.uniform(60, 900))
    if chance.random() < 0.12:
        story.end(EventKind.CONVERSATION_HANDED_BACK, ActorKind.STAFF, ConversationState.BOT)
        return
    outcome = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    story.end(
        EventKind.CONVERSATION_RESOLVED, ActorKind.STAFF, ConversationState.RESOLVED,
        outcome=outcome,
    )  # fmt: skip
    if chance.random() < 0.09:
        story.later(chance.uniform(3_600, 4 * 86_400))
        story.seller(chance.choice(texts.said("seller_back")), "nlu_fallback", texts.topics)
        story.end(EventKind.CONVERSATION_REOPENED, ActorKind.SELLER, ConversationState.BOT)
        story.bot("clarify")


def _wait_for_team(story: Story) -> None:
    while not is_open(story.at):
        wall = (story.at.astimezone(PARIS) + timedelta(hours=1)).replace(minute=0, second=0)
        story.at = wall.astimezone(timezone.utc)
