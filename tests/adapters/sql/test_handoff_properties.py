"""What holds whatever bot, seller, staff, crashes and time do to conversations.

After a claim no bot message; never two holders; nothing lost; the log of events tells the state.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.adapters.content_yaml import load_content
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine
from bot.errors import (
    AccessDenied,
    AlreadyClaimed,
    CannotUndo,
    ConversationMoved,
    NotHolder,
    NotPossible,
)
from bot.services.desk import Desk
from bot.services.desk_jobs import DeskJobs
from bot.services.desk_ports import Case, InboxQuery
from bot.services.inbox import Inbox
from bot.services.live_content import LiveContent
from bot.services.ports import IncomingMessage, TurnCommit, TurnStart
from bot.services.presence import Presence
from bot.services.waiting import WaitingWords
from bot.support.conversations import (
    Author,
    ConversationState,
    Escalation,
    EscalationReason,
    Message,
    MessageStatus,
    Reply,
)
from bot.support.desk import Change, Outcome
from bot.support.events import Event, EventKind
from bot.support.opening_hours import parse_opening_hours
from bot.support.staff import Role, Staff
from tests.databases import Databases

CONTENT = load_content(Path(__file__).parents[3] / "data", "https://example.com/{article}")
LIMIT = timedelta(minutes=10)
NORA, SAM = Staff("nora", "Nora", Role.AGENT), Staff("sam", "Sam", Role.AGENT)
INES = Staff("ines", "Inès", Role.SUPERVISOR)
PEOPLE = st.sampled_from([NORA, SAM, INES])
WHO = st.sampled_from(["holder", "holder", "holder", "nora", "sam", "ines"])
OWNERS = st.sampled_from(["one", "two"])
WHICH = st.sampled_from([0, 0, 0, 1])
BOT, WAITING = ConversationState.BOT, ConversationState.WAITING
HUMAN, RESOLVED = ConversationState.HUMAN, ConversationState.RESOLVED
K = EventKind
GIVEN_UP = {
    K.CONVERSATION_RELEASED, K.CONVERSATION_HANDED_BACK, K.CONVERSATION_CLAIM_EXPIRED,
    K.CONVERSATION_RESOLVED,
}  # fmt: skip


def no_waiting_for_the_disk(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Everybody:
    """The directory."""

    def colleagues(self) -> list[Staff]:
        return [NORA, SAM, INES]


class Now:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Talk:
    """One conversation as this test knows it."""

    id: str
    said: list[str] = field(default_factory=list)  # by the seller, in order
    replies: dict[str, str] = field(default_factory=dict)  # by staff: text by client id
    answered: list[int] = field(default_factory=list)


@pytest.fixture(autouse=True, scope="module")
def given_databases(databases: Databases) -> None:
    HandOff.databases = databases


class HandOff(RuleBasedStateMachine):
    """Two conversations of one seller, two owners of turns, two agents and a supervisor."""

    engine_name = "sqlite"
    databases: ClassVar[Databases]

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.engine = create_engine(
            self.around.enter_context(self.databases.migrated(self.engine_name))
        )
        if self.engine_name == "sqlite":
            sa.event.listen(self.engine, "connect", no_waiting_for_the_disk)
        self.store = SqlConversationStore(self.engine, lease_seconds=60)
        self.kept = SqlDeskStore(self.engine)
        self.clock, live = Now(), LiveContent(CONTENT)
        presence = Presence(self.clock)
        self.desk = Desk(
            self.kept, Everybody(), live, self.clock, presence, claim_limit=LIMIT
        )  # fmt: skip
        self.inbox = Inbox(self.kept, self.clock, presence)
        words = WaitingWords(parse_opening_hours("lun-ven 09:00-18:00"))
        self.jobs = DeskJobs(
            self.kept, self.kept, self.store, live, self.clock, words, claim_limit=LIMIT
        )  # fmt: skip
        self.talks = [
            Talk(self.store.open_conversation("lea", label, self.now).id) for label in "ab"
        ]
        self.running: list[tuple[Talk, str, TurnStart]] = []  # crashed and late ones included
        self.changes: list[tuple[Staff, Change]] = []

    def teardown(self) -> None:
        self.engine.dispose()
        self.around.close()

    @property
    def now(self) -> datetime:
        return self.clock.moment

    def state(self, talk: Talk) -> tuple[ConversationState, str | None]:
        case = self.inbox.case(talk.id)
        return case.conversation.state, case.holder.id if case.holder else None

    def person(self, talk: Talk, who: str) -> Staff:
        holder = self.state(talk)[1] or "nora"
        wanted = holder if who == "holder" else who
        return next(each for each in (NORA, SAM, INES) if each.id == wanted)

    # --- the seller and the bot

    @rule(which=WHICH, owner=OWNERS)
    def say(self, which: int, owner: str) -> None:
        talk = self.talks[which]
        state, _ = self.state(talk)
        text = f"message {len(talk.said)}"
        talk.said.append(text)
        incoming = IncomingMessage(text, uuid4().hex)
        accepted = self.store.accept(talk.id, incoming, owner, self.now)
        if accepted.turn is not None:
            assert state is not HUMAN, "a turn began under a claim"
            self.running.append((talk, owner, accepted.turn))

    @precondition(lambda self: self.running)
    @rule(data=st.data(), asks=st.sampled_from(["nothing", "human", "withdraw"]))
    def commit(self, data: st.DataObject, asks: str) -> None:
        talk, owner, start = data.draw(st.sampled_from(self.running[-3:][::-1]))
        asked = Escalation(talk.id, EscalationReason.CUSTOMER_REQUEST, self.now)
        commit = TurnCommit(
            start, (Reply("Bonjour !", "talk_greet", 1),), "{}", {}, "m1",
            escalations=(asked,) if asks == "human" else (),
            withdraw_escalation=asks == "withdraw",
        )  # fmt: skip
        before, _ = self.state(talk)
        try:
            self.store.commit_turn(commit, owner, self.now)
        except ConversationMoved:
            return
        assert before in (BOT, WAITING), "the bot spoke under a claim"
        assert not start.interrupted or self.inbox.case(talk.id).conversation.epoch > 0
        talk.answered += [message.number for message in start.messages]
        after, _ = self.state(talk)
        assert after is {"nothing": before, "human": WAITING, "withdraw": BOT}[asks]

    @rule(
        which=WHICH,
        what=st.sampled_from(["begin", "crash", "notice", "note", "prioritise"]),
        owner=OWNERS,
    )
    def meanwhile(self, which: int, what: str, owner: str) -> None:
        talk = self.talks[which]
        if what == "begin":
            start = self.store.begin_turn(talk.id, owner, self.now)
            if start is not None:
                assert self.state(talk)[0] in (BOT, WAITING)
                self.running.append((talk, owner, start))
        elif what == "crash":  # leases are nobody's; the turns under way come back late
            self.store.release_leases(self.now)
        elif what == "notice":
            said = Reply("Le client a accepté.", "notice_extension_accepted", 1)
            self.store.add_notice(talk.id, f"extension:{talk.id}", said, self.now)
        elif what == "note":
            self.desk.note(SAM, talk.id, "NOTE interne", uuid4().hex)
        else:
            self.desk.prioritise(SAM, talk.id, "urgent" if owner == "one" else None)

    @rule(minutes=st.sampled_from([0.5, 2, 11, 60 * 24]), crashes=st.booleans())
    def time_passes(self, minutes: float, crashes: bool) -> None:
        """Runs what is due by then; a worker that dies leaves it to be done again."""
        self.clock.moment += timedelta(minutes=minutes)
        for job in self.store.claim_jobs("worker", self.now, limit=100):
            done = self.jobs.handlers[job.kind](job)
            if done and not crashes:
                self.store.finish_job(job.key, self.now)

    # --- the staff

    @rule(which=WHICH, staff=PEOPLE)
    def claim(self, which: int, staff: Staff) -> None:
        talk = self.talks[which]
        state, holder = self.state(talk)
        merged = self.inbox.case(talk.id).merged_into is not None
        try:
            claim = self.desk.claim(staff, talk.id)
        except AlreadyClaimed as lost:
            assert (state, lost.holder.id) == (HUMAN, holder) and holder != staff.id
            return
        except NotPossible:
            assert merged
            return
        assert holder in (None, staff.id) and not merged
        assert self.state(talk) == (HUMAN, staff.id) and claim.holder.id == staff.id

    @rule(
        which=WHICH,
        who=WHO,
        what=st.sampled_from(["release", "hand_back", "resolve", "snooze"]),
        stale=st.booleans(),
    )
    def give_up(self, which: int, who: str, what: str, stale: bool) -> None:
        talk = self.talks[which]
        staff = self.person(talk, who)
        before = self.state(talk)
        epoch = self.inbox.case(talk.id).conversation.epoch - stale
        arguments: dict[str, tuple[Any, ...]] = {
            "resolve": (Outcome.SOLVED,), "snooze": (self.now + timedelta(hours=1),),
        }  # fmt: skip
        try:
            call = getattr(self.desk, what)
            self.done(staff, call(staff, talk.id, *arguments.get(what, ()), epoch=epoch))
        except NotHolder:
            assert before != (HUMAN, staff.id) or stale
            assert self.state(talk) == before
            return
        assert before == (HUMAN, staff.id) and not stale
        after = {"release": WAITING, "hand_back": BOT, "resolve": RESOLVED, "snooze": HUMAN}
        assert self.state(talk)[0] is after[what]

    @rule(which=WHICH, who=WHO, to=PEOPLE)
    def hand_on(self, which: int, who: str, to: Staff) -> None:
        talk = self.talks[which]
        staff = self.person(talk, who)
        state, holder = self.state(talk)
        try:
            over = self.desk.take_over if staff == to else self.desk.reassign
            arguments = () if staff == to else (to.id,)
            self.done(staff, over(staff, talk.id, *arguments))
        except AccessDenied:
            assert staff == to and staff.role is Role.AGENT
        except NotPossible:
            assert holder == to.id
        except NotHolder:
            assert state is not HUMAN or (holder != staff.id and staff is not INES)
        else:
            assert state is HUMAN and (holder == staff.id or staff is INES)
            assert self.state(talk) == (HUMAN, to.id)

    @rule(which=WHICH, who=WHO, client_id=st.sampled_from(["r1", "r2", "r3", "r4"]))
    def reply(self, which: int, who: str, client_id: str) -> None:
        talk = self.talks[which]
        staff = self.person(talk, who)
        before, key = self.state(talk), f"{staff.id}:{client_id}"
        try:
            sent = self.desk.reply(staff, talk.id, f"Réponse {key}", client_id)
        except NotHolder:
            assert before != (HUMAN, staff.id) and key not in talk.replies
            return
        assert before == (HUMAN, staff.id) or key in talk.replies
        talk.replies[key] = sent.text

    @rule(which=WHICH, staff=PEOPLE, what=st.sampled_from(["reopen", "wake", "separate"]))
    def put_back(self, which: int, staff: Staff, what: str) -> None:
        talk = self.talks[which]
        try:
            changed = getattr(self.desk, what)(staff, talk.id)
        except NotPossible:
            return
        if changed is not None:
            self.done(staff, changed)

    @rule(which=WHICH, who=WHO)
    def merge(self, which: int, who: str) -> None:
        talk, other = self.talks[which], self.talks[1 - which]
        staff = self.person(talk, who)
        state, holder = self.state(talk)
        try:
            self.done(staff, self.desk.merge(staff, talk.id, other.id))
        except NotHolder:
            assert state is HUMAN and holder != staff.id
        except NotPossible:
            merged = [self.inbox.case(each.id).merged_into for each in self.talks]
            assert any(merged)
        else:
            assert holder in (None, staff.id)
            assert self.inbox.case(talk.id).merged_into == other.id

    @precondition(lambda self: self.changes)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        staff, change = data.draw(st.sampled_from(self.changes[-3:]))
        talk = next(each for each in self.talks if each.id == change.conversation_id)
        event = next(each for each in self.events(talk) if each.id == change.event_id)
        before = self.state(talk)
        try:
            self.desk.undo(staff, change.event_id)
        except CannotUndo:
            assert self.state(talk) == before
            return
        state, holder = self.state(talk)
        assert (state.value, holder) == (event.before["state"], event.before.get("holder"))
        assert self.inbox.case(talk.id).snoozed_until is None

    def done(self, staff: Staff, change: Change) -> None:
        self.changes.append((staff, change))

    def events(self, talk: Talk) -> list[Event]:
        return list(self.inbox.timeline(talk.id).events)

    # --- what always holds

    @invariant()
    def what_was_promised(self) -> None:
        for talk in self.talks:
            case, timeline = self.inbox.case(talk.id), self.inbox.timeline(talk.id, limit=1_000)
            messages, events = list(timeline.messages), list(timeline.events)
            no_bot_message_lies_under_a_claim(messages, events)
            one_holds_it_and_only_they_write(talk, case, messages, events)
            the_log_tells_the_state(case, events)
            nothing_is_lost(talk, case, messages)
            if case.conversation.state in (BOT, RESOLVED):
                assert self.store.escalations(talk.id) == []
        self.what_is_unanswered_is_found_again()
        self.what_waits_is_in_the_queue()

    def what_is_unanswered_is_found_again(self) -> None:
        found = self.store.waiting_conversations(self.now + timedelta(seconds=61))
        for talk in self.talks:
            messages = self.inbox.timeline(talk.id, limit=1_000).messages
            received = any(m.status is MessageStatus.RECEIVED for m in messages)
            assert (talk.id in found) == received

    def what_waits_is_in_the_queue(self) -> None:
        shown = {case.id: case for case in self.inbox.page(InboxQuery()).cases}
        asleep = {case.id for case in self.inbox.page(InboxQuery(snoozed=True)).cases}
        assert not shown.keys() & asleep
        for talk in self.talks:
            in_queue = self.state(talk)[0] in (WAITING, HUMAN)
            assert (talk.id in shown.keys() | asleep) == in_queue


def no_bot_message_lies_under_a_claim(messages: list[Message], events: list[Event]) -> None:
    for first, last in spans_of_claims(events):
        under = [m for m in messages if first < m.number and (last is None or m.number <= last)]
        assert Author.BOT not in {message.author for message in under}


def one_holds_it_and_only_they_write(
    talk: Talk, case: Case, messages: list[Message], events: list[Event]
) -> None:
    """The log by itself tells who held it when; nobody ever held it beside somebody else."""
    holder: str | None = None
    for event in events:
        if event.kind is K.CONVERSATION_CLAIMED:
            assert holder is None
        elif event.kind is K.CONVERSATION_REPLIED:
            assert event.actor_id == holder
        elif event.kind in GIVEN_UP or event.kind is K.CONVERSATION_REASSIGNED:
            assert holder is not None
        if "state" in event.after:
            holder = event.after.get("holder")
    assert (case.holder.id if case.holder else None) == holder
    assert (case.conversation.state is HUMAN) == (holder is not None)
    written = [m.text for m in messages if m.author is Author.AGENT]
    assert sorted(written) == sorted(talk.replies.values())


def the_log_tells_the_state(case: Case, events: list[Event]) -> None:
    state = BOT.value
    for event in events:
        if "state" in event.before:
            assert event.before["state"] == state, event
        state = event.after.get("state", state)
    assert case.conversation.state.value == state


def nothing_is_lost(talk: Talk, case: Case, messages: list[Message]) -> None:
    assert [m.number for m in messages] == list(range(1, len(messages) + 1))
    assert [m.text for m in messages if m.author is Author.SELLER] == talk.said
    assert len(talk.answered) == len(set(talk.answered))
    received = [m for m in messages if m.status is MessageStatus.RECEIVED]
    assert not received or case.conversation.state in (BOT, WAITING)
    assert "NOTE interne" not in {message.text for message in messages}


def spans_of_claims(events: list[Event]) -> list[tuple[int, int | None]]:
    """Returns between which numbers of messages somebody held the conversation."""
    spans: list[tuple[int, int | None]] = []
    first: int | None = None
    for event in events:
        if "state" not in event.after:
            continue
        held = event.after["state"] == HUMAN.value
        if held and first is None:
            first = event.after["number"]
        elif not held and first is not None:
            spans.append((first, event.after["number"]))
            first = None
    return [*spans, *([(first, None)] if first is not None else [])]


TestHandOff = HandOff.TestCase
TestHandOff.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),  # explaining takes minutes
)


class HandOffOnPostgres(HandOff):
    """The same on the other engine."""

    engine_name = "postgresql"


TestHandOffOnPostgres = HandOffOnPostgres.TestCase
TestHandOffOnPostgres.settings = settings(TestHandOff.settings, max_examples=8)
