"""The one place where ports meet adapters; nothing is built at import."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.adapters.api_keys import ApiKeys
from bot.adapters.argon2_passwords import Argon2Passwords
from bot.adapters.clock import SystemClock
from bot.adapters.content_yaml import load_content
from bot.adapters.demo_orders import SELLERS
from bot.adapters.fault_points import fault_point
from bot.adapters.jwt_tokens import JwtTokens, parse_keys, read_public_keys
from bot.adapters.marketplace_http import HttpMarketplace
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.replies_yaml import load_replies
from bot.adapters.sql.account_store import SqlAccountStore
from bot.adapters.sql.answer_store import SqlAnswerStore
from bot.adapters.sql.case_file_store import CaseFileStore
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.figure_store import SqlFigureStore
from bot.adapters.sql.ticket_store import TicketStore
from bot.bootstrap_learning import learning
from bot.bootstrap_privacy import with_privacy
from bot.bootstrap_replicas import Replicas, replicas
from bot.bootstrap_slack import with_slack
from bot.bootstrap_turns import conversations
from bot.bootstrap_watch import also_watched, site_gate, watch, watched_marketplace
from bot.errors import AssistantUnavailable, SettingsError
from bot.services.accounts import Accounts
from bot.services.canned_replies import CannedReplies
from bot.services.case_file import CaseFiles
from bot.services.conversations import Conversations
from bot.services.desk import Desk
from bot.services.desk_jobs import DeskJobs
from bot.services.digest import Digest
from bot.services.feedback import Feedback
from bot.services.figures import Figures
from bot.services.follow_ups import Likeness
from bot.services.gate import Gate
from bot.services.inbox import Inbox
from bot.services.jobs import Jobs
from bot.services.learning import Learning
from bot.services.learning_ports import LoadableAssistant
from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore, OrderBook
from bot.services.published_content import PublishedContent
from bot.services.publishing import Publishing
from bot.services.retention import Retention
from bot.services.served_model import ServedModel
from bot.services.site_ports import Hub, RateLimits, SiteStore
from bot.services.slack import Slack
from bot.services.suggestions import Suggestions
from bot.services.triage import Triage
from bot.services.turn_scope import TurnScopes
from bot.services.use_cases import UseCases, use_cases
from bot.services.waiting import WaitingWords
from bot.services.watch import Watch
from bot.settings import Settings, read_settings
from bot.support.opening_hours import OpeningHours, parse_opening_hours
from bot.support.responses import Content

logger = logging.getLogger(__name__)

STORE_THREADS = 12


@dataclass
class Application:
    """The assembled application; ``start`` loads the model, ``stop`` ends its threads.

    ``demo_sellers`` are names by id, none outside demo mode. ``slack`` is None when it is off.
    """

    settings: Settings
    clock: Clock
    live: LiveContent
    store: ConversationStore
    marketplace: OrderBook
    tokens: JwtTokens
    use_cases: UseCases
    assistant: ServedModel
    conversations: Conversations
    jobs: Jobs
    threads: ThreadPoolExecutor
    watch: Watch
    site_gate: Gate
    site: SiteStore
    hub: Hub
    limits: RateLimits
    feedback: Feedback
    accounts: Accounts
    events: EventLog
    desk: Desk
    inbox: Inbox
    triage: Triage
    triage_keys: ApiKeys
    canned_replies: CannedReplies
    publishing: Publishing
    case_files: CaseFiles
    suggestions: Suggestions
    figures: Figures
    learning: Learning
    replicas: Replicas
    demo_sellers: Mapping[str, str] = field(default_factory=dict)
    slack: Slack | None = None
    digest: Digest | None = None
    retention: Retention | None = None

    @property
    def content(self) -> Content:
        """Returns the texts served at this moment; not to be kept beyond one answer."""
        return self.live.current

    def start(self) -> None:
        """Serves what is published and loads the model.

        Without a model that can be loaded sellers are served by people until there is one.
        Raises StorageError without a database.
        """
        if self.settings.database_url.startswith("sqlite"):
            # One process owns a SQLite file: what leases a dead one left are nobody's.
            self.store.release_leases(self.clock.now())
            if self.slack is not None:
                self.slack.release()
        if self.replicas.link is not None:
            self.replicas.link.start()
        self.publishing.published.start()
        if self.digest is not None:
            self.digest.start()
        if self.retention is not None:
            self.retention.start()
        try:
            self.learning.start()
        except AssistantUnavailable as error:
            logger.critical("no model answers, people do, until one can be loaded: %r", error)

    def stop(self) -> None:
        """Ends the assistant's thread and the pool."""
        if self.replicas.link is not None:
            self.replicas.link.stop()
        self.learning.stop()
        self.figures.stop()
        self.watch.readiness.stop()
        self.threads.shutdown(wait=False, cancel_futures=True)


