"""What every answer tells the browser: keep nothing of it, and allow the page only what it uses.

The rule is for all answers, errors and redirects included, so that no page can forget it. Only
static files, which are the same for everybody, say themselves how long they may be kept.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

PRIVATE = "private, no-store"
"""Neither a proxy nor the browser's own disk keeps a page of somebody who has signed out."""

USED = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
NOT_USED = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""Features as the W3C's Permissions Policy and the browsers' list of features name them."""

POLICY = ", ".join([f"{name}=()" for name in NOT_USED] + [f"{name}=(self)" for name in USED])


class AnswerHeaders(MiddlewareMixin):
    """Outermost, so that what the middleware below it answers has them too."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_kept = request.path.startswith(settings.STATIC_URL) and "Cache-Control" in response
        if not is_kept:
            response["Cache-Control"] = PRIVATE
        response["Permissions-Policy"] = POLICY
        # Nobody else's page embeds a picture or a file of ours.
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
