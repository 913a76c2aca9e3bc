"""What every import through pages does alike: a file is read, tried and imported by the worker, and can be let go at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.held import GONE
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Programme
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.web.imports.forms import TableForm
from throughline.web.imports.state import About, OnItsWay, look_of
from throughline.web.request import PageRequest
from throughline.web.words import Words
from throughline.work.jobs import Job, ask_for, job_of, jobs_of
from throughline.work.sealed import told_by

B = TypeVar("B", bound=OnItsWay)
STAGES: Words = {
    "": gettext_lazy("Opening the file"),
    "reading": gettext_lazy("Reading the file"),
    "trying": gettext_lazy("Checking every row; nothing is kept yet"),
    "importing": gettext_lazy("Importing"),
}
LOOK, TRY, KEEP = "look", "try", "keep"
# What a work that is asked for makes of those before it.
CHANGES = {LOOK: ("look", {"tried": "", "kept": ""}), TRY: ("tried", {"kept": ""}), KEEP: ("kept", {})}
UNTRIED = Sentence("All rows have to be checked before they are imported. Do that first.")
TRIED_SINCE = Sentence(
    "The columns were said anew since this page was shown. Look at what would be imported now."
)


@dataclass(frozen=True)
class Wizard(Generic[B]):
    """One kind of import. `name` begins the names of its steps' addresses and of its works; `start` is where files are sent.

    `may` gives the programme to whoever may import, and refuses everybody else; `beside` is what its pages show beside the file,
    and refuses who may not see that. `after_reading` names the step that comes when a file was read.
    """

    name: str
    start: str
    title: Promise
    kind: type[B]
    templates: str
    steps: tuple[tuple[str, Promise], ...]
    works: dict[str, Any]
    may: Callable[[PageRequest], Programme]
    after_reading: Callable[[B], str]
    beside: Callable[[PageRequest, B], dict[str, Any]] = field(default=lambda _request, _begun: {})

    def own(self, request: PageRequest, begun_id: UUID) -> tuple[Programme, B, dict[str, Any]]:
        """The programme, one's own file, and what is shown beside it. Raises NotFound and NotAllowed."""
        programme = self.may(request)
        begun = self.kind.state_of(begun_id, request.actor, programme)
        return programme, begun, self.beside(request, begun)

    def around(self, begun: B, step: str) -> dict[str, Any]:
        """What every step's page shows of the file and its way."""
        return {
            "begun": begun, "import_title": self.title, "imports_url": reverse(self.start),
            "drop_url": self.to(f"drop_{self.name}", begun), "table_url": self.to(f"{self.name}_table", begun),
            "steps": [
                {"url": self.to(f"{self.name}_{name}", begun), "label": label, "current": name == step}
                for name, label in self.steps
            ],
        }  # fmt: skip

    def to(self, address: str, begun: B) -> str:
        return reverse(address, args=[begun.id])

    def go(self, step: str, begun: B) -> HttpResponse:
        return redirect(f"{self.name}_{step}", begun_id=begun.id)

    def ask(self, programme: Programme, begun: B, what: str) -> HttpResponse:
        """Ask for work, and go where its progress is shown."""
        # What the work is about is named by the place of what was said, which tells nobody anything.
        job = ask_for(programme, kind=f"{self.name}-{what}", freeze=begun.id.hex, asked_by=begun.owner).id
        name, forgotten = CHANGES[what]
        changed: dict[str, Any] = forgotten | {name: job}
        sent = replace(begun, **changed).keep()
        self.works[what].enqueue(
            job_id=job, begun_id=str(sent.id), programme_id=str(sent.programme), account_id=sent.owner
        )
        return self.go("begun" if what == LOOK else "check", sent)

    def on_their_way(self, request: PageRequest, programme: Programme) -> list[dict[str, Any]]:
        """One's own files that are not imported yet, the newest first, and where each goes on."""
        found: dict[str, B] = {}
        for job in jobs_of(programme, kind=f"{self.name}-{LOOK}"):
            if job.asked_by == request.actor.id and job.freeze not in found:
                try:
                    found[job.freeze] = self.kind.state_of(UUID(job.freeze), request.actor, programme)
                except NotFound:
                    continue
        return [
            {"filename": one.filename, "url": self.to(f"{self.name}_{'check' if one.kept or one.tried else 'begun'}", one)}
            for one in found.values()
            if not one.kept or is_under_way(programme, one.kept)
        ]  # fmt: skip

    def addresses(self) -> list[URLPattern]:
        """Those that are the same for all kinds, under the file's own."""
        own, name = "<uuid:begun_id>/", self.name
        return [
            path(own, require_GET(self.begun), name=f"{name}_begun"),
            path(f"{own}table/", require_http_methods(["GET", "POST"])(self.table), name=f"{name}_table"),
            path(f"{own}check/", require_GET(self.check), name=f"{name}_check"),
            path(f"{own}keep/", require_POST(self.keep), name=f"keep_{name}"),
            path(f"{own}rejects/", require_GET(self.rejects), name=f"{name}_rejects"),
            path(f"{own}drop/", require_POST(self.drop), name=f"drop_{name}"),
        ]

    def begun(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """How far the reading is; then the first step, or why the file cannot be read."""
        programme, sent, beside = self.own(request, begun_id)
        if sent.kept:
            return self.go("check", sent)
        step = self.after_reading(sent)
        answer = working(request, programme, sent.look, self.around(sent, step) | beside)
        return answer or self.go(step, sent)

    def busy(self, programme: Programme, begun: B) -> HttpResponse | None:
        """Where to go instead, where what is said now would come too late: the file is being read, or imported."""
        if begun.kept and is_under_way(programme, begun.kept):
            return self.go("check", begun)
        return self.go("begun", begun) if is_under_way(programme, begun.look) else None

    def table(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """How the file was read, and what of it was chosen; changing it reads the file again."""
        programme, sent, beside = self.own(request, begun_id)
        if elsewhere := self.busy(programme, sent):
            return elsewhere
        about, profile, refused = None, None, None
        try:
            about, profile = looked(sent)
        except Unready as why:
            refused = why.sentence
        form = TableForm(request.POST or None, about=about, initial=_initial(about, sent))
        if request.method == "POST" and form.is_valid():
            changed = sent.with_file_said(_file(about, form.cleaned_data, sent.file_said))
            if about is None or _reads_otherwise(about, form.cleaned_data, sent.file_said):
                return self.ask(programme, changed, LOOK)
            replace(changed, tried="").keep()
            return self.go("columns", sent)
        context = self.around(sent, "table") | beside | {
            "form": form, "about": about, "profile": profile, "refused": refused,
            "header_again": profile.faults.get("header_again", 0) if profile else 0,
        }  # fmt: skip
        return render(request, "imports/table.html", context, status=422 if request.method == "POST" else 200)

    def check(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """How far the trial or the import is, then what it told."""
        programme, sent, beside = self.own(request, begun_id)
        newest = sent.kept or sent.tried
        if not newest:
            return self.go("rows", sent)
        context = self.around(sent, "check") | beside
        answer = working(request, programme, newest, context)
        if answer is not None:
            return answer
        told = _told(newest)
        trial = _told(sent.tried) if sent.kept else told
        context |= {
            "told": told, "is_import": bool(sent.kept), "is_done": bool(sent.kept) and "refused" not in told,
            "reasons": trial.get("reasons", []), "rejects_url": self.to(f"{self.name}_rejects", sent),
            "keep_url": self.to(f"keep_{self.name}", sent), "columns_url": self.to(f"{self.name}_columns", sent),
            "mapping_name": sent.mapping_name, "tried": sent.tried,
        }  # fmt: skip
        return render(request, f"{self.templates}/check.html", context)

    def keep(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """Import the rows that can be used, in the background. Sent twice, it is done once."""
        programme, sent, _beside = self.own(request, begun_id)
        if sent.kept and (is_under_way(programme, sent.kept) or "refused" not in _told(sent.kept)):
            return self.go("check", sent)
        if not sent.tried or is_under_way(programme, sent.tried) or "refused" in _told(sent.tried):
            raise Unready(UNTRIED)
        if request.POST.get("tried", sent.tried) != sent.tried:
            messages.error(request, str(TRIED_SINCE))
            return self.go("check", sent)
        return self.ask(programme, sent, KEEP)

    def rejects(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """Which rows cannot be used, where and why. Like the command line's, it never holds what stands in a cell."""
        _programme, sent, _beside = self.own(request, begun_id)
        told = _told(sent.tried) if sent.tried else {}
        if "rejects" not in told:
            raise NotFound(GONE)
        name = slugify(sent.mapping_name) or self.name
        headers = {
            "Content-Disposition": f'attachment; filename="{name}-rejects.csv"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(told["rejects"], content_type="text/csv; charset=utf-8", headers=headers)

    def drop(self, request: PageRequest, begun_id: UUID) -> HttpResponse:
        """Let the file go, and all that was read and said of it."""
        programme, sent, _beside = self.own(request, begun_id)
        if sent.kept and is_under_way(programme, sent.kept):
            raise Unready(Sentence("This file is being imported. Wait until that is done."))
        sent.let_go()
        if sent.kept and "refused" not in _told(sent.kept):
            messages.success(
                request, _("What was still held of the file was let go. What was imported stays.")
            )
        else:
            messages.success(request, _("The file was let go. Nothing of it was kept."))
        return redirect(self.start)


def looked(begun: OnItsWay) -> tuple[About, TableProfile]:
    """How the file was read. Unready while it is being read; NotFound where it could not be, or is gone."""
    try:
        found = look_of(begun)
    except NotFound:
        if begun.kept:
            raise
        raise Unready(Sentence("The file is still being read. Look again in a moment.")) from None
    if isinstance(found, Sentence):
        raise Unready(found)
    return found


def working(
    request: PageRequest, programme: Programme, job_id: str, context: dict[str, Any]
) -> HttpResponse | None:
    """The page of a work that is not over, or that stopped; None once it has told something."""
    job = job_of(programme, UUID(job_id))
    stage = STAGES.get(job.stage, job.stage)
    if getattr(request, "htmx", False):
        answer = render(request, "evaluation/progress.html", {"job": job, "stage": stage})
        if job.is_over:
            answer.headers["HX-Refresh"] = "true"
        return answer
    if job.state == "done":
        return None
    return render(request, "imports/working.html", context | {"job": job, "stage": stage})


def is_under_way(programme: Programme, job_id: str) -> bool:
    if not job_id:
        return False
    job: Job = job_of(programme, UUID(job_id))
    return not job.is_over


def _told(job: str) -> dict[str, Any]:
    try:
        return told_by(job)
    except NotFound:
        return {"refused": GONE}


def _initial(about: About | None, sent: OnItsWay) -> dict[str, Any]:
    file = sent.file_said
    said = {"delimiter": file.get("delimiter", ""), "encoding": file.get("encoding", "")}
    if about is None:
        return said
    merged = "fill" if about.is_filled else file.get("merged")
    return said | {"sheet": about.sheet, "header_line": about.header_line, "merged": merged}


def _file(about: About | None, given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What a mapping says of the file: only what could not be found out."""
    file = {name: given.get(name, "") for name in ("delimiter", "encoding")}
    if about is None:
        return {key: value for key, value in (before | file).items() if value}
    file |= {"sheet": given.get("sheet", ""), "merged": given.get("merged", before.get("merged", ""))}
    return {key: value for key, value in file.items() if value} | {"header_line": given["header_line"]}


def _reads_otherwise(about: About, given: dict[str, Any], before: dict[str, Any]) -> bool:
    return (
        given["header_line"] != about.header_line
        or given.get("sheet", about.sheet) != about.sheet
        or ("merged" in given and (given["merged"] == "fill") != about.is_filled)
        or any(given.get(name, "") != before.get(name, "") for name in ("delimiter", "encoding"))
    )
