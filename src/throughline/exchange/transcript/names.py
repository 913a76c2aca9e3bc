"""What can be the name of a speaker: its form, the words that never are one, and kinship between names."""

from __future__ import annotations

import re

MOST_CHARS = 45
MOST_WORDS = 6
_MOST_HAN = 14

_ABBREVIATION_DOT = re.compile(r"(?:^|(?<=[\s.\-(]))[^\W\d_]{1,4}\.")
_FORBIDDEN = re.compile(r"[.!?;,\"“”«»…\\|=+@#%<>{}。！？；，、（）「」*\[\]\t\n]|//|--|^[-–—(/&'’]|[-–—/&]$")
_PARENTHESIS = re.compile(r"\s*[(（][^()（）]{1,30}[)）]$")
# How somebody said it, beside the name: 'P1 (laughing)', 'INT [to P2]'; 'Bo (they/them)' and 'P3 (female)' are names.
_ASIDE = re.compile(r"(?<=\S)\s*(?:[(（]([^()（）]{1,30})[)）]|\[([^\[\]]{1,30})\])$")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")
_WORD = re.compile(r"[\w.'’\-]+")
# Who is not known: '?:', and 'F2?:' where the writer was not sure.
_UNSURE = re.compile(r"\s?\?{1,3}$")
_MOST_WITHOUT_CAPITALS = 3

_HEADER_WORDS = """
date time place location venue duration length recorded recording transcribed transcriber transcript present
participants attendees attending apologies re from to cc bcc sent title file filename project study language
version page pages url http https ftp mailto www email e-mail phone tel datum ort dauer teilnehmer aufnahme
date lieu durée participants présents enregistrement transcription fecha lugar duración participantes data luogo
durata local duração tema thema objet sujet asunto oggetto 日期 時間 时间 地點 地点 主題 主题 出席 記錄 记录 與會 列席
"""
_HEADER_PART_WORDS = (
    "id date age gender sex pseudonym ethnicity occupation duration length datum fecha âge edad alter"
)
_NEVER_WORDS = """
note notes nb n.b warning example examples e.g eg i.e ie source sources reference references see ps p.s key
chapter section figure table appendix summary conclusion conclusions introduction background result results method
methods discussion recommendation recommendations keywords abstract definition definitions topic topics task theme
themes code codes agenda total step steps tip tips important caution pros cons remark remarque remarques exemple exemples
résumé hinweis beispiel zusammenfassung quelle nota notas ejemplo fuente resumen esempio riassunto fonte 註 注 附註 備註
例如 問題一 結論 參考 來源
"""
# Words that begin sentences and are nobody's name; of the second list not alone either, where 'He:' and 'She:' may be people.
_OPENING_WORDS = """
so at by in on and but or then when while if because well yes no yeah yep nope okay ok right oh um uh mm mmm hmm mhm also plus
now since until after before during for from with as like et mais donc alors puis quand oui non und aber dann wenn ja nein
doch pero entonces sí
"""
_SUBJECT_WORDS = """
he she it they we you this that these those there here what why how where which my your his her our their its one another some
somebody someone nobody everything something nothing il elle ils elles nous vous je tu ce cela ich du er sie wir ihr es das mein
meine yo él ella nosotros
"""
_STAGE_WORDS = """
laughs laughter laughing laugh pause pauses silence inaudible unclear crosstalk music applause sighs sigh coughs cough
crying cries unintelligible overlapping overlap interruption redacted phone background noise noises end start begin break
rire rires inaudible silence lachen lacht pause unverständlich risas risa inaudible pausa 笑 笑聲 掌聲 停頓
"""
_TABLE_WORDS = (
    "speaker name who time timestamp text transcript utterance content turn line no comment comments notes"
)
_ROLE_WORDS = """
interviewer interviewee moderator moderatorin facilitator participant respondent informant researcher observer
interpreter translator host guest speaker witness chair chairman chairwoman president judge counsel court clerk
coordinator nurse doctor clinician patient client peer staff officer int inter mod fac resp part fg enquêteur enquêtrice
enquêté enquêtée intervieweur intervieweuse animateur animatrice modérateur modératrice chercheur chercheuse
befragter befragte interviewerin forscher forscherin moderador moderadora entrevistador entrevistadora entrevistado
entrevistada intervistatore intervistatrice intervistato intervistata entrevistadores man woman voice unknown all
主持人 訪談者 受訪者 訪問者 采访者 受访者 主席 記者 记者 司儀
"""
_HONORIFIC_WORDS = """
mr mrs ms miss mx dr prof professor sir dame lord lady rev judge justice hon the m mme mlle herr frau sr sra señor señora
"""
_TITLE_WORDS = """
senator representative congressman congresswoman delegate chairman chairwoman chair vice-chair governor mayor sheriff chief
officer sergeant lieutenant captain colonel general admiral secretary commissioner director ambassador minister speaker
clerk court president witness judge justice
"""
_PARTICLE_WORDS = "de da do dos du del della der den van von zu bin bint ibn al el la le of for and"

