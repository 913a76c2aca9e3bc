"""When a participant withdraws, what they said is nowhere any more, and what others said is all there still."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, a_participant, a_source, a_source_draft, a_theme, an_analysis, events
from throughline.exchange.key_export.dump import export_keys
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    CodebookVersion,
    Coding,
    FrameworkCell,
    FrameworkCellRevision,
    JournalEntry,
    Memo,
    Participant,
    Source,
    SourceVersion,
    Theme,
    ThemeQuote,
    Turn,
)
from throughline.records.inquiry.queries.still_named import Written, telling_of
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.records.keyring import source_keys
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.records.study.models import Release
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, NotFound, Unready
from throughline.vocabulary.study import ConsentScope, MemoKind, ReleaseDoor, SourceKind

pytestmark = pytest.mark.django_db

GROUP = """Moderator: What is it like to come in here?
P01: My kestrel brought me, that is the plain truth of it.
P02: For me it was the tea. P01 is right, though.
Moderator: And then?
P01: Kestrel again, every single morning at seven.
P02: I stayed for the talk."""
ALONE = "Moderator: Who came with you?\nP01: The kestrel and nobody else, ever."
SECRET = "kestrel"


class Group:
    """A focus group of two and an interview of one of them, coded, quoted and written about."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.analysis = analysis = an_analysis(cast)
        self.group = a_source(analysis, a_source_draft(GROUP, name="group", kind=SourceKind.FOCUS_GROUP))
        self.alone = a_source(analysis, a_source_draft(ALONE, name="alone"))
        quote = ConsentScope.QUOTE
        self.p01 = a_participant(analysis, "P01", quote, source=self.group)
        self.p02 = a_participant(analysis, "P02", quote, source=self.group)
        for source in (self.group, self.alone):
            actions.assign_speaker(source=source, speaker="Moderator", participant=None, by=SYSTEM, at=now)
        actions.assign_speaker(source=self.alone, speaker="P01", participant=self.p01, by=SYSTEM, at=now)
        self.code = a_code(analysis)
        self.theirs = self.coded("My kestrel brought me", now)
        self.others = self.coded("I stayed for the talk", now)
        self.both = self.coded("every single morning at seven.\nP02: I stayed", now)
        self.asked = self.coded("And then?\nP01: Kestrel", now)
        theme = a_theme(analysis)
        for words in ("that is the plain truth", "I stayed for"):
            start = GROUP.index(words)
            actions.choose_quote(
                theme=theme, source=self.group, start=start, end=start + len(words), by=SYSTEM, at=now
            )
        self.written(now)

    def coded(self, words: str, now: datetime) -> Coding:
        start = GROUP.index(words)
        return actions.apply_code(
            source=self.group, code=self.code, start=start, end=start + len(words), by=SYSTEM, at=now
        )

    def written(self, now: datetime) -> None:
        memo = {"analysis": self.analysis, "by": SYSTEM, "at": now}
        actions.write_memo(**memo, text="They mean the kestrel.", about=self.theirs)
        actions.write_memo(
            **memo, text='Note: "kestrel again, every single morning" - a rhythm.', about=self.group
        )
        actions.write_memo(**memo, text="Tea and talk.", about=self.others)
        Carried.objects.create(
            programme_id=self.analysis.programme_id, analysis=self.analysis, source=self.group, guid=self.theirs.id,
            kind="selection", row=self.theirs.id, rest={"name": "My kestrel brought me"},
        )  # fmt: skip
        another = a_theme(self.analysis, "Another")
        FrameworkCell.objects.create(
            programme_id=self.analysis.programme_id, analysis=self.analysis, participant=self.p01, theme=another,
            summary="A kestrel.", written_at=now, written_by="x",
        )  # fmt: skip
        beside = FrameworkCell.objects.create(
            programme_id=self.analysis.programme_id, analysis=self.analysis, participant=self.p02,
            theme=another, summary="The talk.", written_at=now, written_by="x",
        )  # fmt: skip
        FrameworkCellRevision.objects.create(
            programme_id=self.analysis.programme_id, cell=beside, version=1, passages=0, written_at=now, written_by="x",
            summary="Unlike who said: kestrel again, every single morning.", reason="Not only the kestrel again, every single morning.",
        )  # fmt: skip
        actions.correct_text(
            source=self.group, turn=6, text="I stayed for the talk, yes.", base_version=1, by=SYSTEM, at=now
        )
        Participant.objects.filter(id=self.p01.id).update(attributes={"pet": "kestrel"}, group="falconers")


