"""What an ASGI server (daphne, uvicorn) serves. The first request starts the work in the background."""

import os
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "memorybot_site.settings")

from chat.routing import application as router
from chat.services import background


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    background.start()
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await router(scope, receive, send)


async def _live(receive: ASGIReceiveCallable, send: Any) -> None:
    """Answer a server that tells of its start and its end (uvicorn does, daphne does not)."""
    while True:
        event = await receive()
        if event["type"] == "lifespan.shutdown":
            await background.shut_down()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
