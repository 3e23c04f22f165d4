"""The test project's addresses."""


urlpatterns: list[object] = []