@pytest.fixture
def group(cast: Cast, now: datetime) -> Group:
    return Group(cast, now)


def in_the_clear(analysis: Analysis) -> str:
    """All that the database holds of an analysis, sealed texts opened with the keys that there are."""
    held = []
    for model in apps.get_app_config("inquiry").get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if isinstance(field, models.BinaryField) and value:
                    source_id = getattr(row, "source_id", row.pk)
                    value = source_keys().open(source_id).decrypt(bytes(value)).decode(errors="replace")
                held.append(str(value))
    return "\n".join(held).casefold()


def text_of(source: Source) -> str:
    row = Source.objects.get(id=source.id)
    return source_keys().open(row.id).decrypt(bytes(row.text)).decode()


def withdrawn(group: Group, by: Actor, now: datetime) -> Any:
    return actions.withdraw_participant(participant=group.p01, by=by, at=now)


def test_withdraw_participant_takes_their_words_out_of_everything(
    cast: Cast, now: datetime, group: Group
) -> None:
    assert in_the_clear(group.analysis).count(SECRET) >= 8
    done = withdrawn(group, cast.rosa.actor, now)
    assert SECRET not in in_the_clear(group.analysis) and "falconers" not in in_the_clear(group.analysis)
    assert (done.sources_erased, done.sources_changed, done.codings_removed) == (1, 1, 2)
    group.p01.refresh_from_db()
    assert (group.p01.label, group.p01.withdrawn_at, group.p01.attributes) == ("P01", now, {})
    assert group.p01.consent is not None and group.p01.consent.withdrawn_at == now
    (event,) = events("participant_withdrawn")
    assert (event.target_id, event.count) == (str(group.p01.id), 2)


def test_what_was_written_of_who_withdrew_is_listed_for_who_may_see_it(
    cast: Cast, now: datetime, group: Group
) -> None:
    rosa, analysis = cast.rosa.actor, group.analysis
    note = actions.write_memo(
        analysis=analysis,
        title="After the talk",
        text="P01 told of a bird.",
        kind=MemoKind.NOTE,
        about=group.group,
        by=rosa,
        at=now,
    )
    for who in (rosa, cast.chen.actor):
        text = "It stays with me: kestrel again, every single morning at seven, she said."
        actions.write_journal(analysis=analysis, text=text, by=who, at=now)
    actions.write_journal(analysis=analysis, text="Of P02, nothing yet.", by=rosa, at=now)
    actions.record_decision(
        analysis=analysis, text="Birds are a theme, after P01.", decided_on=now.date(), by=rosa, at=now
    )
    withdrawn(group, rosa, now)
    journals = list(JournalEntry.objects.filter(text__startswith="It stays").values_list("text", flat=True))
    assert journals == ["It stays with me: [withdrawn], she said."] * 2
    found = telling_of(rosa, group.p01)
    assert [one.kind for one in found].count(Written.JOURNAL) == 1, "nobody else's before it is shared"
    told = {one.kind: one.row for one in found}
    assert told[Written.JOURNAL].analyst == rosa.id and Written.DECISION in told
    memos = {one.row.text for one in found if one.kind is Written.MEMO}
    assert memos == {note.text, 'Note: "[withdrawn]" - a rhythm.'}
    with pytest.raises(NotFound):
        telling_of(cast.dana.actor, group.p01)


