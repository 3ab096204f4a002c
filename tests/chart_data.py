"""Made-up results in the tidy shape, to draw charts from."""

import numpy as np
import pandas as pd

from sim.charts import ChartData
from sim.experiment.paired import compare

NAMES = ("pct", "central", "delegated", "place_based")
MEANS = dict(zip(NAMES, (1.0, 1.35, 1.15, 0.85), strict=True))
CASE_TYPES = {
    "practice_query": (2400, 6),
    "payment_problem": (1500, 14),
    "annual_assurance": (1100, 45),
    "contract_variation": (800, 60),
    "complaint": (500, 40),
    "desk_review": (320, 90),
    "performers_list_application_with_interview": (280, 70),
    "dental_year_end_reconciliation": (150, 120),
    "list_closure_application": (40, 75),
    "procurement": (9, 320),
}
ROLES = ("contract_manager", "officer", "clinical_adviser", "finance_analyst")
PARTS = {"queue": 0.4, "work": 0.1, "committee": 0.25, "outside": 0.2, "handoff": 0.05}
COSTS = {"staff": 0.7, "overhead": 0.15, "governance": 0.1, "travel": 0.02, "external": 0.03}
QUANTILES = {"p10": 0.2, "p25": 0.5, "median": 1.0, "p75": 1.7, "p90": 2.6}
COLUMNS = ["measure", "case_type", "body", "role", "period", "unit", "centre"]
LABELS = {
    "performers_list_application_with_interview": "Performers list application, with interview"
}


def _row(measure, unit, centre, *, case_type="all", role="all", period="all"):
    return dict(zip(COLUMNS, (measure, case_type, "all", role, period, unit, centre), strict=True))


def _months(years):
    return [str(p) for p in pd.period_range("2013-04", periods=12 * years, freq="M")]


def _backlog(slow, years):
    rows = []
    for place, month in enumerate(_months(years)):
        total = 900 * slow + 60 * (slow - 0.8) * place
        rows.append(_row("backlog_cases", "cases", total, period=month))
        rows += [
            _row("backlog_cases", "cases", total * n / 7000, case_type=name, period=month)
            for name, (n, _) in CASE_TYPES.items()
        ]
    return rows


def _by_case_type(slow):
    rows = []
    for name, (number, days) in CASE_TYPES.items():
        rows.append(_row("cases_opened", "cases", number, case_type=name))
        rows += [
            _row(f"resolution_days_{q}", "calendar days", days * f * slow**2, case_type=name)
            for q, f in QUANTILES.items()
        ]
        rows += _elapsed(days * 5 / 7 * slow, name)
    return [*rows, *_elapsed(18 * slow, "all")]


def _elapsed(days, case_type):
    return [
        _row(f"elapsed_days_{part}", "working days", days * share, case_type=case_type)
        for part, share in PARTS.items()
    ]


def _others(slow, years):
    rows = []
    for place, role in enumerate(ROLES):
        load = (0.93 - 0.12 * place) * slow
        rows.append(_row("utilisation", "share", min(load, 0.97), role=role))
        rows.append(_row("load", "ratio", load, role=role))
        rows += _empty_posts(0.04 * (place + 1) * slow, role)
    for year in range(1, years + 1):
        for months, share in ((12, 0.5), (36, 0.8)):
            name = f"contracts_reviewed_{months}m_share"
            centre = min(0.99, share / slow * (1 - 0.6 * 0.6**year))
            rows.append(_row(name, "share", centre, period=f"year {year}"))
    rows.append(_row("utilisation", "share", min(0.8 * slow, 0.97)))
    rows.append(_row("backlog_growth_per_month", "cases per month", 60 * (slow - 0.8)))
    rows.append(_row("resolution_in_clock_share", "share", min(0.97, 0.8 / slow)))
    rows.append(_row("in_clock_share_spread", "share", 0.05 * slow))
    rows.append(_row("response_days_median", "working days", 4 * slow))
    rows.append(_row("resolution_days_median", "calendar days", 21 * slow))
    rows.append(_row("reviews_overdue", "cases", 300 * slow))
    return [*rows, *_empty_posts(0.1 * slow, "all"), *_costs(4.1e6 * slow**0.5)]


def _empty_posts(share, role):
    return [
        _row("vacant_share", "share", share, role=role),
        _row("leavers_share", "share", 1.5 * share, role=role),
    ]


def _costs(total):
    head = total / 1.1e6
    return [
        *(_row(f"cost_{part}_gbp", "GBP per year", total * s) for part, s in COSTS.items()),
        _row("cost_total_gbp", "GBP per year", total),
        _row("cost_per_head_gbp", "GBP per patient per year", head),
        _row("allowance_used", "ratio", head / 4.0),
    ]


def measures(names=NAMES, replications=12, years=5, spread=0.03, context="today", seed=1):
    """Tidy measures for each arrangement, as staffed and for the same money."""
    rng = np.random.default_rng(seed)
    frames = []
    for name in names:
        for variant, slow in ((name, MEANS.get(name, 1.1)), (f"{name} (same money)", 1.0)):
            if variant == f"{names[0]} (same money)":
                continue
            slow = slow if variant == name else 1 + 0.6 * (MEANS.get(name, 1.1) - 1)
            rows = [*_backlog(slow, years), *_by_case_type(slow), *_others(slow, years)]
            table = pd.DataFrame(rows)
            for replication in range(replications):
                noise = 1 + spread * rng.standard_normal(len(table))
                frames.append(
                    table.assign(
                        arrangement=variant,
                        context=context,
                        replication=replication,
                        value=table["centre"] * noise,
                    )
                )
    frame = pd.concat(frames, ignore_index=True).drop(columns="centre")
    share = frame["measure"].str.startswith(("utilisation", "contracts_reviewed"))
    frame["value"] = frame["value"].mask(share, frame["value"].clip(upper=1.0))
    return frame


def chart_data(names=NAMES, change=None, labels=None, **options):
    """Results for some arrangements, changed by a function where a test wants so."""
    frame = measures(names, **options)
    if change:
        frame = change(frame)
    return ChartData(
        measures=frame,
        comparisons=compare(frame, names[0]),
        title="One area, 2013",
        base=names[0],
        note="Synthetic estate, built from published facts",
        labels={**LABELS, **(labels or {})},
    )


def never_reached(frame, measure, arrangement, replications=None):
    """Blank out quantiles as an overloaded arrangement does."""
    hit = frame["measure"].isin([f"resolution_days_{m}" for m in measure])
    hit &= frame["arrangement"] == arrangement
    if replications is not None:
        hit &= frame["replication"].isin(replications)
    return frame.assign(value=frame["value"].mask(hit))
