"""How the assistant's answers to staff look in Slack: FAQ answers, choices, orders, the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from slack_sdk.models.blocks import Block

from bot.language import phrasing
from bot.marketplace.orders import Order, OrderStatus, Party
from bot.services.desk_ports import Case
from bot.services.queue_overview import Overview
from bot.services.staff_answers import ApprovedAnswer, Finding, Found
from bot.support.staff import Staff
from bot.web.slack.blocks import actions, button, context, divider, header, section, sections
from bot.web.slack.words import Markup, Words, link

MOST_ORDERS = 10
ASK_TOPIC = "ask_topic"
"""Begins the action ids of the choices: "ask_topic:0", "ask_topic:1" …"""
OPEN_CONSOLE = "home_console"

_SAYS = {
    Finding.NOT_IN_FAQ: "slack_not_in_faq",
    Finding.DANGER: "slack_danger",
    Finding.TALK: "slack_talk",
}
_AT_WORK = frozenset({OrderStatus.IN_PROGRESS, OrderStatus.LATE, OrderStatus.IN_REVISION})


def found_blocks(words: Words, found: Found) -> list[Block]:
    """Returns what came of a question."""
    if found.finding is Finding.ANSWERED:
        return answer_blocks(words, found.answers)
    if found.finding is Finding.UNSURE:
        buttons = [
            button(title, f"{ASK_TOPIC}:{place}", intent)
            for place, (intent, title) in enumerate(found.choices)
        ]
        return [section(words.say("slack_unsure")), actions(buttons)]
    return [section(words.say(_SAYS[found.finding]))]


def answer_blocks(words: Words, answers: Sequence[ApprovedAnswer]) -> list[Block]:
    """Returns approved answers, each word for word with its source and version."""
    blocks: list[Block] = []
    for answer in answers:
        text = words.say("slack_text", title=answer.title, text=answer.text)
        source = link(answer.source_url, answer.source_name)
        said = words.say("slack_source", link=source, version=answer.version)
        blocks += [*([divider()] if blocks else []), *sections(text), context(said)]
    return blocks


def order_blocks(words: Words, order: Order) -> list[Block]:
    """Returns where an order stands, as staff read it."""
    return [section("\n".join(_order_lines(words, order)))]


def orders_blocks(words: Words, seller_id: str, orders: Sequence[Order]) -> list[Block]:
    """Returns a seller's current orders."""
    if not orders:
        return [section(words.say("slack_orders_none", seller=seller_id))]
    count = phrasing.count(len(orders), "commande")
    blocks: list[Block] = [section(words.say("slack_orders_title", count=count, seller=seller_id))]
    blocks += [block for order in orders[:MOST_ORDERS] for block in order_blocks(words, order)]
    if len(orders) > MOST_ORDERS:
        blocks.append(context(words.say("slack_orders_more", count=len(orders) - MOST_ORDERS)))
    return blocks


def _order_lines(words: Words, order: Order) -> Iterator[str]:
    yield words.say(
        "slack_order",
        number=order.number,
        title=order.title,
        status=words.say(f"case_status_{order.status.value}"),
        seller=order.seller_id,
        buyer=order.buyer_name,
    )
    if order.due_at is not None and order.status in _AT_WORK:
        left = order.due_at - words.now
        late = "overdue" if left < timedelta() else "due"
        due = phrasing.day_and_time(order.due_at)
        yield words.say(f"slack_order_{late}", due=due, gap=phrasing.span(left))
    ends = {
        OrderStatus.DELIVERED: order.delivered_at,
        OrderStatus.COMPLETED: order.completed_at,
        OrderStatus.CANCELLED: order.cancellation.cancelled_at if order.cancellation else None,
    }
    ended_at = ends.get(order.status)
    if ended_at is not None:
        yield words.say(f"slack_order_{order.status.value}", at=phrasing.day(ended_at))
    extension, request = order.pending_extension, order.cancellation_request
    if extension is not None:
        until = phrasing.day_and_time(extension.answer_by)
        yield words.say("slack_order_extension", days=phrasing.days(extension.days), until=until)
    if request is not None and order.is_current:
        who = "buyer" if request.asked_by is Party.BUYER else "seller"
        until = phrasing.day_and_time(request.answer_by)
        yield words.say(f"slack_order_cancellation_{who}", until=until)