def test_withdraw_participant_keeps_what_others_said_and_what_lies_on_it(
    cast: Cast, now: datetime, group: Group
) -> None:
    withdrawn(group, cast.grace.actor, now)
    text = text_of(group.group)
    assert text == (
        "Moderator: What is it like to come in here?\n[withdrew]: [withdrawn]\n"
        "P02: For me it was the tea. P01 is right, though.\nModerator: And then?\n[withdrew]: [withdrawn]\n"
        "P02: I stayed for the talk, yes."
    )
    turns = Turn.objects.filter(source=group.group).order_by("number")
    assert [text[turn.start : turn.end] for turn in turns][
        2
    ] == "For me it was the tea. P01 is right, though."
    assert {turn.speaker for turn in turns} == {"Moderator", "P02", "[withdrew]"}
    standing = {one.id: text[one.start : one.end] for one in Coding.objects.all().standing()}
    assert standing == {group.others.id: "I stayed for the talk", group.both.id: "[withdrawn]\nP02: I stayed"}
    assert [text[one.start : one.end] for one in ThemeQuote.objects.all()] == ["I stayed for"]
    assert sorted(Memo.objects.values_list("text", flat=True)) == [
        'Note: "[withdrawn]" - a rhythm.', "Tea and talk.",
    ]  # fmt: skip
    row = Source.objects.get(id=group.group.id)
    assert bytes(row.raw) == b"" and not SourceVersion.objects.exists() and row.version == 3
    assert queries.participants_for(cast.rosa.actor, group.analysis)[0].label == "P02"


def test_withdraw_participant_makes_even_a_copy_of_the_rows_unreadable(
    cast: Cast, now: datetime, group: Group
) -> None:
    """A backup holds the rows as they were; the keys that open them are nowhere any more."""
    copies = [(row.id, bytes(row.text), bytes(row.raw)) for row in Source.objects.all()]
    copies += [(row.source_id, bytes(row.text), bytes(row.turns)) for row in SourceVersion.objects.all()]
    withdrawn(group, cast.rosa.actor, now)
    for source_id, *sealed in copies:
        for one in sealed:
            with pytest.raises((InvalidToken, NotFound)):
                source_keys().open(source_id).decrypt(one)
    folder = Path(settings.THROUGHLINE_SOURCE_KEYS)
    assert not list(folder.glob("*.next")) and not (folder / f"{group.alone.id}.key").exists()


def test_withdraw_participant_numbers_the_removed_codings_for_who_works_there(
    cast: Cast, now: datetime, group: Group
) -> None:
    since = feed_for(cast.rosa.actor, group.group.id, 0).at
    withdrawn(group, cast.rosa.actor, now)
    stands = {one.id: one.stands for one in feed_for(cast.rosa.actor, group.group.id, since).placed}
    # of who stays the coding moved
    told = [stands[str(one.id)] for one in (group.theirs, group.asked, group.others)]
    assert told == [False, False, True]


def test_restore_coding_of_who_withdrew_is_refused(cast: Cast, now: datetime, group: Group) -> None:
    withdrawn(group, cast.rosa.actor, now)
    with pytest.raises(Unready, match="no longer there"):
        actions.restore_coding(coding=Coding.objects.get(id=group.theirs.id), by=cast.rosa.actor, at=now)
    assert not Coding.objects.filter(id=group.theirs.id).standing().exists()


def test_withdraw_participant_that_breaks_off_before_the_end_loses_nothing(
    cast: Cast, now: datetime, group: Group, tmp_path: Path
) -> None:
    """The keys' folder as a killed process leaves it: written anew, the old key not destroyed yet."""
    keys = source_keys()
    file = keys.folder / f"{group.group.id}.key"
    old = file.read_bytes()
    withdrawn(group, cast.rosa.actor, now)
    file.replace(file.with_suffix(".next"))
    file.write_bytes(old)
    assert keys.renewing() == {group.group.id}
    assert "I stayed for the talk" in text_of(group.group)
    with pytest.raises(Unready, match="broke off"):
        export_keys(path=tmp_path / "keys", passphrase="a long passphrase of words", by=SYSTEM, at=now)
    again = withdrawn(group, cast.rosa.actor, now)
    assert not keys.renewing() and again.codings_removed == 0
    assert "I stayed for the talk" in text_of(group.group)


