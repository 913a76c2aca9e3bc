"""Words by which logs of services head their columns, and write what stands in them. Only ever the ground of a guess."""

from __future__ import annotations

from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    DurationBand,
    Mode,
    Newness,
    Route,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.nothing import Nothing

# Whole headers, folded and without punctuation.
HEADERS: dict[M, tuple[str, ...]] = {
    M.ID: ("id", "no", "nr", "number", "row", "line", "sheet", "record", "record id", "contact id", "entry", "ref", "numéro"),
    M.AT: ("date and time", "date time", "datetime", "timestamp", "date/time", "when", "date et heure"),
    M.DATE: ("date", "day", "contact date", "date of contact", "visit date", "date of visit", "jour"),
    M.TIME: ("time", "hour", "time of contact", "heure"),
    M.SITE: ("site", "where", "location", "service", "centre", "center", "branch", "lieu"),
    M.ROUTE: ("route", "channel", "via", "outlet", "voie"),
    M.PLACE: ("place", "setting", "room", "endroit"),
    M.MODE: ("mode", "contact mode", "how", "method"),
    M.WHO_SPOKE: ("who", "who spoke", "spoke with", "spoke to", "speaker"),
    M.NEWNESS: ("new", "new client", "new or returning", "first visit", "first time", "status", "nouveau"),
    M.DURATION: ("duration", "minutes", "length", "durée"),
    M.CODE: ("code", "client", "client code", "client id", "unique id", "identifier", "suid", "code client"),
    M.INITIALS: ("initials", "first", "last", "first name", "last name", "forename", "surname", "initiales", "prénom", "nom"),
    M.BORN: ("dob", "born", "birth", "date of birth", "birth date", "birthdate", "birthday", "date de naissance"),
    M.SEX: ("sex", "gender", "m/f", "f/m", "sexe"),
    M.TALLY: ("tally", "contacts", "number of contacts", "count", "people", "nombre"),
    M.ON_BEHALF_OF: ("for others", "on behalf of", "secondary", "others", "friends", "pour d'autres"),
    M.NEED: ("need", "needs", "issue", "issues", "besoin", "besoins"),
    M.URGENCY: ("urgent", "urgency", "priority", "urgence"),
    M.ACTION: ("action", "actions", "done", "outcome", "what was done", "response"),
    M.BARRIER: ("barrier", "barriers", "obstacle", "obstacles"),
}  # fmt: skip
RETURNED = ("returned", "back", "returns", "used", "rendus")

YES = frozenset(["y", "yes", "true", "1", "x", "ja", "oui", "sí", "si", "✓", "✔", "told"])
NO = frozenset(["n", "no", "false", "0", "nein", "non", "none"])

NOTHINGS: dict[str, Nothing] = {
    **dict.fromkeys(("-", "--", "?", "n/k", "nk", "unknown", "missing", "not recorded", "blank", "not given", "inconnu"), Nothing.NOT_RECORDED),
    **dict.fromkeys(("not asked", "na asked", "pas demandé"), Nothing.NOT_ASKED),
    **dict.fromkeys(("declined", "refused", "r", "prefer not to say", "refus"), Nothing.DECLINED),
    **dict.fromkeys(("dk", "d/k", "don't know", "dont know", "ne sait pas"), Nothing.DONT_KNOW),
    **dict.fromkeys(("na", "n/a", "n.a.", "not applicable", "sans objet"), Nothing.NOT_APPLICABLE),
}  # fmt: skip
# Words that stand in a column of client codes where somebody gave none.
NAMELESS = frozenset({"anon", "anonymous", "anonyme", "no code", "none", "nobody", "x", "xx", *NOTHINGS})

WORDS: dict[M, dict[str, str]] = {
    M.ROUTE: {
        **dict.fromkeys(("s", "service", "fixed", "fixed site", "drop-in", "drop in", "counter", "nsp", "clinic", "centre"), Route.SERVICE),
        **dict.fromkeys(("p", "peer", "peers", "outreach peer", "peer network"), Route.PEER),
        **dict.fromkeys(("police", "officer", "station", "custody"), Route.POLICE),
        **dict.fromkeys(("ph", "pharmacy", "chemist", "pharmacie"), Route.PHARMACY),
        **dict.fromkeys(("post", "mail", "by post", "poste"), Route.POST),
        **dict.fromkeys(("vending", "machine", "vending machine"), Route.VENDING),
    },
    M.MODE: {
        **dict.fromkeys(("face to face", "f2f", "in person", "visit"), Mode.FACE_TO_FACE),
        **dict.fromkeys(("phone", "telephone", "call"), Mode.PHONE),
        **dict.fromkeys(("message", "text", "sms", "email"), Mode.MESSAGE),
        **dict.fromkeys(("delivery", "delivered"), Mode.DELIVERY),
    },
    M.WHO_SPOKE: {
        **dict.fromkeys(("self", "client", "person"), WhoSpoke.SELF),
        **dict.fromkeys(("family", "mother", "partner"), WhoSpoke.FAMILY),
        **dict.fromkeys(("friend", "friends"), WhoSpoke.FRIEND),
        **dict.fromkeys(("staff", "worker"), WhoSpoke.STAFF),
        **dict.fromkeys(("nobody", "no one"), WhoSpoke.NOBODY),
    },
    M.NEWNESS: {
        **dict.fromkeys(("new", "first", "first time", *YES), Newness.NEW),
        **dict.fromkeys(("returning", "return", "existing", "old", "known", *NO), Newness.RETURNING),
        **dict.fromkeys(NOTHINGS, Newness.UNKNOWN),
    },
    M.DURATION: {
        "under 5": DurationBand.UNDER_5, "<5": DurationBand.UNDER_5, "0-5": DurationBand.UNDER_5,
        "5-14": DurationBand.FROM_5_TO_14, "5-15": DurationBand.FROM_5_TO_14,
        "15-29": DurationBand.FROM_15_TO_29, "15-30": DurationBand.FROM_15_TO_29,
        "30+": DurationBand.FROM_30, ">30": DurationBand.FROM_30, "over 30": DurationBand.FROM_30,
    },
    M.SEX: {
        **dict.fromkeys(("f", "female", "woman", "w", "femme"), "F"),
        **dict.fromkeys(("m", "male", "man", "homme"), "M"),
        **dict.fromkeys(("x", "nb", "non-binary", "non binary", "other", "autre"), "X"),
    },
    M.DISCLOSURE: {
        **dict.fromkeys(YES, Answer.TOLD), **dict.fromkeys(NO, Answer.SAID_NO),
        **{word: Answer(kind.value) for word, kind in NOTHINGS.items()},
    },
    M.URGENCY: {
        **dict.fromkeys(("today", "urgent", "high", "now", *YES), Urgency.TODAY),
        **dict.fromkeys(("soon", "medium", "this week"), Urgency.SOON),
        **dict.fromkeys(("routine", "low", "normal", *NO), Urgency.ROUTINE),
    },
    M.ACTION: {
        **dict.fromkeys(("given", "given here", "done", "done here", "provided"), ActionKind.GIVEN_HERE),
        **dict.fromkeys(("ref", "referred", "referral"), ActionKind.REFERRED),
        **dict.fromkeys(("adv", "advised", "advice", "signposted"), ActionKind.ADVISED),
        **dict.fromkeys(("nothing possible", "not possible"), ActionKind.NOTHING_POSSIBLE),
    },
}  # fmt: skip