def queue_blocks(words: Words, overview: Overview, waiting: Sequence[Case]) -> list[Block]:
    """Returns the figures of the queue, and who waits."""
    blocks: list[Block] = [header(words.say("slack_queue_title")), counts(words, overview)]
    if not waiting:
        blocks.append(section(words.say("slack_queue_empty")))
    blocks += [case_block(words, case) for case in waiting]
    more = overview.counts.waiting - len(waiting)
    if waiting and more > 0:
        blocks.append(context(words.say("slack_queue_more", count=more)))
    return [*blocks, console_button(words)]


def figures_blocks(words: Words, overview: Overview, user: str) -> list[Block]:
    """Returns the figures alone, for somebody whom no account is mapped to."""
    return [
        header(words.say("slack_queue_title")),
        counts(words, overview),
        context(words.say("slack_queue_counts_only", user=user)),
    ]


def counts(words: Words, overview: Overview) -> Block:
    """Returns how many wait, are held, and are at risk."""
    figures = overview.counts
    return section(
        words.say(
            "slack_queue_counts",
            waiting=figures.waiting,
            human=figures.human,
            at_risk=overview.at_risk_total,
        )
    )


def case_block(words: Words, case: Case) -> Block:
    """Returns one case in two lines."""
    details: list[Markup] = []
    if case.waiting_since is not None:
        span = phrasing.span(words.now - case.waiting_since)
        details.append(words.say("slack_case_waits", span=span))
    if case.holder is not None:
        details.append(words.say("slack_case_holder", holder=case.holder.name))
    if case.order is not None:
        status = words.say(f"case_status_{case.order['status']}")
        details.append(words.say("slack_case_order", number=case.order["number"], status=status))
    elif case.order_number is not None:
        details.append(words.say("slack_case_number", number=case.order_number))
    return section(
        words.say(
            "slack_case",
            level=words.level(case.urgency.level),
            link=words.link(case),
            topic=words.topic_of(case),
            details=Markup(" · ".join(details)),
        )
    )


def me_blocks(words: Words, staff: Staff | None, overview: Overview, user: str) -> list[Block]:
    """Returns who somebody is to us, and what they hold."""
    if staff is None:
        return [section(words.say("slack_me_unmapped", user=user))]
    role = words.say(f"slack_role_{staff.role.value}")
    blocks: list[Block] = [section(words.say("slack_me", name=staff.name, id=staff.id, role=role))]
    blocks += mine(words, overview)
    return [*blocks, console_button(words)]


def mine(words: Words, overview: Overview) -> list[Block]:
    """Returns what somebody holds."""
    if not overview.mine:
        return [section(words.say("slack_me_none"))]
    return [case_block(words, case) for case in overview.mine]


def digest_blocks(words: Words, overview: Overview) -> list[Block]:
    """Returns the digest: how many, the oldest, what is at risk."""
    day = phrasing.day(words.now)
    blocks: list[Block] = [header(words.say("slack_digest_title", day=day))]
    blocks.append(counts(words, overview))
    oldest = overview.oldest
    if oldest is not None and oldest.waiting_since is not None:
        said = words.say(
            "slack_digest_oldest",
            span=phrasing.span(words.now - oldest.waiting_since),
            link=words.link(oldest),
            topic=words.topic_of(oldest),
        )
        blocks.append(section(said))
    if overview.at_risk:
        blocks.append(header(words.say("slack_home_at_risk")))
        blocks += [case_block(words, case) for case in overview.at_risk]
    return [*blocks, console_button(words)]


def console_button(words: Words) -> Block:
    """Returns the button that opens the console."""
    return actions([button(words.say("slack_open_console"), OPEN_CONSOLE, url=words.console)])
