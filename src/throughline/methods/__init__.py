"""Floor 1: the arithmetic of evaluation. Plain values and NumPy arrays in, frozen dataclasses out.

Nothing here knows Django, DuckDB, the clock or a file; chance enters as a `numpy.random.Generator` that the caller
seeds. Joins live in `evaluation.questions`.
"""
