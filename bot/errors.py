"""Every error the project raises on purpose, in one tree.

    AssistantError
    ├── SettingsError            a setting is missing or unsafe; the process refuses to start
    ├── ContentError             YAML content (phrases, answers, responses) breaks a rule
    ├── AuthenticationError      no valid token: forged, wrong audience, wrong key
    │   ├── TokenExpired             a token that was good once: its holder can get a new one
    │   ├── SignInRefused            unknown name, wrong password, shut account: never told apart
    │   └── NotSignedIn              no session of the staff, or one that has ended
    ├── AccessDenied             a valid principal asks for something that is not theirs
    │   ├── RoleMissing              the staff's role is not enough; carries ``role``
    │   └── ForgedRequest            a write that another site may have made up
    ├── AccountError
    │   ├── AccountRefused           an account cannot be or become that; carries ``code``
    │   └── UnknownAccount           nobody on the staff has that id
    ├── BadInput                 a request that cannot be read (shape, type); carries ``code``
    │   ├── TooLarge                 more than an edge reads of anybody
    │   └── UnknownVariable          a text to be sent has unfilled {variables}; carries ``names``
    ├── TooManyRequests          a limit is reached; carries ``retry_after``
    ├── Overloaded               more is asked than can be done now; carries ``retry_after``
    ├── StorageError             the database did not answer or refused
    ├── ConversationMoved        the bot no longer holds the conversation at that epoch
    ├── AssistantUnavailable     no model, or the turn's deadline passed
    │   └── AssistantBusy            more is being read than is taken on; carries ``retry_after``
    ├── DeskError
    │   ├── AlreadyClaimed           somebody else holds the conversation; carries ``holder``
    │   ├── NotHolder                only who holds it may do that; carries ``holder``
    │   ├── CannotUndo               too late, or something happened since
    │   ├── NotPossible              not in the state it is in; carries ``code``
    │   └── UnknownConversation      there is no such conversation
    ├── PublishingError          an FAQ answer cannot be changed that way now
    │   ├── UnknownAnswer            no such answer, version or open draft
    │   ├── EditedMeanwhile          somebody saved the draft since; carries ``draft``
    │   ├── ServedMeanwhile          another version is served since
    │   ├── NotApproved              nobody approved it as it stands, or not over what is served
    │   ├── OwnText                  whoever wrote it does not approve it
    │   └── ChecksFailed             a check forbids it; carries ``problems``
    ├── ModelRefused             a model cannot become what was asked for; carries ``code``
    ├── ReviewRefused            a phrase cannot be reviewed, or not any more; carries ``code``
    ├── PrivacyRefused           an erasure was not confirmed
    ├── SlackError
    │   ├── SlackRefused             Slack said no and did nothing; carries ``code``
    │   ├── SlackRateLimited         too many calls; carries ``retry_after``
    │   └── SlackOutcomeUnknown      it may or may not have been done: to be looked up
    └── MarketplaceError
        ├── OrderNotFound            unknown number, or somebody else's: never told apart
        ├── ExtensionRefused         a rule forbids it; carries ``refusal``
        ├── MarketplaceUnavailable   nothing was done, and trying again later is safe
        └── OutcomeUnknown           it may or may not have been done: to be reconciled

A library's error is translated once, at the edge that called the library, with ``raise … from``.
"""

from __future__ import annotations

from collections.abc import Sequence


class AssistantError(Exception):
    """Is the root of every error raised on purpose."""


class SettingsError(AssistantError):
    """Says which setting is missing or unsafe, and what to do."""


class ContentError(AssistantError):
    """Lists every problem found in YAML content, each with file and line."""


class AuthenticationError(AssistantError):
    """Says that no valid token came with a request."""


class TokenExpired(AuthenticationError):
    """Says that a token was good once; with a new one its holder can go on."""


class SignInRefused(AuthenticationError):
    """Says that somebody may not sign in; never why."""


class NotSignedIn(AuthenticationError):
    """Says that no session of the staff came with a request, or one that has ended."""


class AccessDenied(AssistantError):
    """Says that a principal asked for something that is not theirs."""


class RoleMissing(AccessDenied):
    """Says that it takes another role of the staff, ``role``."""

    def __init__(self, role: str) -> None:
        super().__init__(f"it takes the role {role}")
        self.role = role


class ForgedRequest(AccessDenied):
    """Says that a write came from another site, or without its session's CSRF token."""


class AccountError(AssistantError):
    """Is the root of what can go wrong with the staff's accounts."""


class AccountRefused(AccountError):
    """Says that an account cannot be, or become, what was asked; ``code`` names the rule."""

    def __init__(self, problem: str, code: str) -> None:
        super().__init__(problem)
        self.code = code


class UnknownAccount(AccountError):
    """Says that nobody on the staff has that id."""


class BadInput(AssistantError):
    """Says that a request cannot be read; ``code`` names the problem for whoever sent it."""

    def __init__(self, problem: str, code: str = "unreadable") -> None:
        super().__init__(problem)
        self.code = code


