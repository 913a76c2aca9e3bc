"""How far coders agree on coded text, from where codings begin and end: characters are never expanded.

`codings` holds what goes in, `coefficient` a number that may be not defined and its interval, `per_code` each code for itself,
`nominal` one value per unit, `unitizing` the family for codes that exclude each other, `disagreements` where coders
differ, `cooccurrence` which codes lie on the same text. Only where the analysis's approach asks for agreement.
"""
