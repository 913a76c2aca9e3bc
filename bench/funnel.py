"""The funnel from a freeze's history table against the same funnel from raw contacts, written by hand.

Contacts with what hangs on them are simulated, the history is built by the freeze's own SQL, and each way counts contacts by
route, arm and phase: all, crack use told, further need told, response, referrals, accepted, entered. Every way must
give the same numbers. Times are paired: in each round every way runs once; the ratio is the median of the rounds' ratios to
hand-written SQL over raw contacts in DuckDB. Reading files into Polars' and pandas' own memory is stated apart.

    python bench/funnel.py [--contacts 5000000] [--rounds 5] [--memory 4GB]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

from throughline.evaluation.build import ANSWERS, PLACES, connect, sql_of
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import funnel
from throughline.vocabulary.study import Step

BY = ("route", "arm", "phase")
RAW = ("contacts", "disclosures", "needs", "actions", "referral_needs", "referral_events")
# A whole number below `under` that looks like chance and is the same in every run.
CHANCE = "CAST(hash({0} * 31 + {1}) % {2} AS BIGINT)"
Rows = dict[tuple[str, ...], tuple[int, ...]]


def chance(of: str, salt: int, under: int) -> str:
    return CHANCE.format(of, salt, under)


def simulate(engine: duckdb.DuckDBPyConnection, folder: Path, n: int) -> None:
    """The freeze's own tables, as large as asked for: 1.4 disclosures and .4 needs a contact, a referral for half of these."""
    c = chance
    tables = {
        "contacts": f"""
            SELECT i + 1 AS contact_no, CASE WHEN {c('i', 1, 5)} = 0 THEN NULL ELSE {c('i', 2, max(n // 7, 1))} END AS client_no,
                   NULL AS worker_no, DATE '2025-01-01' + CAST({c('i', 3, 540)} AS INTEGER) AS local_on, '2025-01' AS month,
                   'site-' || {c('i', 4, 6)} AS site, ['service', 'peer', 'police'][1 + {c('i', 5, 3)}] AS route,
                   CASE WHEN {c('i', 4, 6)} < 3 THEN 'intervention' ELSE 'comparison' END AS arm,
                   CASE WHEN {c('i', 3, 540)} < 270 THEN 'before' ELSE 'after' END AS phase,
                   CASE WHEN {c('i', 6, 50)} = 0 THEN 5 ELSE 1 END AS tally
            FROM range({n}) AS t(i)""",
        "disclosures": f"""
            SELECT contact_no, topic, topic AS counts_as,
                   ['told', 'said_no', 'declined', 'not_asked'][1 + {c('contact_no', 7, 4)}] AS answer, 'person' AS raised_by
            FROM (SELECT contact_no, UNNEST(CASE {c('contact_no', 8, 5)} WHEN 0 THEN [] WHEN 1 THEN ['housing']
                         WHEN 2 THEN ['crack_use'] ELSE ['crack_use', 'court'] END) AS topic FROM contacts)""",
        "needs": f"""
            SELECT contact_no AS need_no, contact_no, 'housing' AS domain, 'housing' AS counts_as, 'soon' AS urgency,
                   'open' AS closed_as, NULL AS closed_on FROM contacts WHERE {c('contact_no', 9, 5)} < 2""",
        "actions": f"""
            SELECT need_no AS action_no, need_no, ['given_here', 'advised', 'nothing_possible'][1 + {c('need_no', 10, 3)}] AS kind,
                   DATE '2025-01-01' AS taken_on FROM needs WHERE {c('need_no', 11, 4)} > 0""",
        "referrals": f"""
            SELECT need_no AS referral_no, 'site-0' AS site, 'intervention' AS arm, 'before' AS phase, 'x' AS to_organisation,
                   'service' AS door, 'letter' AS kind, NULL AS reason, DATE '2025-02-01' AS sent_on,
                   ['sent', 'accepted', 'entered', 'declined_by_person'][1 + {c('need_no', 12, 4)}] AS state
            FROM needs WHERE {c('need_no', 13, 2)} = 0""",
        "referral_needs": "SELECT referral_no, referral_no AS need_no FROM referrals",
        "referral_events": """
            SELECT referral_no, place AS sequence, state, 'receiver_confirmed' AS source, DATE '2025-02-01' + CAST(place AS INTEGER) AS happened_on
            FROM (SELECT referral_no, UNNEST(CASE state WHEN 'sent' THEN ['sent'] WHEN 'accepted' THEN ['sent', 'accepted']
                         WHEN 'entered' THEN ['sent', 'accepted', 'entered'] ELSE ['sent', 'declined_by_person'] END) AS state,
                         UNNEST(CASE state WHEN 'sent' THEN [1] WHEN 'entered' THEN [1, 2, 3] ELSE [1, 2] END) AS place FROM referrals)""",
        "site_names": "SELECT 'id-' || i AS id, 'site-' || i AS site FROM range(6) AS t(i)",
        "raw_month_reports": """
            SELECT id AS site_id, DATE '2025-03-01' AS month_on, 'none' AS reporting FROM site_names WHERE site < 'site-2'""",
        "span": "SELECT DATE '2025-01-01' AS from_on, DATE '2026-06-30' AS until_on",
    }  # fmt: skip
    for name, sql in tables.items():
        keep(engine, folder, name, sql)


