"""Random arrangements: teams, committees, authority, and every block of parameters."""

from functools import cache

from drawing import CONFLICTS, TIERS, Document, hours, often, one_of, seldom, weights
from hypothesis import strategies as st

from sim.scenario.pathway import CONTRACT_TYPES


@st.composite
def committees(draw) -> Document:
    """Draw the rules of a committee, from one that always can decide to one that never can."""
    members = {kind: draw(st.integers(0, 3)) for kind in ("gp", "lay", "executive")}
    conflicts = draw(one_of((0.0, 0.3, 1.0), (0.0, 0.3, 1.0), (1.0,)))
    return {
        "tier": draw(one_of(*TIERS)),
        "meetings_per_year": draw(one_of(12, 26, 100, 100, 400)),
        "paper_deadline_working_days": draw(one_of(0, 0, 2, 5)),
        "agenda_items": draw(one_of(1, 2, 5, 50)),
        "members": members,
        "quorum": draw(st.integers(0, sum(members.values()))),
        "quorum_gp": draw(st.integers(0, members["gp"])),
        "attendance_share": draw(one_of(1.0, 1.0, 0.9, 0.6)),
        "conflict_share": {name: draw(one_of(*conflicts)) for name in CONFLICTS},
        "deferral_share": draw(one_of(0.0, 0.3)),
        "co_opt_after": draw(st.integers(1, 3)),
        "annual_cost_gbp": 1000,
    }


@st.composite
def authorities(draw, case_types, teams, deciders) -> list[Document]:
    """Draw an authority table without gaps, with a few exceptions."""
    rows = [{"team": draw(one_of(*teams)), "decides": deciders[0]}]
    for _ in range(draw(st.integers(0, 3))):
        row: Document = {"team": draw(one_of(*teams)), "decides": draw(one_of(*deciders))}
        row["cases"] = [draw(one_of(*case_types, "*"))]
        if draw(st.booleans()):
            row["contracts"] = [draw(one_of(*CONTRACT_TYPES, "area"))]
        if draw(st.booleans()):
            row["stages"] = [f"stage {draw(st.integers(0, 3))}"]
        row["where_adopted"] = draw(one_of(True, False, False))
        rows.append(row)
    return rows


@cache
def teams(roles):
    """Draw a kind of team."""
    parts = weights(roles) | st.just(dict.fromkeys(roles, 1.0))
    return st.fixed_dictionaries(
        {
            "tier": one_of(*TIERS),
            "wte": one_of(0.5, 1.0, 1.6, 3.0, 8.0),
            "sized_by": one_of("patients", "contracts", "equal"),
            "mix": parts.map(lambda mix: {r: w / sum(mix.values()) for r, w in mix.items()}),
            "procedures": seldom.map(
                lambda own: {"effort_multiplier": 0.9, "misfit_share": 0.5} if own else {}
            ),
        }
    )


@cache
def workforce(roles):
    """Draw the conditions of staff."""
    return st.fixed_dictionaries(
        {
            "roles": st.just({role: {"annual_cost_gbp": 50_000} for role in roles}),
            "leave_working_days": one_of(0, 0, 30),
            "sickness_share": one_of(0.0, 0.0, 0.05, 0.2),
            "sickness_spell_working_days": one_of(1.0, 4.5),
            "casework_share": one_of(1.0, 1.0, 0.8, 0.5),
            "turnover_per_year": one_of(0.0, 12.0, 3.0, 0.0),
            "first_year_turnover_per_year": one_of(None, None, 6.0),
            "recruitment_weeks": one_of(0.0, 0.0, 2.0),
            "vacant_at_start_share": one_of(0.0, 0.0, 0.4),
            "full_productivity_months": one_of(0.0, 0.5, 3.0),
            "joiner_productivity_share": one_of(1.0, 0.5, 0.3),
        }
    )