def test_withdraw_participant_that_the_database_refuses_leaves_all_as_it_was(
    cast: Cast, now: datetime, group: Group
) -> None:
    Participant.objects.filter(id=group.p01.id).update(consent=None)
    Coding.objects.all().delete()
    with pytest.raises(IntegrityError, match="participant_withdrawn_by"):
        actions.withdraw_participant(
            participant=group.p01, by=Actor(SYSTEM.kind, None, (), SYSTEM.name), at=now
        )  # type: ignore[arg-type]  # what the database refuses
    assert not source_keys().renewing() and SECRET in text_of(group.group) + text_of(group.alone)


@pytest.mark.parametrize("name", ["alice", "bob", "priya", "omar", "chen", "ada", "dana", "stranger"])
def test_withdraw_participant_refuses_who_may_not_erase(
    cast: Cast, now: datetime, group: Group, name: str
) -> None:
    with pytest.raises(NotAllowed):
        withdrawn(group, cast.everybody()[name], now)
    assert SECRET in text_of(group.group)


def test_quote_of_who_withdrew_is_refused_whatever_their_consent_says(
    cast: Cast, now: datetime, group: Group
) -> None:
    Participant.objects.filter(id=group.p02.id).update(withdrawn_at=now, withdrawn_by="x")
    (theme,) = {quote.theme for quote in ThemeQuote.objects.all()}
    start = text_of(group.group).index("it was the tea")
    with pytest.raises(NotAllowed, match="withdrew"):
        actions.choose_quote(theme=theme, source=group.group, start=start, end=start + 14, by=SYSTEM, at=now)


def test_withdraw_participant_calls_otherwise_what_was_called_by_their_words(
    cast: Cast, now: datetime, group: Group
) -> None:
    """In vivo, whatever its length; by five words in a row, wherever; not by two words, nor by an analyst's own."""
    names = ("brought me that", "my kestrel", "a bird of prey", "kestrel again every single morning too")
    codes = {name: a_code(group.analysis, name.replace(" ", "-")) for name in names}
    for name in names[:3]:
        start = GROUP.index("My kestrel brought me")
        actions.apply_code(
            source=group.group, code=codes[name], start=start, end=start + 28, by=SYSTEM, at=now
        )
    actions.keep_codebook(codebook=group.code.codebook, name="Kept", by=SYSTEM, at=now)
    themes = [
        a_theme(group.analysis, name)
        for name in ("The plain truth", "Plain truth", "the plain truth of it all")
    ]
    start = GROUP.index("that is the plain truth of it")
    for theme in themes[:2]:
        actions.choose_quote(theme=theme, source=group.group, start=start, end=start + 29, by=SYSTEM, at=now)
    record_release(
        programme=cast.programme, by=SYSTEM, at=now,
        draft=ReleaseDraft(ReleaseDoor.WORDS, "quotes: The plain truth", "A reader", "three_share", "1" * 64),
    )  # fmt: skip
    Source.objects.filter(id=group.group.id).update(name="P01 and P02, P010.docx")
    withdrawn(group, cast.grace.actor, now)
    called = {name: Code.objects.get(id=code.id) for name, code in codes.items()}
    assert called["brought me that"].name.startswith("[withdrawn] ")
    assert called["brought me that"].slug.startswith("withdrawn-")
    assert called["kestrel again every single morning too"].name == "[withdrawn] too"
    assert (called["my kestrel"].name, called["a bird of prey"].name) == ("my kestrel", "a bird of prey")
    (version,) = CodebookVersion.objects.all()
    assert "brought" not in str(version.codes) and "every single" not in str(version.codes)
    assert called["brought me that"].slug in {one["slug"] for one in version.codes}
    told = [Theme.objects.get(id=theme.id).name for theme in themes]
    assert told[0].startswith("[withdrawn] ") and told[1] == "Plain truth"
    assert told[2].startswith("[withdrawn] all ")  # a name stands once: with an ending of its own
    assert Release.objects.get().what == f"quotes: {told[0]}"
    assert Source.objects.get(id=group.group.id).name == "[withdrew] and P02, P010.docx"
    assert len(events("ledger_reworded")) == 1