def build(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    marketplace: OrderBook | None = None,
    store: SqlConversationStore | None = None,
    assistant: LoadableAssistant | None = None,
) -> Application:
    """Assembles the application from settings; tests put parts of their own in."""
    settings = settings or read_settings()
    clock = clock or SystemClock()
    engine = create_engine(settings.database_url, settings.database_connections)
    store = store or SqlConversationStore(engine, settings.turn_seconds + 10)
    tickets, left_behind = TicketStore(engine), CaseFileStore(engine)
    together = replicas(settings, engine, clock)
    hub, watched = together.hub, watch(settings, engine, clock)
    own = marketplace or _marketplace(settings, engine, clock)
    shown, marketplace = watched_marketplace(own, watched.meters)
    live = LiveContent(load_content(settings.data_dir, settings.article_url))
    scopes, reached = TurnScopes(), fault_point(settings.fault_point)
    cases = _use_cases(settings, engine, scopes, marketplace, store, reached)
    learned = learning(settings, engine, clock, marketplace, cases, assistant)
    threads = ThreadPoolExecutor(STORE_THREADS, thread_name_prefix="store")
    talks = conversations(
        settings, store, learned, live, scopes, clock, cases, watched, threads, hub.publish, reached
    )
    staff = accounts(settings, engine, clock, hub.publish)
    desk, inbox, due = _desk(settings, engine, staff, store, live, clock, together)
    jobs = Jobs(store, marketplace, cases.extensions, live, clock,
                owner=watched.pulse.owner, told=hub.publish, handlers=due.handlers,
                meters=watched.meters)  # fmt: skip
    built = Application(
        settings, clock, live, store, shown, _tokens(settings, clock), cases,
        learned.served, talks, jobs, threads, watched, site_gate(settings),
        site=store, hub=hub, limits=together.limits, replicas=together,
        feedback=Feedback(store, store, live, clock), learning=learned,
        accounts=staff, events=EventLog(engine), desk=desk, inbox=inbox,
        triage=Triage(learned.served, live, clock, threads, marketplace, tickets, hub.publish),
        triage_keys=ApiKeys(settings.triage_keys),
        canned_replies=CannedReplies(load_replies(settings.data_dir)),
        publishing=_publishing(settings, engine, live, clock),
        case_files=CaseFiles(left_behind, marketplace, live, clock, _window(settings)),
        figures=Figures(SqlFigureStore(engine), clock),
        suggestions=Suggestions(left_behind, live, learned.served),
        demo_sellers=SELLERS if settings.demo else {},
    )  # fmt: skip
    return also_watched(with_slack(with_privacy(built, engine), engine, reached))


def _use_cases(
    settings: Settings,
    engine: Any,
    scopes: TurnScopes,
    marketplace: OrderBook,
    store: ConversationStore,
    reached: Callable[[str], None],
) -> UseCases:
    """Returns what actions call."""
    queue, words = SqlDeskStore(engine), WaitingWords(_hours(settings))
    likeness, window = sentence_likeness(), _window(settings)
    return use_cases(scopes, marketplace, store, likeness, queue, words, window, reached)


def _window(settings: Settings) -> timedelta:
    """Returns over how long the completion rate is counted."""
    return timedelta(days=settings.rate_window_days)


def _desk(
    settings: Settings,
    engine: Any,
    directory: Accounts,
    store: ConversationStore,
    live: LiveContent,
    clock: Clock,
    together: Replicas,
) -> tuple[Desk, Inbox, DeskJobs]:
    """Returns what staff work with, and what becomes due there."""
    kept, presence, told = SqlDeskStore(engine), together.presence, together.hub.publish
    limit = timedelta(minutes=settings.claim_minutes)
    words = WaitingWords(_hours(settings))
    desk = Desk(kept, directory, live, clock, presence, claim_limit=limit, told=told)
    due = DeskJobs(kept, kept, store, live, clock, words, claim_limit=limit, told=told)
    return desk, Inbox(kept, clock, presence), due


def _hours(settings: Settings) -> OpeningHours:
    """Returns the team's hours; raises SettingsError when they cannot be read."""
    try:
        return parse_opening_hours(settings.opening_hours, settings.closed_days)
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_OPENING_HOURS or _CLOSED_DAYS: {error}") from error


def _tokens(settings: Settings, clock: Clock) -> JwtTokens:
    public_keys = read_public_keys(settings.jwt_public_keys)
    return JwtTokens(parse_keys(settings.jwt_keys), settings.jwt_audience, clock, public_keys)


def accounts(
    settings: Settings, engine: Any, clock: Clock, told: Callable[[str], None] = lambda topic: None
) -> Accounts:
    """Returns the staff's accounts; ``told`` hears when sessions may have ended."""
    return Accounts(
        SqlAccountStore(engine),
        Argon2Passwords(),
        clock,
        idle=timedelta(minutes=settings.console_idle_minutes),
        longest=timedelta(hours=settings.console_session_hours),
        demo=settings.demo,
        told=told,
    )


def _publishing(settings: Settings, engine: Any, live: LiveContent, clock: Clock) -> Publishing:
    store = SqlAnswerStore(engine)
    published = PublishedContent(live, store, clock)
    return Publishing(store, published, clock, self_approval=settings.self_approval)


def _marketplace(settings: Settings, engine: Any, clock: Clock) -> OrderBook:
    if settings.marketplace_url:
        return HttpMarketplace(settings.marketplace_url, settings.marketplace_key)
    return SqlMarketplace(engine, clock)


@functools.lru_cache(maxsize=1)
def demo_use_cases() -> UseCases:
    """Returns use cases for Rasa's own action server: demo mode, one demo seller."""
    from bot.services.demo_scopes import DemoScopes

    settings = read_settings({**os.environ, "ASSISTANT_DEMO": "1"})
    clock = SystemClock()
    engine = create_engine(settings.database_url)
    store = SqlConversationStore(engine)
    live = LiveContent(load_content(settings.data_dir, settings.article_url))
    published = PublishedContent(live, SqlAnswerStore(engine), clock)
    published.start()
    scopes = DemoScopes(store, clock, settings.demo_seller, live, published.refresh)
    marketplace = _marketplace(settings, engine, clock)
    return _use_cases(settings, engine, scopes, marketplace, store, lambda point: None)


def sentence_likeness() -> Likeness:
    """Returns how alike sentences are, by the encoder that the model uses too."""
    from bot.adapters.sentence_likeness import SentenceLikeness
    from bot.nlu.intent_model import encode

    return SentenceLikeness(encode)
