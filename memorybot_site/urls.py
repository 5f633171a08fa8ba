from django.contrib import admin
from django.urls import include, path

from chat.views import accounts

handler400 = "chat.views.errors.bad_request"
handler429 = "chat.views.errors.too_many_requests"

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    # Before the admin's own, which knows nothing of rate limits.
    path("admin/login/", accounts.admin_login),
    path("admin/", admin.site.urls),
    path("", include("chat.urls")),
]
