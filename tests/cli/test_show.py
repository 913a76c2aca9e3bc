from __future__ import annotations

import pytest

from throughline.cli.show import say, table


def test_names_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    # Between colons stands what some consoles turn into pictures, between brackets what they take for markup.
    say('{"name": "Room :x: [bold]3"}')
    table("Sites [new]", ["site"], [("a:100:b",), ("[closed] Elm [/x]",)])
    told = capsys.readouterr().out
    for name in ('{"name": "Room :x: [bold]3"}', "Sites [new]", "a:100:b", "[closed] Elm [/x]"):
        assert name in told
