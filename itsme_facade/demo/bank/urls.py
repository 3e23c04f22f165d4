"""The bank's addresses."""

from django.urls import include, path

from itsme_facade.demo.bank import views

urlpatterns = [
    path("", views.home),
    path("demo.css", views.style),
    path("itsme/", include("itsme_facade.web.django.urls")),
]
handler404 = views.not_found
