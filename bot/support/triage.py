"""How urgent a conversation or ticket is: one table of rules, each with the sentence that says why.

The sentences are in ``data/responses/triage.yml`` under the rules' ids. Points add up; of the
rules about waiting only the longest counts, so that urgency never falls while somebody waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.support.conversations import EscalationReason

URGENT, HIGH, NORMAL, LOW = LEVELS = ("urgent", "high", "normal", "low")

FLOORS: dict[str, int] = {URGENT: 80, HIGH: 50, NORMAL: 20, LOW: 0}
"""The least score of each level."""

HIGHEST_SCORE = 999

MONEY_TOPICS = frozenset({"faq_buyer_wants_cancel", "faq_cancel_order"})
"""Topics in which a seller's income is at stake."""

PRIORITISED = "urgency_prioritised"
"""Says that staff decided the level themselves."""


@dataclass(frozen=True)
class UrgencyFacts:
    """What is known of a conversation or ticket when its urgency is worked out.

    ``topic`` is an intent, ``order_status`` the value of an ``OrderStatus``. ``very_late`` is more
    than 24 h past the deadline: the client may then cancel alone (shared/DOMAIN.md, (a)).
    ``prioritised`` is the level staff gave it.
    """

    reason: EscalationReason | None = None
    topic: str | None = None
    order_status: str | None = None
    late: bool = False
    money_at_stake: bool = False
    waiting: timedelta = timedelta()
    abuse: bool = False
    prioritised: str | None = None
    danger: bool = False
    very_late: bool = False
    due_soon: bool = False  # to be delivered within 24 h
    chased: bool = False  # the seller wrote before and got no answer


@dataclass(frozen=True)
class UrgencyRule:
    """One line of the table: it holds when a fact has a value, or somebody waited that long."""

    why: str
    points: int
    fact: str = ""
    value: object = True
    waited: timedelta | None = None

    def holds(self, facts: UrgencyFacts) -> bool:
        """Tells whether the facts meet the rule."""
        if self.waited is not None:
            return facts.waiting >= self.waited
        return bool(getattr(facts, self.fact) == self.value)


RULES: tuple[UrgencyRule, ...] = (
    UrgencyRule("urgency_danger", 100, "danger"),
    UrgencyRule("urgency_late", 50, "late"),
    UrgencyRule("urgency_very_late", 20, "very_late"),
    UrgencyRule("urgency_due_soon", 25, "due_soon"),
    UrgencyRule("urgency_tool_failure", 50, "reason", EscalationReason.TOOL_FAILURE),
    UrgencyRule("urgency_abuse", 35, "abuse"),
    UrgencyRule("urgency_money", 30, "money_at_stake"),
    UrgencyRule("urgency_chased", 20, "chased"),
    UrgencyRule("urgency_repeated_answer", 20, "reason", EscalationReason.REPEATED_ANSWER),
    UrgencyRule("urgency_not_understood", 15, "reason", EscalationReason.NOT_UNDERSTOOD),
    UrgencyRule("urgency_customer_request", 15, "reason", EscalationReason.CUSTOMER_REQUEST),
    UrgencyRule("urgency_policy", 15, "reason", EscalationReason.POLICY),
    UrgencyRule("urgency_unresponsive", 15, "topic", "faq_buyer_unresponsive"),
    UrgencyRule("urgency_in_revision", 10, "order_status", "in_revision"),
    UrgencyRule("urgency_waited_5_minutes", 5, waited=timedelta(minutes=5)),
    UrgencyRule("urgency_waited_15_minutes", 10, waited=timedelta(minutes=15)),
    UrgencyRule("urgency_waited_1_hour", 20, waited=timedelta(hours=1)),
    UrgencyRule("urgency_waited_4_hours", 35, waited=timedelta(hours=4)),
    UrgencyRule("urgency_waited_1_day", 60, waited=timedelta(days=1)),
    UrgencyRule("urgency_waited_2_days", 80, waited=timedelta(days=2)),
)
"""All rules; those about waiting from the shortest to the longest, with rising points."""

WAITING_RULES = tuple(rule for rule in RULES if rule.waited is not None)


@dataclass(frozen=True)
class Urgency:
    """How urgent something is; ``why`` are ids of French sentences, the weightiest first.

    What is more urgent has the higher ``score``, and every level has its own span of scores.
    """

    level: str
    score: int
    why: tuple[str, ...] = ()


def urgency(facts: UrgencyFacts) -> Urgency:
    """Returns how urgent it is, and why; never less for a longer wait, other things equal."""
    found = [rule for rule in RULES if rule.waited is None and rule.holds(facts)]
    found += [rule for rule in WAITING_RULES if rule.holds(facts)][-1:]
    found.sort(key=lambda rule: -rule.points)
    score = min(sum(rule.points for rule in found), HIGHEST_SCORE)
    why = tuple(rule.why for rule in found)
    if facts.prioritised is None:
        return Urgency(level_of(score), score, why)
    return Urgency(facts.prioritised, _within(facts.prioritised, score), (PRIORITISED, *why))


def level_of(score: int) -> str:
    """Returns the level a score belongs to."""
    return next(level for level in LEVELS if score >= FLOORS[level])


def waiting_points(waiting: timedelta) -> int:
    """Returns what the wait alone adds to a score."""
    facts = UrgencyFacts(waiting=waiting)
    return max((rule.points for rule in WAITING_RULES if rule.holds(facts)), default=0)


def _within(level: str, score: int) -> int:
    """Returns the score brought into a level's span."""
    place = LEVELS.index(level)
    top = FLOORS[LEVELS[place - 1]] - 1 if place else HIGHEST_SCORE
    return max(FLOORS[level], min(score, top))
