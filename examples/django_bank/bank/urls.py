from django.contrib.auth.views import LoginView
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home),
    path("card", LoginView.as_view(template_name="bank/home.html"), name="card"),
    path("account", views.account),
    path("itsme/", include("itsme_facade.web.django.urls")),
]
