"""Floor 4: records are frozen once into named Arrow tables, and questions are asked of the freeze.

records -> extract (a child process, one snapshot) -> Parquet -> build (DuckDB, plain SQL) -> questions -> doors.
Nothing here writes into what services recorded; results travel one way.
"""
