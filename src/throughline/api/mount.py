"""The API as a whole: its routers, its one way to refuse, its document."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http.client import responses
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from throughline.api.agreements import router as agreements
from throughline.api.alike import router as alike
from throughline.api.arrivals import router as arrivals
from throughline.api.attitudes import router as attitudes
from throughline.api.clients import router as clients
from throughline.api.components import router as components
from throughline.api.consents import router as consents
from throughline.api.contacts import router as contacts
from throughline.api.describing import router as describing
from throughline.api.equipment import router as equipment
from throughline.api.evaluation import router as evaluation
from throughline.api.findings import router as findings
from throughline.api.freezing import router as freezing
from throughline.api.guarding import router as guarding
from throughline.api.import_mappings import router as import_mappings
from throughline.api.imports import router as imports
from throughline.api.incidents import router as incidents
from throughline.api.inquiry.routers import ROUTERS as INQUIRY
from throughline.api.months import router as months
from throughline.api.parsing import StrictParser, how_large
from throughline.api.people import router as people
from throughline.api.programmes import router as programmes
from throughline.api.provisions import router as provisions
from throughline.api.recorder import router as recorder
from throughline.api.recorder_forms import router as recorder_forms
from throughline.api.referrals import router as referrals
from throughline.api.returns import router as returns
from throughline.api.rows import router as rows
from throughline.api.session import Session
from throughline.api.setting_up import router as setting_up
from throughline.api.shapes import REFUSALS
from throughline.api.sharing import router as sharing
from throughline.api.stock import router as stock
from throughline.api.studies import router as studies
from throughline.api.surveys.routers import ROUTERS as SURVEYS
from throughline.api.trainings import router as trainings
from throughline.api.waiting import router as waiting
from throughline.vocabulary.errors import Invalid, ThroughlineError


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The document of the API is not for strangers either."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _problem(401, "Sign in first.")
        return view(request, *args, **kwargs)

    return look


def _problem(status: int, detail: str, fields: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"detail": detail} | ({"fields": fields} if fields else {}), status=status)


class Api(NinjaAPI):
    """Says of each operation how it may refuse.

    Told by each operation itself, a shape is made for every status of every one: half of the time that the API took to load.
    """

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        refusal = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        refused = {status: {"description": responses[status], **refusal} for status in REFUSALS}
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["responses"] |= refused
        return document


def make_api() -> NinjaAPI:
    # No page to try it out on: it would load scripts from elsewhere, which the content policy forbids.
    api = Api(
        title="Throughline", version="1", auth=Session(), parser=StrictParser(), docs_url=None,
        docs_decorator=signed_in,
        description="What the pages do, through the same actions. Sign in with the pages; send X-CSRFToken with"
        " whatever changes something. Errors are {detail, fields?}, with a sentence that the user can read.",
    )  # fmt: skip
    for router in (
        programmes,
        setting_up,
        provisions,
        agreements,
        components,
        people,
        trainings,
        attitudes,
        import_mappings,
        imports,
        studies,
        consents,
        rows,
        *SURVEYS,
        findings,
        freezing,
        contacts,
        recorder,
        recorder_forms,
        clients,
        describing,
        alike,
        arrivals,
        sharing,
        referrals,
        incidents,
        stock,
        equipment,
        returns,
        months,
        *INQUIRY,
        evaluation,
        waiting,
        guarding,
    ):
        api.add_router("", router)

    @api.exception_handler(ThroughlineError)
    def refused(request: HttpRequest, error: ThroughlineError) -> HttpResponse:
        fields = (
            {name: str(text) for name, text in error.fields.items()} if isinstance(error, Invalid) else None
        )
        return _problem(error.status, str(error.sentence), fields)

    @api.exception_handler(ValidationError)
    def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
        # Only where and what was expected: never what stood there.
        fields = {".".join(str(step) for step in one["loc"][1:]): str(one["msg"]) for one in error.errors}
        return _problem(422, "The request does not have the shape that is documented.", fields)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return _problem(401, "Sign in first.")

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        # The parser's own refusal comes wrapped in a general one.
        cause = error.__cause__ if isinstance(error.__cause__, HttpError) else error
        return _problem(cause.status_code, cause.message)

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return _problem(413, how_large(request))

    return api


api = make_api()
