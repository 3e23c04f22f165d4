"""What Django's error reports (mails to ADMINS, the page for DEBUG) show of our requests: where, and no values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.debug import SafeExceptionReporterFilter

if TYPE_CHECKING:
    from types import FrameType

    from django.http import HttpRequest


class NoValues(SafeExceptionReporterFilter):
    """Shows no variable of any frame, and nothing of what was posted: all of it may be a secret or personal.

    Django's decorator for views does not do: a flow's steps are generators, whose frames have lost the view that they
    were called from by the time a report is written.
    """

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> Any:
        """Names only."""
        del request
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Names only."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)
