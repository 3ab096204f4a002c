"""Random case types: demand of every kind, and stages with branches that lead anywhere."""

from functools import cache

from drawing import CONFLICTS, Document, hours, often, one_of, seldom, weights
from hypothesis import strategies as st

from sim.scenario.pathway import CONTRACT_TYPES


@st.composite
def stages(draw, roles) -> list[Document]:
    """Draw the stages of a pathway; branches lead anywhere."""
    some = draw(pathway(roles))
    names = [f"stage {number}" for number in range(len(some))]
    for name, stage in zip(names, some, strict=True):
        stage["name"] = name
        if stage["kind"] == "branch":
            stage["to"] = [*names, "end"][stage["to"] % (len(names) + 1)]
    return some


@cache
def pathway(roles):
    """Draw stages without names; a branch has the number of its target."""
    refuse = one_of(0.0, 0.0, 0.2)
    visit = one_of("never", "never", "by_share", "always")
    kinds = {
        "work": {"hours": hours, "by": weights(roles), "visit": visit},
        "wait": {"calendar_days": one_of(0, 1, 7, 21)},
        "decide": {
            "hours": hours,
            "paper_hours": hours,
            "by": weights(roles),
            "refuse_share": refuse,
        },
        "branch": {
            "share": one_of(0.0, 0.3, 0.6, 1.0),
            "to": st.integers(0, 6),
            "most_times": one_of(1, 2),
        },
    }
    stage = {
        kind: st.fixed_dictionaries({"kind": st.just(kind), **keys}) for kind, keys in kinds.items()
    }
    return st.lists(
        st.one_of(stage["work"], stage["decide"], *stage.values()), min_size=2, max_size=6
    )


@st.composite
def demands(draw, kind: str) -> Document:
    """Draw the demand of a case type."""
    match kind:
        case "random":
            rates = {name: draw(one_of(2.0, 8.0, 20.0)) for name in CONTRACT_TYPES}
            return {
                "kind": "random",
                "per_contract_year": rates,
                "dispersion_cv": draw(one_of(0.0, 0.5)),
                "in_flight_months": draw(one_of(0.0, 1.0)),
            }
        case "area":
            return {
                "kind": "area",
                "per_100k_year": draw(one_of(20.0, 100.0)),
                "dispersion_cv": draw(one_of(0.0, 0.5)),
                "in_flight_months": draw(one_of(0.0, 1.0)),
            }
    if kind == "once":
        return {"kind": "once", "contracts": [*draw(one_of(("gp",), CONTRACT_TYPES))]}
    demand: Document = {
        "kind": "cycle",
        "contracts": [*draw(one_of(("gp",), CONTRACT_TYPES))],
        "cycle_months": draw(one_of(0.5, 1.0, 6.0)),
    }
    if kind == "closed":
        return {**demand, "anchor": "closed"}
    if draw(st.booleans()):
        demand |= {"median_age_months": draw(one_of(0.5, 6.0)), "age_sigma": draw(one_of(0.0, 0.8))}
    elif draw(seldom):
        demand["due_month"] = draw(st.integers(1, 12))
    if draw(often):
        demand["first"] = {"case_type": "dust-off", "age_over_months": draw(one_of(0.2, 1.0))}
    return demand


DEMAND_KINDS = st.lists(
    one_of("random", "random", "area", "cycle", "cycle", "closed", "once"), min_size=1, max_size=3
)


CONDITION = st.fixed_dictionaries(
    {
        "contracts": one_of(CONTRACT_TYPES, ("gp", "pharmacy")).map(list),
        "struggling_per_year": one_of(0.0, 2.0, 20.0),
        "failing_per_year": one_of(0.0, 5.0, 50.0),
        "closing_per_year": one_of(0.0, 50.0, 50.0),
        "struggling_share": one_of(0.0, 0.2),
        "failing_share": one_of(0.0, 0.5, 0.8),
        "feedback": often,
    }
)


DEPENDENT = (
    ("support",),
    ("support",),
    ("support", "closing", "struggling"),
    ("closing", "support", "failing"),
    ("closing", "struggling", "failing"),
)
"""Case types that depend on the condition of contracts."""


@st.composite
def condition(draw, types) -> Document:
    """Draw how contracts decline; add case types that depend on it, and what repairs it."""
    found = draw(CONDITION)
    for case_type in types.values():
        case_type |= {
            "detect_share": draw(one_of(0.5, 1.0)),
            "repair_share": draw(one_of(0.0, 0.5)),
        }
    finding = [*types]
    for name in draw(one_of(*DEPENDENT)):
        rates = dict.fromkeys(found["contracts"], draw(one_of(5.0, 30.0)))
        demand: Document = {"kind": name}
        if name == "support":
            demand["after"] = finding[draw(st.integers(0, 1)) :]
        elif name != "closing":
            demand = {"kind": "random", "per_contract_year": rates, "needs": name}
        types[name] = {"demand": demand, "repair_share": draw(one_of(0.0, 0.5, 1.0))}
    return found


REVIEWS = ("cycle", "follows", "once")


@st.composite
def pathways(draw, roles) -> Document:
    """Draw the case types; a cycle may have a first review of another type."""
    kinds = ["random", *draw(DEMAND_KINDS)]
    wanted = [(f"{kind} {number}", draw(demands(kind))) for number, kind in enumerate(kinds)]
    for name, demand in [*wanted]:
        if "first" in demand:
            demand["first"]["case_type"] = f"dust-off {name}"
            wanted.append((f"dust-off {name}", {"kind": "follows"}))
    types: Document = {name: {"demand": demand} for name, demand in wanted}
    more = {"condition": draw(condition(types))} if draw(often) else {}
    types = {
        name: case_type
        | {
            "title": name,
            "group": "review"
            if case_type["demand"]["kind"] in REVIEWS
            else draw(one_of("transaction", "redesign")),
            "priority": draw(one_of(0, 1, 1, 3)),
            "stages": draw(stages(roles)),
            "clock_calendar_days": draw(one_of(None, 7, 28)),
            "response_working_days": draw(one_of(None, 3)),
            "effort_distribution": draw(one_of("lognormal", "exponential", "constant")),
            "conflict": draw(one_of(*CONFLICTS)),
            "risk_factor": draw(one_of(0.0, 1.0, 2.0)),
            "partner_factor": draw(one_of(0.0, 0.0, 1.0)),
            "peers": draw(one_of(False, True)),
        }
        for name, case_type in types.items()
    }
    return {
        "case_types": types,
        **more,
        "packet_hours": draw(one_of(0.25, 1.0, 2.0, 2.0, 5.0, 1000.0)),
    }