MECHANISMS = {
    "knowledge": st.fixed_dictionaries(
        {
            "unknown_effort_multiplier": one_of(1.2, 2.0),
            "half_life_months": one_of(0.5, 12.0),
            "team_memory_share": one_of(0.0, 0.5, 1.0),
            "retained_share": one_of(0.0, 0.5, 1.0),
        }
    ),
    "dispatch": st.fixed_dictionaries(
        {"mode": st.just("portfolio"), "fallback_working_days": one_of(0.0, 0.1, 1.0, 5.0)}
    ),
    "handoffs": st.fixed_dictionaries(
        {"delay_working_days": one_of(0.0, 0.1, 2.0), "effort_share": one_of(0.0, 0.1, 0.5)}
    ),
    "procedures": st.fixed_dictionaries(
        {
            "effort_multiplier": one_of(0.8, 1.0),
            "effort_cv": one_of(0.0, 0.4, 1.5),
            "misfit_share": one_of(0.0, 0.3),
        }
    ),
    "visits": st.fixed_dictionaries(
        {
            "review_share": one_of(0.5, 1.0),
            "visits_per_day": one_of(1.0, 2.0),
            "virtual_share": one_of(0.0, 0.3),
        }
    ),
    "adoption": st.fixed_dictionaries(
        {"tier": one_of(*TIERS), "share": one_of(0.0, 0.5, 0.5, 1.0)}
    ),
    "governance": st.fixed_dictionaries(
        {"body_hours_per_year": one_of(100.0, 1000.0), "contained_share": one_of(0.0, 0.5, 1.0)}
    ),
    "referral": st.fixed_dictionaries(
        {
            "team": st.just("team 0"),
            "after": one_of(("officer",), ("officer", "panel 0")).map(list),
            "share": one_of(0.2, 1.0),
            "hours": hours,
            "by": st.just({"officer": 1.0}),
        }
    ),
    "data": st.fixed_dictionaries(
        {"rework_share": one_of(0.3, 1.0), "wait_calendar_days": one_of(0.0, 3.0)}
    ),
    "coverage": st.fixed_dictionaries(
        {"process_share": one_of(0.0, 0.5), "improvised_effort_multiplier": one_of(1.5, 1.0)}
    ),
    "partners": st.fixed_dictionaries(
        {
            "bodies": one_of(1.0, 3.0),
            "coordination_hours": one_of(0.0, 0.5),
            "coordination_calendar_days": one_of(0.0, 2.0),
            "by": st.just({"officer": 1.0}),
            "shared_cases": one_of((), ("random 0",)).map(list),
            "friction_effort_multiplier": one_of(1.0, 1.2),
        }
    ),
    "clinical_leadership": st.fixed_dictionaries(
        {
            "engaged_share": one_of(0.5, 1.0),
            "redesign_effort_multiplier": one_of(1.0, 0.7),
            "settled_share": one_of(0.0, 0.5, 1.0),
            "settling_hours": one_of(0.0, 1.0),
            "by": st.just({"officer": 1.0}),
        }
    ),
}
"""Parameter blocks that may be left out: each has a neutral value."""


@st.composite
def refusals(draw, pathways) -> Document:
    """Draw what an arrangement refuses in its own way."""
    return {
        name: {
            stage["name"]: draw(one_of(0.0, 0.5, 1.0))
            for stage in case_type["stages"]
            if stage["kind"] == "decide" and draw(seldom)
        }
        for name, case_type in pathways["case_types"].items()
    }


@st.composite
def arrangements(draw, roles, case_types) -> Document:
    """Draw who is responsible for what."""
    kinds = [f"team {number}" for number in range(draw(st.integers(1, 3)))]
    panels = [f"panel {number}" for number in range(draw(one_of(0, 1, 1, 2)))]
    substitution: Document = {}
    for role in roles if draw(often) else ():
        others = draw(st.lists(one_of(*roles), min_size=1, max_size=2, unique=True))
        substitution[role] = {
            other: draw(one_of(1.0, 1.25, 0.5)) for other in others if other != role
        }
    blocks = {name: draw(block) for name, block in MECHANISMS.items() if draw(often)}
    within = {tier: draw(one_of(None, None, None, *TIERS)) for tier in TIERS}
    staffed = {name: draw(teams(roles)) for name in kinds}
    return {
        "title": "Ours",
        "workforce": draw(workforce(roles)),
        "substitution": substitution,
        "teams": {
            n: {**team, "covers_within": within[team["tier"]]} for n, team in staffed.items()
        },
        "committees": {name: draw(committees()) for name in panels},
        "authority": draw(authorities(case_types, kinds, [*panels, "officer"])),
        **blocks,
    }


TRANSITION = st.fixed_dictionaries(
    {
        "wte_multiplier": one_of(1.0, 0.6),
        "handover_working_days": one_of(0.0, 0.1, 2.0, 8.0),
        "incomplete_file_share": one_of(0.0, 0.5, 1.0),
        "incomplete_file_effort_share": one_of(0.0, 0.5, 2.0),
        "dip_share": one_of(0.0, 0.3),
        "dip_months": one_of(0.2, 1.0),
    }
)
"""The switches of a transition, without what it replaces and when."""
