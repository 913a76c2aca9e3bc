"""Words by which `identifiers` tells a name from what merely has a capital; English and French."""

from __future__ import annotations

from throughline.vocabulary.study import AliasKind

MONTHS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "janvier",
        "février",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
        "decembre",
    ]
)

# What stands before a name, as patterns; the name is what follows.
TITLES = (
    *[
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "doctor",
        "prof",
        "professor",
        "sir",
        "lady",
        "lord",
        "father",
        "sister",
        "nurse",
        "matron",
        "constable",
        "sergeant",
        "sgt",
        "pc",
    ],
    *[
        "inspector",
        "judge",
        "reverend",
        "rev",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "mademoiselle",
        "docteur",
        "professeur",
        "maître",
        "me",
    ],
)
CALLED = (
    r"my name(?:[’']s|\s+is)", r"name(?:[’']s|\s+is|\s+was)", r"(?:i|he|she|they|we|who)[’']?(?:m|s|re)?\s+called",
    r"is\s+called", r"was\s+called", r"called", r"named", r"known\s+as", r"goes\s+by", r"this\s+is(?=\s+\S+\s+speaking)",
    r"je\s+m[’']appelle", r"s[’']appelle", r"s[’']appelait", r"mon\s+nom\s+(?:est|c[’']est)", r"nommée?", r"prénommée?",
    r"appelée?", r"moi\s+c[’']est",
)  # fmt: skip
KIN = (
    r"(?:my|his|her|their|our|your)\s+(?:\w+\s+)?(?:brother|sister|mother|father|mum|dad|son|daughter|wife|husband|partner|friend|mate|"
    r"boyfriend|girlfriend|uncle|aunt|auntie|cousin|nan|gran|grandad|keyworker|key\s+worker|worker|support\s+worker|"
    r"social\s+worker|doctor|gp|nurse|boss|manager|landlord|neighbour|dealer|probation\s+officer)",
    r"(?:mon|ma|son|sa|notre|leur|votre)\s+(?:frère|sœur|soeur|mère|père|fils|fille|femme|mari|ami|amie|copain|copine|oncle|tante|"
    r"cousin|cousine|éducateur|éducatrice|assistante\s+sociale|médecin|patron|patronne)",
)

PLACE_WORDS = frozenset(
    [
        "in",
        "at",
        "near",
        "from",
        "to",
        "around",
        "outside",
        "towards",
        "across",
        "into",
        "through",
        "à",
        "a",
        "dans",
        "près",
        "vers",
        "depuis",
        "de",
        "du",
        "chez",
        "sur",
    ]
)
PLACE_ENDS = {
    **dict.fromkeys(
        [
            "road",
            "street",
            "lane",
            "avenue",
            "close",
            "drive",
            "terrace",
            "square",
            "park",
            "bridge",
            "station",
            "estate",
            "town",
            "city",
            "court",
            "crescent",
            "gardens",
            "rue",
        ],
        AliasKind.PLACE.value,
    ),
    **dict.fromkeys(
        [
            "hospital",
            "clinic",
            "hostel",
            "house",
            "centre",
            "center",
            "church",
            "school",
            "college",
            "university",
            "trust",
            "surgery",
            "pharmacy",
            "project",
            "service",
            "services",
            "council",
            "prison",
        ],
        AliasKind.ORGANISATION.value,
    ),
}

_ENGLISH = (
    "a about after again ago all also although always am an and another any anyway are as ask at back be because been"
    " before being both but by came can cause come could did do does don down each either else even every everybody"
    " everyone everything few first for from get give go god going good got had has have having he hello help her here"
    " hers hi him his honestly how however i if in into is it its jesus just know last later least less let like look"
    " lot many maybe me mean might mine more most much mum my myself never next no nobody none nope nor not nothing now"
    " of off oh ok okay on once one only or other our ours out over people perhaps please put quite really right said"
    " same say see seen she should since so some somebody someone something sometimes sorry still such sure take tell"
    " than thank thanks that the their theirs them then there these they thing things think this those though three"
    " through till to today told tomorrow too took two um under until up upon us use used very was wasn way we well"
    " went were what whatever when where whether which while who whoever whole whose why will with without would yeah"
    " yep yes yesterday yet you your yours dad mam nan gran mate christ lord dear er erm mm mmm hmm uh huh cos okay"
    " actually obviously basically usually probably during between against along among apart because besides beyond"
    " twice half enough plus sort kind bit got gonna wanna dunno gotta alright cheers bye"
)
_FRENCH = (
    "ah ainsi alors après assez au aucun aujourd'hui aussi autre autres aux avait avant avec avez avoir bah beaucoup"
    " ben bien bon c'est c'était ça car ce cela ces cet cette ceux chaque chez comme comment d'abord dans de déjà depuis"
    " des dès dieu dire dit donc du elle elles en encore enfin ensuite entre est et étais était être eu euh eux faire"
    " fait fois hein hier ici il ils j'ai j'avais j'étais jamais je juste l'autre la là le les leur leurs lui ma mais"
    " mal même merci mes moi moins mon ne ni non nos notre nous on ont ou où oui par parce pas pendant personne peu"
    " peut-être plus plutôt pour pourquoi puis qu'il qu'on quand que quel quelle qui quoi rien sa sans sauf se ses si"
    " soit son sont souvent sur surtout ta tellement tes toi ton toujours tous tout toute toutes très trop tu un une"
    " vers voilà voir vos votre vous voyez vraiment y"
)
_THINGS = (
    "monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche"
    " christmas easter ramadan noël pâques english french british scottish irish welsh african asian european american"
    " muslim christian catholic nhs gp a&e tv dvd uk usa eu us id dna hiv hcv hepatitis covid ptsd adhd crack cocaine"
    " heroin methadone subutex buprenorphine espranor valium xanax pregabalin spice naloxone narcan brillo samu csapa"
    " caarud rsa cmu facebook whatsapp instagram youtube google uber netflix internet"
    " participant participants interviewer interviewee interviewers researcher researchers moderator facilitator"
    " speaker respondent client clients worker workers peer staff nurse doctor officer observer transcriber unknown man"
    " woman male female person group all both several everyone everybody chercheur chercheuse enquêteur enquêtrice"
    " enquêté enquêtée animateur animatrice intervenant intervenante homme femme patient patiente question answer int"
    " interview focus note notes field transcript recording silence laughs laughter pause inaudible unclear rires"
    " réponse entretien p q r i a m f w"
)
NOT_NAMES = frozenset([*_ENGLISH.split(), *_FRENCH.split(), *_THINGS.split(), *MONTHS])
