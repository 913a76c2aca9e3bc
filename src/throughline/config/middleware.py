"""What every request passes: headers, who acts, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from throughline.config.addressed import acting_where
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for, programmes_of
from throughline.rules.second_step import SECOND_STEP_MISSING
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, ThroughlineError
from throughline.web.access import second_step
from throughline.web.request import PROGRAMME_IN_SESSION

Handler = Callable[[HttpRequest], HttpResponse]

API = "/api/"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
EXAMPLE_ELSEWHERE = Sentence(
    "This account belongs to the example and may be used on http://localhost only. Ask an administrator for an"
    " account of your own."
)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
}


def policy_with(also: Mapping[str, str]) -> str:
    """The content policy, and what one page needs beyond it: directive -> sources."""
    rules = POLICY | {name: "'none'" for name in also if name not in POLICY}
    # 'none' stands alone or not at all
    said = {
        name: sources if name not in also else f"{sources} {also[name]}".removeprefix("'none' ")
        for name, sources in rules.items()
    }
    return "; ".join(f"{name} {sources}" for name, sources in said.items())


class SecurityHeaders:
    """A strict content policy on every answer; pages about people are never kept by a cache.

    Outermost of ours, so it also turns away what is too large before anybody reads it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._too_large(request) or self.get_response(request)
        # a page that needs more says so on its answer: see web/surveys/drawing.py and web/recorder/views.py, the only ones
        also = getattr(response, "also_allowed", {})
        response.headers.setdefault("Content-Security-Policy", policy_with(also))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        limit: int = settings.THROUGHLINE_UPLOAD_LIMIT
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= limit:
            return None
        error = Invalid(
            Sentence("This is too large: at most %(limit)s MB can be sent at once.", limit=limit >> 20)
        )
        return refuse(request, error, status=413)


class ActingAs:
    """Who acts, and in which of their programmes; nobody is let in who has not signed in.

    Sets `request.actor` (the account with its grants, or the stranger), `request.programme` (None where the
    account is a member of none) and `request.programmes` (all of the account's). Whose roles see what people told
    reaches nothing but their own account before a second step is set up (`request.is_step_due`). Pages act in one programme at a
    time: there the actor holds the grants of that one only. A request to the API acts in the programme of the row that its
    address names (config/addressed.py).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _stand(request, SimpleLazyObject(lambda: _standing(request)))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            is_open = not getattr(view, "login_required", True) or request.path.startswith(API)
            return None if is_open else redirect_to_login(request.get_full_path())
        if request.user.is_example and not is_local(request):
            return refuse(request, NotAllowed(EXAMPLE_ELSEWHERE))
        standing = _standing(request)
        if request.path.startswith(API):
            standing = standing._replace(actor=acting_where(standing.actor, request.path, kwargs))
        _stand(request, standing)
        if standing.is_step_due and not second_step.is_open_before(request):
            if request.path.startswith(API):
                return refuse(request, NotAllowed(SECOND_STEP_MISSING))
            return redirect("second_step")
        return None


class Standing(NamedTuple):
    """What a request acts as."""

    actor: Actor
    programme: Programme | None
    programmes: tuple[Programme, ...]
    is_step_due: bool = (
        False  # a second step is needed and not set up: nothing but the own account may be reached
    )


def _stand(request: HttpRequest, standing: Any) -> None:
    """Put the parts of a standing on the request; of one not yet known, each only when it is asked for."""
    # lazily at first: a page that no view answered (not found) shows its head all the same
    for name in Standing._fields:
        is_known = type(standing) is Standing
        setattr(request, name, getattr(standing, name) if is_known else _later(standing, name))


def _later(standing: Any, name: str) -> SimpleLazyObject[Any]:
    return SimpleLazyObject(lambda: getattr(standing, name))


def _standing(request: HttpRequest) -> Standing:
    if not request.user.is_authenticated:
        return Standing(Actor.stranger(), None, ())
    actor = actor_for(request.user)
    programmes = programmes_of(actor)
    chosen = request.session.get(PROGRAMME_IN_SESSION)
    current = next(
        (one for one in programmes if str(one.id) == chosen), programmes[0] if programmes else None
    )
    is_step_due = second_step.is_due(request.user, actor, programmes)
    if current is not None and not request.path.startswith(API):
        actor = replace(actor, grants=actor.grants_in(current.id))
    return Standing(actor, current, programmes, is_step_due)


def is_local(request: HttpRequest) -> bool:
    """Whether a request comes from this machine to this machine: the host it names and the peer it comes from.

    A proxy on this machine is such a peer, too: whatever it passed on says so in a header, and is from elsewhere.
    """
    if any(name.startswith(PASSED_ON) for name in request.META):
        return False
    host = split_domain_port(request.get_host())[0]
    peer = request.META.get("REMOTE_ADDR", "")
    return host in LOCAL_HOSTS and (peer in {"", "::1"} or peer.startswith(("127.", "::ffff:127.")))


class Refusals:
    """An error of ours becomes a page (or JSON for the API) with its sentence and its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refuse(request, error) if isinstance(error, ThroughlineError) else None


def refuse(request: HttpRequest, error: ThroughlineError, *, status: int | None = None) -> HttpResponse:
    """The page (or JSON) of a refusal, with its status."""
    status = status or error.status
    if request.path.startswith(API):
        return JsonResponse({"detail": str(error.sentence)}, status=status)
    context = {"sentence": error.sentence, "status": status}
    return render(request, "refusal.html", context, status=status)