def keep(engine: duckdb.DuckDBPyConnection, folder: Path, name: str, sql: str) -> None:
    path = folder / f"{name}.parquet"
    engine.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{path}')")


def build_history(engine: duckdb.DuckDBPyConnection, folder: Path) -> float:
    """By the freeze's own SQL; seconds that it took."""
    start = time.perf_counter()
    engine.register("step_values", pa.table({"value": list(PLACES), "place": list(PLACES.values())}))
    engine.register("answer_places", pa.table({"answer": list(ANSWERS), "place": list(ANSWERS.values())}))
    for name in (
        "referral_history",
        "need_ways",
        "need_history",
        "met_again",
        "contact_referrals",
        "history",
    ):
        keep(engine, folder, name, sql_of(name))
    return time.perf_counter() - start


def from_history(engine: duckdb.DuckDBPyConnection) -> Rows:
    """The question as the evaluation asks it: one pass, every kind of nothing told apart."""
    freeze = cast(OpenFreeze, Asked(engine))
    found: Rows = {}
    for group, steps in funnel.contact_counts(freeze, BY).items():
        entered = steps[Step.ENTERED]
        found[group] = (
            steps[Step.CONTACT]["yes"], steps[Step.CRACK_USE_TOLD]["yes"], steps[Step.FURTHER_NEED_TOLD]["yes"],
            steps[Step.RESPONSE]["yes"], sum(entered.values()), steps[Step.ACCEPTED]["yes"], entered["yes"],
        )  # fmt: skip
    return found


