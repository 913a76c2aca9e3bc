"""A survey outcome in one line: a question's code, or what is worked out of several: `days_smoked >= 20`, `a = 1 or b > 2`.

Numbers, codes, + - * /, comparisons (= != < <= > >=), `and`, `or`, `not`, brackets. A minus has a space on both sides, since codes
may hold hyphens; a code that reads like a word of these, or begins with a digit, stands in square brackets: `[1405-q2]`.
A comparison is 1 or 0; of `and`, `or` and `not` all but 0 is a yes.

A kind of nothing is never a no and never a 0. It stays a kind of nothing, but where the other side decides: a yes beside `or`, a
no beside `and`. Of two kinds the one nearer to an answer stands (declined, don't know, not asked, not recorded, not applicable).
What is divided by 0 is not applicable. All is worked out in fractions, so that a / 3 * 3 is a; nothing is rounded. Pure.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing, nearest_of

Value = Fraction | Nothing
Answers = Mapping[str, Decimal | Fraction | Nothing]
Node = Callable[[Answers], Value]

DEEPEST, LONGEST = 20, 200
ALONE = Sentence(
    "Beside “%(word)s” stands a number alone, which is the same for everybody. Write each comparison out: a = 1 or a = 2."
)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w-])|(?P<code>[A-Za-z_][\w-]*)|\[(?P<named>[\w-]+)\]|(?P<sign><=|>=|!=|<>|==|[-+*/()<>=]))",
    re.ASCII,
)
_COMPARED: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_SUMS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {"*": operator.mul, "/": operator.truediv}


@dataclass(frozen=True, slots=True)
class Expression:
    """What was written, the codes of questions that it names, and how it is worked out.

    `decides`: it holds an `and` or `or`, so that one question may settle it where another has no answer.
    """

    text: str
    names: frozenset[str]
    node: Node
    decides: bool

    def of(self, answers: Answers) -> Value:
        """Of one respondent: the number itself, or a kind of nothing. A code that is not there is not recorded."""
        return self.node(answers)


def is_code(measure: str) -> bool:
    """Whether it names one question and nothing is worked out."""
    return _CODE.match(measure) is not None


@lru_cache(maxsize=256)
def read_expression(text: str) -> Expression:
    """Raises Invalid, saying where, for what cannot be read, and for an expression that names no question."""
    if len(text) > LONGEST:
        raise Invalid(Sentence("An expression has at most %(most)s characters.", most=LONGEST))
    reader = _Reader(text)
    node = reader.either(0)
    if not reader.is_at_end:
        raise reader.strange()
    if not reader.names:
        raise Invalid(
            Sentence(
                "%(written)s names no question, so that it is the same for everybody.", written=text[:80]
            )
        )
    return Expression(text, frozenset(reader.names), node, reader.decides)


def names_in(measure: str) -> frozenset[str]:
    """The questions that a measure rests on; of what cannot be read the measure itself."""
    if is_code(measure):
        return frozenset({measure})
    try:
        return read_expression(measure).names
    except Invalid:
        return frozenset({measure})


def is_settled_in_part(measure: str) -> bool:
    """Whether an answer to one of its questions may settle it while another has none; of what cannot be read, no."""
    try:
        return not is_code(measure) and read_expression(measure).decides
    except Invalid:
        return False


class _Reader:
    """From the loosest binding to the tightest; `sign`, `word` and `number` are what stands next."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self.names, self.decides = text, 0, set[str](), False
        self._mentions = 0
        self._step()

    def _step(self) -> None:
        self._begins = self._at
        self.sign = self.word = self.named = ""
        self.number: Fraction | None = None
        if not self._text[self._at :].strip():
            return
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise self.strange()
        self._at = found.end()
        self.sign, self.word, self.named = (found[name] or "" for name in ("sign", "code", "named"))
        self.number = Fraction(found["number"]) if found["number"] else None

    @property
    def is_at_end(self) -> bool:
        return not self._rest()

    def _rest(self) -> str:
        """What stands from the next word, sign or number on."""
        return self._text[self._begins :].strip()

    def strange(self) -> Invalid:
        rest = self._rest()
        if not rest:
            return Invalid(
                Sentence(
                    "%(written)s ends too early: something is missing at its end.", written=self._text[:80]
                )
            )
        return Invalid(
            Sentence(
                "%(written)s cannot be read from “%(rest)s” on. It is a question's code, or made of codes, numbers, + - * /,"
                " = != < <= > >=, and, or, not and brackets; a minus has a space on both sides.",
                written=self._text[:80], rest=rest[:20],
            )
        )  # fmt: skip

    def _is(self, word: str) -> bool:
        return self.word.lower() == word

    def either(self, deep: int) -> Node:
        return self._settled(deep, "or", self._both, True)

    def _both(self, deep: int) -> Node:
        return self._settled(deep, "and", self._opposite, False)

    def _settled(self, deep: int, word: str, tighter: Callable[[int], Node], deciding: bool) -> Node:
        node: Node | None = None
        while True:
            before = self._mentions
            side = tighter(deep)
            is_beside = node is not None or self._is(word)
            if is_beside and self._mentions == before:
                raise Invalid(ALONE.given(word=word))
            node = side if node is None else partial(_decided, node, side, deciding)
            if not self._is(word):
                return node
            self.decides = True
            self._step()

    def _opposite(self, deep: int) -> Node:
        turns = 0
        while self._is("not"):
            self._step()
            turns += 1
        node = self._compared(deep)
        return partial(_turned, node, turns % 2 == 1) if turns else node

    def _compared(self, deep: int) -> Node:
        node = self._chain(deep, _SUMS, self._product)
        if self.sign in _COMPARED:
            compare = _COMPARED[self.sign]
            self._step()
            node = partial(
                _worked_out, node, self._chain(deep, _SUMS, self._product), partial(_as_number, compare)
            )
        return node

    def _product(self, deep: int) -> Node:
        return self._chain(deep, _PRODUCTS, self._atom)

    def _chain(
        self, deep: int, signs: Mapping[str, Callable[[Fraction, Fraction], Fraction]], tighter: Callable[[int], Node]
    ) -> Node:  # fmt: skip
        node = tighter(deep)
        while self.sign in signs:
            act = signs[self.sign]
            self._step()
            node = partial(_worked_out, node, tighter(deep), act)
        return node

    def _atom(self, deep: int) -> Node:
        if deep > DEEPEST:
            raise Invalid(
                Sentence("An expression has at most %(most)s brackets in each other.", most=DEEPEST)
            )
        if self.sign == "-":
            self._step()
            return partial(_worked_out, _constant(Fraction(0)), self._atom(deep + 1), operator.sub)
        if self.sign == "(":
            self._step()
            node = self.either(deep + 1)
            if self.sign != ")":
                raise self.strange()
            self._step()
            return node
        if self.number is not None:
            node = _constant(self.number)
        elif self.named or (self.word and self.word.lower() not in ("and", "or", "not")):
            name = self.named or self.word
            self.names.add(name)
            self._mentions += 1
            node = partial(_answered, name)
        else:
            raise self.strange()
        self._step()
        return node


