"""What an ASGI server (daphne, uvicorn) serves. The first request starts the work in the background."""

import os

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "memorybot_site.settings")

from chat.routing import application as router
from chat.services import background


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    background.start()
    await router(scope, receive, send)
