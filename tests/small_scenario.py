"""A small scenario to test with, and ways to change it."""

import json

from sim.scenario.schema import Scenario

TEAM = {"tier": "area", "wte": 10.0, "mix": {"officer": 1.0}}
ARRANGEMENT = {
    "title": "Central",
    "workforce": {"roles": {"officer": {"annual_cost_gbp": 50000}}},
    "teams": {"office": TEAM},
    "authority": [{"team": "office", "decides": "officer"}],
}
QUERY = {
    "title": "Query",
    "group": "transaction",
    "priority": 1,
    "demand": {"kind": "random", "per_contract_year": {"gp": 2.0}},
    "stages": [{"kind": "work", "name": "answer", "hours": 1.0, "by": {"officer": 1}}],
}
CONTENT = {
    "schema": 1,
    "name": "small",
    "title": "Small",
    "run": {"start": "2014-04-01", "years": 1, "replications": 4, "seed": 7},
    "compare": {"base": "central", "primary": "backlog_growth_per_month"},
    "estate": {"source": "uniform", "contracts": {"gp": 20}, "tiers": {"area": {"bodies": 1}}},
    "pathways": {"case_types": {"query": QUERY}},
    "contexts": {"now": {}, "busy": {"demand_multiplier": 1.2}},
    "arrangements": {"central": ARRANGEMENT, "local": {**ARRANGEMENT, "title": "Local"}},
}


def changed(path, value):
    """Return the small scenario with one value changed."""
    content = json.loads(json.dumps(CONTENT))  # nothing shared between arrangements
    *parents, last = path.split(".")
    place = content
    for name in parents:
        place = place[name]
    place[last] = value
    return Scenario.model_validate(content)


SMALL = Scenario.model_validate(CONTENT)