HEADER_WORDS = frozenset(_HEADER_WORDS.split())
HEADER_PARTS = frozenset(_HEADER_PART_WORDS.split())  # any word of the label
NEVER = HEADER_WORDS | frozenset(_NEVER_WORDS.split())
_OPENING = frozenset(_OPENING_WORDS.split())
_SUBJECTS = frozenset(_SUBJECT_WORDS.split())
STAGE = frozenset(_STAGE_WORDS.split())
TABLE_HEADS = frozenset(_TABLE_WORDS.split())
ROLES = frozenset(_ROLE_WORDS.split())
_HONORIFICS = frozenset(_HONORIFIC_WORDS.split())
_TITLES = frozenset(_TITLE_WORDS.split())
_PARTICLES = frozenset(_PARTICLE_WORDS.split())


def is_name(text: str) -> bool:
    """Whether a text has the form of a speaker's name or code: short, with a letter, without a sentence's marks."""
    if text in ("?", "??", "???"):
        return True
    if not text or len(text) > MOST_CHARS or not any(char.isalpha() for char in text):
        return False
    plain = _UNSURE.sub("", _PARENTHESIS.sub("", text))
    if is_turned(plain):
        plain = plain.replace(",", "")
    if (
        not plain
        or _FORBIDDEN.search(_ABBREVIATION_DOT.sub("", plain))
        or plain.casefold().strip(".") in NEVER
        or _begins_a_sentence(plain)
    ):
        return False
    if _HAN.search(plain) and " " not in plain and len(plain) > _MOST_HAN:
        return False
    return len(plain.split()) <= MOST_WORDS


def _begins_a_sentence(plain: str) -> bool:
    """Whether the first word is one that sentences begin with and names do not: 'So', 'And I thought', 'At'."""
    first, *more = plain.casefold().replace(".", " ").split() or [""]
    if not more:
        return first in _OPENING
    return first in _OPENING or first in _SUBJECTS or (first == "i" and plain.split()[-1].islower())


def without_aside(name: str) -> str:
    """A name without what its writer notes of how it was said: 'P1' of 'P1 (laughing)' and of 'P1 [crying]'."""
    found = _ASIDE.search(name)
    if found is None:
        return name
    first = (found[1] or found[2]).casefold().split()[0:1]
    is_manner = bool(first) and (first[0] in STAGE or first[0] == "to" or first[0].endswith(("ing", "ly")))
    return name[: found.start()] if found[2] is not None or is_manner else name


def is_turned(name: str) -> bool:
    """Whether a name is written with a comma: 'Low, Ann', 'BO HART, MD'."""
    before, comma, after = name.partition(", ")
    kinds = {*shape(before).split(), *shape(after).split()}
    return bool(comma and before and after) and kinds <= {"T", "U", "I", "p", "D"}


def is_role(name: str) -> bool:
    """Whether a name is of the kind that nothing but a transcript writes: a role, capitals, an honorific, a code."""
    kinds = shape(name).split()
    if not kinds or "l" in kinds:
        return False
    return kinds[0] in ("H", "h") or "R" in kinds or (name.isupper() and len(name) > 1)


def is_titled(name: str) -> bool:
    """Whether a name is somebody's office, or begins with a title: 'The Chairman', 'Senator Hart', 'Mr. Low'."""
    first, *more = (word.casefold().strip(".") for word in name.split())
    if first == "the":
        return len(more) == 1 and more[0] in _TITLES and is_proper(name)
    return first in _HONORIFICS | _TITLES and is_proper(name)


def is_proper(name: str) -> bool:
    """Whether every word of a name but 'de', 'van' and the like begins as a name does.

    Most scripts have no capitals: there a name is known by having few words.
    """
    kinds = shape(name).split()
    return "l" not in kinds and ("s" not in kinds or len(name.split()) <= _MOST_WITHOUT_CAPITALS)


def shape(name: str) -> str:
    """The form of a name, so that 'Participant 7' is known by 'Participant 3' and 'MR REED' by 'MR STONE'."""
    return " ".join(_shape_of_word(word) for word in _WORD.findall(_PARENTHESIS.sub("", name)))


def _shape_of_word(word: str) -> str:
    folded = word.casefold().strip(".")
    if folded in _HONORIFICS:
        return "H" if word.isupper() else "h"
    if folded.rstrip("0123456789") in ROLES:
        return "R"
    if any(char.isdigit() for char in word):
        return "D"
    if folded in _PARTICLES:
        return "p"
    if _HAN.match(word):
        return "C"
    if word.isupper():
        return "U" if len(word) > 1 else "I"
    if word[:1].isalpha() and word[:1].lower() == word[:1].upper():
        return "s"
    return "T" if word[:1].isupper() else "l"