class TooLarge(BadInput):
    """Says that a request is larger than anybody's may be."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "too_large")


class UnknownVariable(BadInput):
    """Says that a text to be sent still has places for values; ``names`` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"unfilled: {', '.join(names)}", "unknown_variable")
        self.names = tuple(names)


class TooManyRequests(AssistantError):
    """Says that a limit is reached; ``retry_after`` is in how many seconds to come back."""

    def __init__(self, limit: str, retry_after: int) -> None:
        super().__init__(f"limit {limit} is reached for {retry_after} s")
        self.retry_after = retry_after


class Overloaded(AssistantError):
    """Says that there is no room and nothing was kept; ``retry_after`` is in how many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"no room for {retry_after} s")
        self.retry_after = retry_after


class StorageError(AssistantError):
    """Says that the database did not answer or refused."""


class ConversationMoved(AssistantError):
    """Says that the bot no longer holds the conversation at the epoch the turn began with."""


class AssistantUnavailable(AssistantError):
    """Says that no model is loaded or that the turn's deadline passed."""


class AssistantBusy(AssistantUnavailable):
    """Says that no more texts are taken on now; ``retry_after`` is in how many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"no more texts are taken on for {retry_after} s")
        self.retry_after = retry_after


class DeskError(AssistantError):
    """Is the root of what staff cannot do with a conversation."""


class AlreadyClaimed(DeskError):
    """Says that somebody else holds the conversation.

    ``holder`` is a :class:`bot.support.desk.Holder`.
    """

    def __init__(self, holder: object) -> None:
        super().__init__(f"already claimed by {getattr(holder, 'id', holder)}")
        self.holder = holder


class NotHolder(DeskError):
    """Says that only who holds the conversation may do that.

    ``holder`` is the :class:`bot.support.desk.Holder` who does, None when nobody holds it.
    """

    def __init__(self, holder: object = None) -> None:
        super().__init__(f"held by {getattr(holder, 'id', None)}")
        self.holder = holder


class CannotUndo(DeskError):
    """Says that a change can no longer be taken back."""


class NotPossible(DeskError):
    """Says that a conversation's state does not allow it; ``code`` names the obstacle."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownConversation(DeskError):
    """Says that there is no such conversation."""


class PublishingError(AssistantError):
    """Is the root of what stands in the way of changing an FAQ answer."""


class UnknownAnswer(PublishingError):
    """Says that there is no such answer, version or open draft."""


class EditedMeanwhile(PublishingError):
    """Says that somebody saved or closed the draft since; nothing was written.

    ``draft`` is the :class:`bot.support.publishing.Draft` as it stands now, None when closed.
    """

    def __init__(self, draft: object) -> None:
        super().__init__("the draft was changed since it was read")
        self.draft = draft


class ServedMeanwhile(PublishingError):
    """Says that another version is served since the page was read; nothing was written."""


class NotApproved(PublishingError):
    """Says that nobody approved the draft as it stands, in place of what is served now."""


class OwnText(PublishingError):
    """Says that whoever wrote a draft does not approve it."""


class ChecksFailed(PublishingError):
    """Says that checks forbid it.

    ``problems`` are :class:`bot.support.answer_checks.Problem` objects.
    """

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class ModelRefused(AssistantError):
    """Says that a model cannot be promoted, shadowed or rolled back; ``code`` says why."""

    def __init__(self, problem: str, code: str) -> None:
        super().__init__(problem)
        self.code = code


class ReviewRefused(AssistantError):
    """Says that a decision about a phrase cannot be made or taken back; ``code`` says why."""

    def __init__(self, problem: str, code: str) -> None:
        super().__init__(problem)
        self.code = code


class PrivacyRefused(AssistantError):
    """Says that an erasure was not confirmed; nothing was done."""


class SlackError(AssistantError):
    """Is the root of what can go wrong at Slack."""


class SlackRefused(SlackError):
    """Says that Slack refused a call and did nothing; ``code`` is Slack's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackRateLimited(SlackError):
    """Says that Slack did nothing yet; ``retry_after`` is in how many seconds to call again."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Slack takes no more calls for {retry_after} s")
        self.retry_after = retry_after


class SlackOutcomeUnknown(SlackError):
    """Says that Slack may or may not have done it."""


class MarketplaceError(AssistantError):
    """Is the root of what can go wrong at the marketplace."""


class OrderNotFound(MarketplaceError):
    """Says that the seller has no such order; somebody else's answers exactly the same."""


class ExtensionRefused(MarketplaceError):
    """Says that a rule forbids the extension.

    ``refusal`` is a :class:`bot.marketplace.extensions.ExtensionRefusal`.
    """

    def __init__(self, refusal: object) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class MarketplaceUnavailable(MarketplaceError):
    """Says that the marketplace did nothing; trying again later is safe."""


class OutcomeUnknown(MarketplaceError):
    """Says that the marketplace may or may not have acted; the effect must be reconciled."""