class Asked(SimpleNamespace):
    """An open freeze as far as a question needs one."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        super().__init__(engine=engine)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.sql(sql).to_arrow_table().to_pylist()
        return rows


HAND_WRITTEN = """
    WITH told AS (
        SELECT contact_no, MAX(counts_as = 'crack_use' AND answer = 'told') AS crack,
               MAX(counts_as <> 'crack_use' AND answer = 'told') AS further
        FROM disclosures GROUP BY contact_no
    ), done AS (
        SELECT n.contact_no, MAX(COALESCE(a.kind = 'given_here', FALSE) OR COALESCE(a.kind = 'referred', FALSE) OR x.need_no IS NOT NULL) AS responded
        FROM needs AS n LEFT JOIN actions AS a ON a.need_no = n.need_no LEFT JOIN referral_needs AS x ON x.need_no = n.need_no
        GROUP BY n.contact_no
    ), ways AS (
        SELECT referral_no, MAX(state IN ('accepted', 'appointment', 'entered', 'completed')) AS accepted,
               MAX(state IN ('entered', 'completed')) AS entered
        FROM referral_events GROUP BY referral_no
    ), firsts AS (
        SELECT x.referral_no, MIN(n.contact_no) AS contact_no FROM referral_needs AS x JOIN needs AS n ON n.need_no = x.need_no
        GROUP BY x.referral_no
    ), referred AS (
        SELECT f.contact_no, COUNT(*) AS referrals, SUM(CAST(w.accepted AS INTEGER)) AS accepted, SUM(CAST(w.entered AS INTEGER)) AS entered
        FROM firsts AS f JOIN ways AS w ON w.referral_no = f.referral_no GROUP BY f.contact_no
    )
    SELECT c.route, c.arm, c.phase, SUM(c.tally), SUM(CASE WHEN t.crack THEN c.tally ELSE 0 END),
           SUM(CASE WHEN t.further OR d.contact_no IS NOT NULL THEN c.tally ELSE 0 END),
           SUM(CASE WHEN d.responded THEN c.tally ELSE 0 END), COALESCE(SUM(r.referrals), 0), COALESCE(SUM(r.accepted), 0),
           COALESCE(SUM(r.entered), 0)
    FROM contacts AS c LEFT JOIN told AS t ON t.contact_no = c.contact_no LEFT JOIN done AS d ON d.contact_no = c.contact_no
    LEFT JOIN referred AS r ON r.contact_no = c.contact_no
    GROUP BY c.route, c.arm, c.phase
