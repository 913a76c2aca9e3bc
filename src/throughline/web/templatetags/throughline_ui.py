"""The words and small parts that every page is made of: assets, icons, values, badges, fields."""

from __future__ import annotations

from enum import Enum
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, NumberInput, RadioSelect
from django.template import Context
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.web import assets as built
from throughline.web.badges import STATE_BADGES
from throughline.web.guarding.printing import prints
from throughline.web.icons import ICONS, MARK

register = template.Library()

NOTHING_WORDS: dict[Nothing, Any] = {
    Nothing.NOT_ASKED: _("not asked"),
    Nothing.DECLINED: _("declined"),
    Nothing.DONT_KNOW: _("don't know"),
    Nothing.NOT_APPLICABLE: _("not applicable"),
    Nothing.NOT_RECORDED: _("not recorded"),
}
THEMES = ("light", "dark")
STALE_AFTER_DAYS_NEVER = 10**9


@register.simple_tag
def island(name: str) -> SafeString:
    """Style sheets and script of one island; a hashed file each, never inline."""
    files = built.island_files(name)
    styles = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in files.styles))
    scripts = format_html_join(
        "\n", '<script type="module" src="{}"></script>', ((url,) for url in files.scripts)
    )
    return format_html("{}\n{}", styles, scripts)


@register.simple_tag
def asset_url(name: str) -> str:
    """URL of one built file of assets/."""
    return built.file_url(name)


@register.simple_tag
def assets_built() -> bool:
    """Whether there is a built front end to load."""
    return built.is_built()


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme that this browser chose, from its cookie: light, dark, or nothing (as the device says)."""
    request = context.get("request")
    chosen = request.COOKIES.get("throughline_theme", "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def is_printed(context: Context) -> bool:
    """Whether this page may go on paper (web/guarding/printing.py); what is kept on a phone for everybody may not."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    return request is not None and prints(match.url_name if match else None)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside words; hidden from those who listen."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def brand_mark() -> SafeString:
    """The line that makes one loop and goes on."""
    return format_html(
        '<svg class="brand-mark" viewBox="0 0 36 36" aria-hidden="true" focusable="false">'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/></svg>',
        MARK,
    )


def nothing_of(given: object) -> Nothing | str | None:
    """The kind of nothing (or SUPPRESSED) that a value is; None where it is a value."""
    if given is None or given == "":
        return Nothing.NOT_RECORDED
    plain = given.value if isinstance(given, Enum) else given
    if plain == SUPPRESSED:
        return SUPPRESSED
    try:
        return Nothing(plain) if isinstance(plain, str) else None
    except ValueError:
        return None


def nothing_html(kind: Nothing | str) -> SafeString:
    """A kind of nothing in its own look and in full words."""
    if isinstance(kind, Nothing):
        return format_html('<span class="nothing">{}</span>', NOTHING_WORDS[kind])
    return format_html('<span class="suppressed">{}</span>', gettext("suppressed"))


def nothing_text(kind: Nothing | str) -> str:
    """The words alone, for labels of figures."""
    return str(NOTHING_WORDS[kind]) if isinstance(kind, Nothing) else gettext("suppressed")


def number_text(number: float, places: int | None = None) -> str:
    """A number as the reader's language writes it; whole numbers are grouped, others have one decimal."""
    if places is None:
        places = 0 if float(number).is_integer() else 1
    return number_format(round(number, places), decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def value(given: object, places: int | None = None) -> SafeString | str:
    """Any value that may be nothing; the seven different things stay different."""
    kind = nothing_of(given)
    if kind is not None:
        return nothing_html(kind)
    if isinstance(given, bool):
        return gettext("yes") if given else gettext("no")
    if isinstance(given, (int, float)) or hasattr(given, "as_tuple"):
        return number_text(given, places)  # type: ignore[arg-type]  # Decimal formats as float does
    return str(given)


@register.filter
def percent(share: object, places: int = 0) -> SafeString | str:
    """A share from 0 to 1 as a percentage. One that is not 0 never reads as none, one that is not 1 never as all."""
    kind = nothing_of(share)
    if kind is not None:
        return nothing_html(kind)
    hundredths = float(share) * 100  # type: ignore[arg-type]  # a number: nothings were answered above
    least = 10**-places
    shown = round(hundredths, places)
    if shown == 0 < hundredths:
        return gettext("<%(number)s%%") % {"number": number_text(least, places)}
    if shown == 100 > hundredths:
        return gettext(">%(number)s%%") % {"number": number_text(100 - least, places)}
    return gettext("%(number)s%%") % {"number": number_text(hundredths, places)}


@register.filter
def points(difference: object, places: int = 1) -> SafeString | str:
    """A difference of shares, in percentage points and with its sign."""
    kind = nothing_of(difference)
    if kind is not None:
        return nothing_html(kind)
    number = float(difference) * 100  # type: ignore[arg-type]  # a number: nothings were answered above
    shown = number_text(abs(number), places)
    sign = "" if round(number, places) == 0 else ("+" if number > 0 else "\N{MINUS SIGN}")
    return gettext("%(number)s points") % {"number": f"{sign}{shown}"}


@register.filter
def sentence(given: object) -> str:
    """A vocabulary Sentence in the reader's language."""
    return str(given)


@register.simple_tag
def badge(state: object, tone: str = "") -> SafeString:
    """A state in a ring: its words from the state itself, or the text given with a tone."""
    code = state.value if isinstance(state, Enum) else str(state)
    label: object = state
    if not tone and code in STATE_BADGES:
        label, tone = STATE_BADGES[code]
    return format_html('<span class="badge badge-{}">{}</span>', tone or "plain", label)


@register.simple_tag
def age(days: object, stale: int = STALE_AFTER_DAYS_NEVER) -> SafeString:
    """How old something is; from `stale` days on it says so in words, not by colour alone."""
    kind = nothing_of(days)
    if kind is not None:
        return nothing_html(kind)
    count = int(days)  # type: ignore[call-overload]  # a number: nothings were answered above
    words = ngettext("%(count)s day", "%(count)s days", count) % {"count": number_text(count)}
    if count >= stale:
        return format_html('<span class="age is-stale">{}</span>', gettext("%(age)s, stale") % {"age": words})
    return format_html('<span class="age">{}</span>', words)


def _field_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "chips"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, NumberInput) and widget.attrs.get("data-stepper"):
        return "stepper"
    return "plain"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, kind: str = "", optional: bool = False) -> dict[str, object]:
    """A whole form field: label, hint, errors, control, wired for those who listen."""
    return {"field": bound, "kind": kind or _field_kind(bound), "optional": optional}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, object]:
    """What is wrong with a form, at its top, with links to where."""
    return {"form": form, "bad_fields": [bound for bound in form if bound.errors]}


@register.simple_tag
def htmx_config() -> SafeString:
    """htmx without eval, inline styles or a copy of pages in the browser's store."""
    return mark_safe(  # a constant
        '<meta name="htmx-config" content=\'{"includeIndicatorStyles":false,"allowEval":false,'
        '"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,'
        '"attributesToSettle":["class","width","height"],"scrollBehavior":"auto","responseHandling":['
        '{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"4(03|09|22)","swap":true},'
        '{"code":"[45]..","swap":false,"error":true}]}\'>'
    )


@register.filter
def unlocalized(number: object) -> str:
    """A number as machines write it, for attributes and addresses."""
    return str(number)
