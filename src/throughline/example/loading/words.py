"""What people said: transcripts, who speaks, the codebook, codings, memos, themes, quotes, the joint display."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

import yaml

from throughline.example.header import Header, split_header
from throughline.example.loading.world import World
from throughline.exchange.transcript.read import read_transcript
from throughline.records.inquiry import actions as inquiry
from throughline.records.inquiry.actions import CodeDraft, CodingDraft, SourceDraft, ThemeDraft, TurnDraft
from throughline.records.inquiry.models import Analysis, Code, Participant, Source, Theme
from throughline.records.study import actions as study_actions
from throughline.records.study.models import Study
from throughline.records.study.queries import outcomes_beside
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import (
    Approach,
    CodeOrigin,
    ConsentScope,
    Judgement,
    SourceKind,
    Step,
    ThemeStatus,
)

FOLDER = files("throughline.example").joinpath("transcripts")
# ten times as fast where it was built with libyaml, as its wheels are
READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Two who took part and did not want to be quoted.
NOT_QUOTED = frozenset({"P27", "P38"})
# The steps that each version of the interview guide asked about.
ASKED = {
    "v1": (Step.CONTACT, Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE),
    "v2": (
        Step.CONTACT, Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE, Step.ENTERED, Step.CAME_BACK,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source and its text in the clear, while passages are looked up in it."""

    source: Source
    text: str


def transcripts() -> dict[str, bytes]:
    """File name -> untouched bytes, by name."""
    found = (file for file in FOLDER.iterdir() if file.name.endswith((".md", ".txt")))
    return {file.name: file.read_bytes() for file in sorted(found, key=lambda file: file.name)}


def load_words(world: World, study: Study) -> None:
    analysis = inquiry.open_analysis(
        study=study, name="What people said about Lantern", approach=Approach.CODEBOOK_TEMPLATE,
        question="How do pipes and training change whether people come, tell and are answered?",
        orientation="experiential, critical realist", theory="telling as the management of what can be concealed",
        with_counts=True, with_saturation=True, by=world.people["lead"], at=world.at,
    )  # fmt: skip
    sources = _add_sources(world, study, analysis)
    codes = _add_codebook(world, analysis)
    _apply_codes(world, sources, codes)
    themes = _write_themes(world, analysis, sources, codes)
    _write_memos(world, analysis, sources, codes, themes)
    _become_familiar(world, analysis, sources)
    outcomes = outcomes_beside(study)
    for row in _yaml("joint.yaml")["joint_display"]:
        inquiry.write_joint_row(
            study=study, analysis=analysis, of=outcomes[row["outcome"]] if "outcome" in row else Step(row["step"]), theme=themes[row["theme"]] if row["theme"] else None,
            judgement=Judgement(row["judgement"]), reason=row["reason"].strip(), by=world.people["evaluator"],
            at=world.at,
        )  # fmt: skip


def _yaml(name: str) -> Any:
    return yaml.load(FOLDER.joinpath(name).read_text("utf-8"), Loader=READER)  # noqa: S506  (safe, either of them)


def _add_sources(world: World, study: Study, analysis: Analysis) -> dict[str, Loaded]:
    loaded: dict[str, Loaded] = {}
    given = transcripts()
    for number, (name, raw) in enumerate(given.items()):
        world.progress("transcripts", number, len(given))
        header, body = split_header(raw.decode("utf-8"), name)
        document = read_transcript(body.encode(), name)
        turns = tuple(
            TurnDraft(turn.start, turn.end, turn.speaker or "", turn.start_ms, turn.end_ms)
            for turn in document.turns
        )
        draft = SourceDraft(
            name=name.rsplit(".", 1)[0], kind=header.kind, text=document.text, raw=raw,
            file_hash=hashlib.sha256(raw).hexdigest(), file_format=document.format.value, turns=turns,
            site=world.site(header.site), collected_on=header.day, guide_version=header.guide,
            topics_asked=() if header.kind is SourceKind.OBSERVATION else ASKED[header.guide],
            language=header.language, is_deidentified=True,
        )  # fmt: skip
        source = inquiry.add_source(analysis=analysis, draft=draft, by=world.people["lead"], at=world.at)
        world.source_ids.append(source.id)
        _say_who_speaks(world, study, analysis, source, header, set(document.speakers))
        loaded[name] = Loaded(source, document.text)
    world.progress("transcripts", len(given), len(given))
    return loaded


def _say_who_speaks(
    world: World, study: Study, analysis: Analysis, source: Source, header: Header, labels: set[str]
) -> None:
    lead = world.people["lead"]
    for label in sorted(labels - {speaker.label for speaker in header.speakers}):
        inquiry.assign_speaker(source=source, speaker=label, participant=None, by=lead, at=world.at)
    for speaker in header.speakers:
        scopes = {ConsentScope.TAKE_PART, ConsentScope.RECORD, ConsentScope.ARCHIVE}
        if speaker.label not in NOT_QUOTED:
            scopes.add(ConsentScope.QUOTE)
        consent = study_actions.record_research_consent(
            study=study, sheet_version=header.guide, scopes=scopes, given_on=header.day, by=lead, at=world.at
        )
        participant: Participant = inquiry.add_participant(
            analysis=analysis, label=speaker.label, group=speaker.group, consent=consent,
            attributes={"phase": speaker.phase.value}, by=lead, at=world.at,
        )  # fmt: skip
        # An observation has participants and, often, no speech under their label.
        if speaker.label in labels:
            inquiry.assign_speaker(
                source=source, speaker=speaker.label, participant=participant, by=lead, at=world.at
            )