"""


def by_hand(engine: duckdb.DuckDBPyConnection) -> Rows:
    return {tuple(row[:3]): tuple(int(v) for v in row[3:]) for row in engine.execute(HAND_WRITTEN).fetchall()}


def by_polars(t: dict[str, pl.DataFrame]) -> Rows:
    told = t["disclosures"].lazy().group_by("contact_no").agg(
        crack=((pl.col("counts_as") == "crack_use") & (pl.col("answer") == "told")).any(),
        further=((pl.col("counts_as") != "crack_use") & (pl.col("answer") == "told")).any(),
    )  # fmt: skip
    linked = t["referral_needs"].lazy().select("need_no").unique().with_columns(is_linked=pl.lit(True))
    done = (
        t["needs"].lazy().join(t["actions"].lazy().select("need_no", "kind"), on="need_no", how="left")
        .join(linked, on="need_no", how="left")
        .group_by("contact_no").agg(
            responded=(pl.col("kind").is_in(["given_here", "referred"]).fill_null(False) | pl.col("is_linked").fill_null(False)).any()
        )
    )  # fmt: skip
    ways = t["referral_events"].lazy().group_by("referral_no").agg(
        accepted=pl.col("state").is_in(["accepted", "appointment", "entered", "completed"]).any(),
        entered=pl.col("state").is_in(["entered", "completed"]).any(),
    )  # fmt: skip
    firsts = (
        t["referral_needs"].lazy().join(t["needs"].lazy().select("need_no", "contact_no"), on="need_no")
        .group_by("referral_no").agg(pl.col("contact_no").min())
    )  # fmt: skip
    referred = firsts.join(ways, on="referral_no").group_by("contact_no").agg(
        referrals=pl.len(), accepted=pl.col("accepted").sum(), entered=pl.col("entered").sum()
    )  # fmt: skip
    tally = pl.col("tally")
    rows = (
        t["contacts"].lazy().select("contact_no", "tally", *BY).join(told, on="contact_no", how="left")
        .join(done.with_columns(needed=pl.lit(True)), on="contact_no", how="left").join(referred, on="contact_no", how="left")
        .group_by(BY).agg(
            tally.sum().alias("n"), tally.filter(pl.col("crack").fill_null(False)).sum().alias("c"),
            tally.filter(pl.col("further").fill_null(False) | pl.col("needed").fill_null(False)).sum().alias("f"),
            tally.filter(pl.col("responded").fill_null(False)).sum().alias("r"),
            pl.col("referrals").sum(), pl.col("accepted").sum(), pl.col("entered").sum(),
        )
        .collect()
    )  # fmt: skip
    return {tuple(row[:3]): tuple(int(v) for v in row[3:]) for row in rows.iter_rows()}


def by_pandas(t: dict[str, pd.DataFrame]) -> Rows:
    d = t["disclosures"]
    is_crack, is_told = d["counts_as"] == "crack_use", d["answer"] == "told"
    crack = set(d.loc[is_crack & is_told, "contact_no"])
    further = set(d.loc[~is_crack & is_told, "contact_no"]) | set(t["needs"]["contact_no"])
    given = t["actions"].loc[t["actions"]["kind"].isin(["given_here", "referred"]), "need_no"]
    answered = set(given) | set(t["referral_needs"]["need_no"])
    responded = set(t["needs"].loc[t["needs"]["need_no"].isin(answered), "contact_no"])
    e = t["referral_events"]
    accepted = set(e.loc[e["state"].isin(["accepted", "appointment", "entered", "completed"]), "referral_no"])
    entered = set(e.loc[e["state"].isin(["entered", "completed"]), "referral_no"])
    links = t["referral_needs"].merge(t["needs"][["need_no", "contact_no"]], on="need_no")
    firsts = links.groupby("referral_no", as_index=False)["contact_no"].min()
    firsts["accepted"], firsts["entered"] = (
        firsts["referral_no"].isin(accepted),
        firsts["referral_no"].isin(entered),
    )
    referred = firsts.groupby("contact_no").agg(
        referrals=("referral_no", "size"), accepted=("accepted", "sum"), entered=("entered", "sum")
    )
    c = t["contacts"][["contact_no", "tally", *BY]].merge(
        referred, left_on="contact_no", right_index=True, how="left"
    )
    for name, members in (("c", crack), ("f", further), ("r", responded)):
        c[name] = c["tally"].where(c["contact_no"].isin(members), 0)
    rows = c.groupby(list(BY))[["tally", "c", "f", "r", "referrals", "accepted", "entered"]].sum()
    return {
        cast(tuple[str, ...], key): tuple(int(v) for v in row)
        for key, row in zip(rows.index, rows.to_numpy(), strict=True)
    }


def timed(way: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = way()
    return time.perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", default="4GB")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = connect(folder / "spill", given.memory)
        simulate(engine, folder, given.contacts)
        print(
            f"{given.contacts:,} contacts; history built in {build_history(engine, folder):.1f} s (at freeze, once)"
        )
        reads = {
            "Polars": timed(lambda: {t: pl.read_parquet(folder / f"{t}.parquet") for t in RAW}),
            "pandas": timed(lambda: {t: pd.read_parquet(folder / f"{t}.parquet") for t in RAW}),
        }
        for peer, (seconds, _) in reads.items():
            print(f"{peer} reads the files in {seconds:.1f} s (not in its times)")
        ways: dict[str, Callable[[], Rows]] = {
            "DuckDB, raw contacts, by hand": lambda: by_hand(engine),
            "Throughline, history": lambda: from_history(engine),
            "Polars, raw contacts, in memory": lambda: by_polars(reads["Polars"][1]),
            "pandas, raw contacts, in memory": lambda: by_pandas(reads["pandas"][1]),
        }
        run(ways, given.rounds)


def run(ways: dict[str, Callable[[], Rows]], rounds: int) -> None:
    times: dict[str, list[float]] = {way: [] for way in ways}
    expected: Rows | None = None
    for _ in range(rounds):
        for way, count in ways.items():
            seconds, found = timed(count)
            if expected is not None and found != expected:
                raise SystemExit(
                    f"{way} gives other numbers: {sorted(set(found.items()) ^ set(expected.items()))[:4]}"
                )
            expected = found
            times[way].append(seconds)
    base = times["DuckDB, raw contacts, by hand"]
    for way, taken in times.items():
        ratio = statistics.median(own / other for own, other in zip(taken, base, strict=True))
        print(f"{way:34} {statistics.median(taken):8.3f} s   {ratio:6.2f}x")
    print("all ways give the same numbers")


if __name__ == "__main__":
    main()
