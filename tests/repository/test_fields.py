"""Every field of every model: how much it tells, which nothing it may hold, and that it points up the list of apps."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import models

from tests.each import of_each
from throughline.records.foundation import privacy_of
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.privacy import Privacy

# Lowest first: foreign keys point to the own app or one before it.
ORDER = (
    "audit", "accounts", "programme", "clients", "supplies", "engagement", "returns", "referral", "workforce", "study", "surveys", "inquiry",
)  # fmt: skip
MODELS = {model._meta.label: model for label in ORDER for model in apps.get_app_config(label).get_models()}


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What the model stores itself, many-to-many included."""
    return [*model._meta.local_fields, *model._meta.local_many_to_many]


def constraint_text(model: type[models.Model]) -> str:
    return " ".join(str(constraint.deconstruct()) for constraint in model._meta.constraints)


def test_order_is_the_installed_apps_and_the_architectures() -> None:
    installed = [c.label for c in apps.get_app_configs() if c.name.startswith("throughline.records.")]
    assert set(installed) == set(ORDER)
    assert installed.index("audit") == 0


def test_models_are_found() -> None:
    assert len(MODELS) > 45 and "inquiry.ThemeRevision" in MODELS


@of_each("model", MODELS)
def test_every_field_says_how_much_it_tells(model: type[models.Model]) -> None:
    labels = privacy_of(model)
    names = {field.name for field in fields_of(model)}
    assert names - set(labels) == set(), "without a privacy label"
    assert set(labels) - names == set(), "a label of a field that is not there"
    assert all(isinstance(label, Privacy) for label in labels.values())


@of_each("model", MODELS)
def test_labels_fit_what_fields_hold(model: type[models.Model]) -> None:
    labels = privacy_of(model)
    for field in fields_of(model):
        label = labels[field.name]
        if re.search(
            r"_by$|^(recipient|pseudonym|police_pseudonym|analyst|account_id|actor_id)$", field.name
        ) and (field.name != "success_by" and field.name not in {"raised_by", "given_by"}):
            assert label is Privacy.DIRECT, f"{field.name} stands for a person"
        if isinstance(field, models.TextField) and field.name != "question":
            assert label is Privacy.FREE_TEXT, f"{field.name} may hold anything"


@of_each("model", MODELS)
def test_every_nothing_has_its_value_and_its_constraint(model: type[models.Model]) -> None:
    names = {field.name for field in fields_of(model)}
    text = constraint_text(model)
    for twin in (name for name in names if name.endswith("_nothing")):
        value = twin.removesuffix("_nothing")
        assert value in names, f"{twin} without {value}"
        assert model._meta.get_field(value).null and model._meta.get_field(twin).null
        assert f"{value}_or_nothing" in text, f"{value}: no constraint that exactly one of the two stands"
        for kind in Nothing:
            assert f"'{kind.value}'" in text
        # NULL IN (...) is NULL, which a check constraint lets pass.
        assert f"('{twin}__isnull', False)" in text


@of_each("model", MODELS)
def test_numbers_and_days_that_may_be_missing_say_which_nothing(model: type[models.Model]) -> None:
    """Except where missing has one meaning of its own: not ended, not withdrawn, no such device."""
    names = {field.name for field in fields_of(model)}
    own_meaning = {
        "to_on", "closed_on", "closed_at", "ended_at", "retired_at", "retired_version", "withdrawn_at", "used_at",
        "erased_at", "removed_at", "unmerged_at", "apart_at", "approved_at", "last_login", "device_sequence",
        "start_ms", "end_ms", "declined_at", "shared_at",
        "start", "end", "lost_in",  # of a memo on a source as a whole; of what still has its words
        "base_version", "version", "made_at", "clock_skew_seconds", "resolved_at",  # of what a phone sent, by its kind and state
        "closes_on", "completed_at", "excluded_at", "destroyed_at", "decided_at",  # of a wave, a response, a code, a pair: not yet
        "row_count", "smallest_group",  # of what left through the door for rows alone
    }  # fmt: skip
    kinds = (models.DateField, models.IntegerField, models.DecimalField, models.FloatField)
    for field in model._meta.local_fields:
        if field.null and isinstance(field, kinds) and field.name not in own_meaning:
            assert f"{field.name}_nothing" in names, (
                f"{field.name} may be blank: which kind of nothing is it then?"
            )


@of_each("model", MODELS)
def test_who_and_when_come_together(model: type[models.Model]) -> None:
    """`x_at` beside `x_by` where both may be missing: a constraint says both or neither."""
    names = {field.name for field in model._meta.local_fields}
    text = constraint_text(model)
    for field in model._meta.local_fields:
        by = field.name.removesuffix("_at") + "_by"
        if field.name.endswith("_at") and by in names and field.null:
            for name in (field.name, by):
                assert f"('{name}__isnull', True)" in text and f"('{name}__isnull', False)" in text, name


@of_each("model", MODELS)
def test_foreign_keys_point_down_the_list(model: type[models.Model]) -> None:
    own = ORDER.index(model._meta.app_label)
    for field in fields_of(model):
        target = field.related_model
        if target is None:
            continue
        assert not isinstance(target, str), f"{field.name} points at {target}, which is not there"
        assert ORDER.index(target._meta.app_label) <= own, f"{field.name} points up, at {target._meta.label}"
        assert target._meta.app_label != "audit", "the audit is named by ids only"


def test_audit_has_no_foreign_keys() -> None:
    for model in apps.get_app_config("audit").get_models():
        assert not [field for field in fields_of(model) if field.related_model]


@of_each("model", MODELS)
def test_every_record_is_of_one_programme(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.local_fields}
    above = {
        "accounts.Account",
        "accounts.Device",
        "accounts.SignInCode",
        "programme.Programme",
        "programme.Epoch",
    }
    if model._meta.label not in above and "_" not in model.__name__ and not model._meta.auto_created:
        assert names & {"programme", "programme_id"}, "belongs to no programme"


@of_each("model", MODELS)
def test_every_constraint_is_named_after_its_app(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        assert constraint.name.startswith(f"{model._meta.app_label}_"), constraint.name
