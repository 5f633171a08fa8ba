from django.urls import URLPattern, URLResolver, path

from chat.views import exports

app_name = "chat"
urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<uuid:conversation_id>/export.<str:extension>", exports.conversation, name="export"),
]
