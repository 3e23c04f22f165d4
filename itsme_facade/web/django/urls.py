"""The addresses: `path("itsme/", include("itsme_facade.web.django.urls"))`.

Named `itsme:start` and so on; ITSME["REDIRECT_URL"] is `itsme:back` as browsers reach it.
"""

from django.urls import path

from itsme_facade.web.django import views

app_name = "itsme"

urlpatterns = [
    path("start", views.start, name="start"),
    path("back", views.back, name="back"),
    path("wait", views.wait, name="wait"),
    path("code", views.code, name="code"),
    path("finish", views.finish, name="finish"),
    path("session", views.session, name="session"),
    path("logout", views.logout, name="logout"),
    path("itsme.css", views.style, name="style"),
]
