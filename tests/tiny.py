"""A tiny scenario in which what the model gives can be worked out by hand."""

WORLD = """
schema = 1
title = "Tiny"

[run]
start = 2014-04-01
years = 1
replications = 2
seed = 7

[compare]
base = "central"
primary = "load"

[estate]
source = "uniform"
contracts = { gp = 20, dental = 10 }
tiers = { area = { bodies = 4 } }

[contexts.baseline]

[pathways.case_types.query]
title = "Query"
group = "transaction"
priority = 1
demand = { kind = "random", per_contract_year = { gp = 2.0 } }
stages = [{ kind = "work", name = "answer", hours = 1.0, by = { officer = 1 } }]

[arrangements.central]
title = "Central"
workforce = { roles = { officer = { annual_cost_gbp = 50000 } } }
authority = [{ team = "office", decides = "officer" }]

[arrangements.central.teams.office]
tier = "area"
wte = { low = 4, central = 8, high = 12, source = "assumption", grade = "assumed" }
mix = { officer = 1.0 }

[arrangements.central.committees.board]
tier = "area"
meetings_per_year = 6
members = { executive = 3 }
agenda_items = 4
quorum = 2

[arrangements.local]
title = "Local"
workforce = { roles = { officer = { annual_cost_gbp = 50000 } } }
authority = [{ team = "office", decides = "officer" }]

[arrangements.local.teams.office]
tier = "area"
wte = 4
mix = { officer = 1.0 }
"""