def _constant(value: Fraction) -> Node:
    return lambda answers: value


def _answered(name: str, answers: Answers) -> Value:
    value = answers.get(name, Nothing.NOT_RECORDED)
    return value if isinstance(value, Nothing) else Fraction(value)


def _as_number(compare: Callable[[Fraction, Fraction], bool], one: Fraction, other: Fraction) -> Fraction:
    return Fraction(compare(one, other))


def _worked_out(
    one: Node, other: Node, act: Callable[[Fraction, Fraction], Fraction], answers: Answers
) -> Value:
    left, right = one(answers), other(answers)
    if isinstance(left, Nothing) or isinstance(right, Nothing):
        return _nearer(left, right)
    try:
        return act(left, right)
    except ZeroDivisionError:
        return Nothing.NOT_APPLICABLE


def _decided(one: Node, other: Node, deciding: bool, answers: Answers) -> Value:
    """`deciding`: the answer of one side that settles it whatever the other says: a yes of `or`, a no of `and`."""
    told = [one(answers), other(answers)]
    if any(not isinstance(value, Nothing) and (value != 0) is deciding for value in told):
        return Fraction(deciding)
    return _nearer(*told) if any(isinstance(value, Nothing) for value in told) else Fraction(not deciding)


def _turned(node: Node, is_turned: bool, answers: Answers) -> Value:
    value = node(answers)
    return value if isinstance(value, Nothing) else Fraction((value == 0) is is_turned)


def _nearer(*values: Value) -> Nothing:
    return nearest_of(value for value in values if isinstance(value, Nothing))
