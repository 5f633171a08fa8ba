"""Downloads of what is one's own."""

import uuid
from collections.abc import AsyncIterator, Iterator

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from chat import access
from chat.live import database
from chat.services import exports
from chat.services.exports import filenames
from chat.views.requests import AuthenticatedRequest


@require_safe
def conversation(request: AuthenticatedRequest, conversation_id: uuid.UUID, extension: str) -> StreamingHttpResponse:
    if extension not in exports.FORMATS:
        raise Http404
    found = access.conversation_for(request.user, conversation_id)
    return download(request, exports.conversation(found, user=request.user, extension=extension))


def download(request: HttpRequest, export: exports.Export) -> StreamingHttpResponse:
    """Answer with a file that is written while it is sent."""
    # Either server would read a stream of the other's kind whole before it sends a byte.
    chunks = _in_threads(export.chunks) if isinstance(request, ASGIRequest) else export.chunks
    return StreamingHttpResponse(
        chunks,
        content_type=export.content_type,
        headers={"Content-Disposition": filenames.disposition(export.filename), "Cache-Control": "no-store"},
    )


async def _in_threads(chunks: Iterator[str]) -> AsyncIterator[str]:
    while (chunk := await database.run(next, chunks, None)) is not None:
        yield chunk
