"""What is known of a source beside its words; and its recording, heard by who holds the sources."""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.recording.read import read_recording
from throughline.records.inquiry.actions import add_recording, describe_source, hear_recording
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.derived import derived_by
from throughline.records.inquiry.queries.recordings import bytes_of, recording_for, recording_of
from throughline.rules.access import check_may_add_source, check_may_erase_source, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import around, sites_of
from throughline.web.inquiry.sources.facts_forms import ARMS, PHASES, DescribeSourceForm, RecordingForm
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.uploads import held_in_memory

HEARD_IN_SESSION = "heard"
MOST_HEARD = 50  # openings that a session remembers
_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


@require_http_methods(["GET", "POST"])
def facts(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Say what is known of a source beside its words."""
    programme = require(request, P.ADD_SOURCES)
    row = source_for(request.actor, source_id)
    form = DescribeSourceForm.of(request.POST or None, row, sites_of(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                describe_source(source=row, facts=form.facts(row), by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The facts are kept."))
                return redirect("describe_source", source_id=row.id)
    return _page(request, row, form, RecordingForm(auto_id="sound_%s"), status)


def _page(
    request: PageRequest, row: Source, form: DescribeSourceForm, sound: RecordingForm, status: int
) -> HttpResponse:
    derived = derived_by(row.analysis)(row)
    context = around(request, row.programme, "sources", analysis=row.analysis) | {
        "source": row,
        "form": form,
        "sound": sound,
        "arm": ARMS[derived.arm] if derived.arm else None,
        "phase": PHASES[derived.phase] if derived.phase else None,
        "recording": recording_of(request.actor, row),
        "may_erase": may(check_may_erase_source, request.actor, row.programme_id),
        "most_megabytes": settings.THROUGHLINE_UPLOAD_LIMIT >> 20,
    }
    return render(request, "inquiry/sources/facts.html", context, status=status)


@held_in_memory
@require_POST
def recording_added(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Keep a source's recording under the source's key."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = source_for(request.actor, source_id)
    sound = RecordingForm(request.POST, request.FILES, auto_id="sound_%s")
    status = 422
    if sound.is_valid():
        file = sound.cleaned_data["file"]
        try:
            draft = read_recording(file.read(), file.name, max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
            add_recording(source=row, draft=draft, by=request.actor, at=now())
        except ThroughlineError as error:
            status = error.status
            show_refusal(sound, error)
        else:
            messages.success(request, _("The recording is kept, encrypted under the source's own key."))
            return redirect("read_source", source_id=row.id)
    return _page(request, row, DescribeSourceForm.of(None, row, sites_of(request, programme)), sound, status)


@require_GET
def recording(request: PageRequest, source_id: UUID) -> HttpResponseBase:
    """The sound, whole or in part (Range). `?opened=` names the opening of a page: its first request is audited."""
    require(request, P.ADD_SOURCES)
    held = recording_for(request.actor, source_for(request.actor, source_id))
    opened = request.GET.get("opened", "")[:40]
    heard: list[str] = request.session.get(HEARD_IN_SESSION, [])
    mark = f"{held.id}:{opened}"
    if not opened or mark not in heard:
        hear_recording(recording=held, by=request.actor, at=now())
        request.session[HEARD_IN_SESSION] = [*heard, mark][-MOST_HEARD:]
    length = held.length_bytes
    asked = _range(request.headers.get("Range", ""), length)
    if asked == ():
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
    first, last = asked or (0, length - 1)
    answer = StreamingHttpResponse(bytes_of(held, first, last), content_type=held.media_type)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Length"] = str(last - first + 1)
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    if asked:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{length}"
    return answer


def _range(header: str, length: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte (RFC 9110, 14.2); () where it lies outside; None: the whole, also for what is no one range."""
    match = _RANGE.match(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    begin, end = match.groups()
    if not begin:
        tail = min(int(end), length)
        return (length - tail, length - 1) if tail else ()
    first, last = int(begin), min(int(end), length - 1) if end else length - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < length else ()