def _add_codebook(world: World, analysis: Analysis) -> dict[str, Code]:
    content, lead = _yaml("codebook.yaml"), world.people["lead"]
    book = inquiry.add_codebook(analysis=analysis, name=content["name"], by=lead, at=world.at)
    branches = [row["id"] for row in content["codes"] if row["parent"] is None]
    drafts = [
        CodeDraft(
            slug=row["id"], name=row["name"], origin=CodeOrigin(row["origin"]), parent=row["parent"],
            definition=row["definition"].strip(), include=row["include"].strip(), exclude=row["exclude"].strip(),
            example=row["example"].strip(), colour=branches.index(row["parent"] or row["id"]),
        )
        for row in content["codes"]
    ]  # fmt: skip
    return {code.slug: code for code in inquiry.add_codes(codebook=book, drafts=drafts, by=lead, at=world.at)}


def find_passage(text: str, quote: str, occurrence: int, filename: str) -> tuple[int, int]:
    """Where a quote stands, in code points. Invalid, naming the file and how the quote begins, where it does not."""
    start = -1
    for _ in range(occurrence):
        start = text.find(quote, start + 1)
        if start < 0:
            raise Invalid(
                Sentence("%(file)s does not hold the passage %(words)s ...", file=filename, words=quote[:40])
            )
    return start, start + len(quote)


def _apply_codes(world: World, sources: dict[str, Loaded], codes: dict[str, Code]) -> None:
    drafts: dict[tuple[str, str], list[CodingDraft]] = defaultdict(list)
    for name in sorted(file.name for file in FOLDER.iterdir() if file.name.startswith("codings-")):
        for row in _yaml(name)["codings"]:
            start, end = find_passage(sources[row["file"]].text, row["quote"], row["occurrence"], row["file"])
            drafts[row["analyst"], row["file"]].append(CodingDraft(codes[row["code"]], start, end))
    for (analyst, name), rows in drafts.items():
        inquiry.apply_codes(source=sources[name].source, drafts=rows, by=world.people[analyst], at=world.at)


def _write_themes(
    world: World, analysis: Analysis, sources: dict[str, Loaded], codes: dict[str, Code]
) -> dict[str, Theme]:
    themes: dict[str, Theme] = {}
    outcomes = outcomes_beside(analysis.study)
    lead = world.people["lead"]
    for row in _yaml("themes.yaml")["themes"]:
        draft = ThemeDraft(
            name=row["name"], central_concept=row["central_organising_concept"].strip(),
            boundaries=row["boundaries"].strip(), contrary=row["contrary_cases"].strip(),
            status=ThemeStatus(row["status"]), steps=tuple(Step(step) for step in row["bears_on"]),
            outcomes=tuple(outcomes[code] for code in row.get("bears_on_outcomes", ())),
            codes=tuple(codes[slug] for slug in row["codes"]),
        )  # fmt: skip
        theme = inquiry.write_theme(analysis=analysis, draft=draft, by=lead, at=world.at)
        for quote in row["quotes"]:
            text = sources[quote["file"]]
            start, end = find_passage(text.text, quote["quote"], quote.get("occurrence", 1), quote["file"])
            inquiry.choose_quote(
                theme=theme, source=text.source, start=start, end=end, is_contrary=quote.get("contrary", False),
                by=lead, at=world.at,
            )  # fmt: skip
        themes[row["id"]] = theme
    return themes


def _write_memos(
    world: World,
    analysis: Analysis,
    sources: dict[str, Loaded],
    codes: dict[str, Code],
    themes: dict[str, Theme],
) -> None:
    for row in _yaml("memos.yaml")["memos"]:
        about: dict[str, Any] = {
            "source": {name: one.source for name, one in sources.items()}, "code": codes, "theme": themes,
        }  # fmt: skip
        inquiry.write_memo(
            analysis=analysis, title=row["title"], text=row["text"].strip(),
            about=about[row["about"]["kind"]][row["about"]["id"]], by=world.people[row["author"]],
            at=_on(row["date"]),
        )  # fmt: skip


def _become_familiar(world: World, analysis: Analysis, sources: dict[str, Loaded]) -> None:
    """The lead has read all, each analyst every other source; where they stand; what one of them shared."""
    content = _yaml("familiar.yaml")
    for row in content["positions"]:
        inquiry.write_position(
            analysis=analysis, text=row["text"], by=world.people[row["author"]], at=world.at
        )
    for row in content["journal"]:
        by = world.people[row["author"]]
        entry = inquiry.write_journal(analysis=analysis, text=row["text"], by=by, at=world.at)
        inquiry.share_journal(entry=entry, by=by, at=world.at)
    for number, one in enumerate(sources.values()):
        for by in (world.people["lead"], world.people[f"analyst_{number % 2 + 1}"]):
            inquiry.mark_read(source=one.source, by=by, at=world.at)


def _on(day: date) -> datetime:
    return datetime.combine(day, time(17, 0), UTC)
