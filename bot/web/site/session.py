"""What a client needs to know before it opens: who it is, limits, and the assistant's words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bootstrap import Application
from bot.services.site_ports import Identity
from bot.support.conversations import MAX_MESSAGE_LENGTH
from bot.support.feedback import MAX_COMMENT
from bot.web.moments import moment

POLL_SECONDS = 3
_SUGGESTION = "site_suggestion_"


async def session(request: Request, identity: Identity) -> Response:
    """Answers with the seller, the limits, how the assistant introduces itself, and openings."""
    application: Application = request.app.state.application
    responses = application.content.responses
    suggestions = sorted(name for name in responses if name.startswith(_SUGGESTION))
    seller = {"id": identity.seller_id, "name": identity.name}
    return JSONResponse(
        {
            "seller": {key: value for key, value in seller.items() if value is not None},
            "expires_at": moment(identity.expires_at),
            "limits": {"message_length": MAX_MESSAGE_LENGTH, "comment_length": MAX_COMMENT},
            "assistant": {
                "name": responses["site_assistant_name"].text,
                "introduction": responses["site_introduction"].text,
                "human_hint": responses["site_human_hint"].text,
            },
            "suggestions": [responses[name].text for name in suggestions],
            "poll_seconds": POLL_SECONDS,
        }
    )
