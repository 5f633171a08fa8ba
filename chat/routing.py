"""The ASGI application: pages over http, live turns over the websocket."""

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()

from chat.consumers import PageConsumer  # noqa: E402  (needs the apps that the line above has loaded)

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AuthMiddlewareStack(URLRouter([path("ws/chat/", PageConsumer.as_asgi())])),
    }
)
