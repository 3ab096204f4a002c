"""The what-if page: pick an area and an arrangement, move a few levers, see what changes.

It is thin: ``levers`` and ``questions`` say what may be chosen, ``state`` reads it from the
address, ``scenario_file`` writes it as a scenario, ``background`` runs that, ``view`` puts the
results into words and pictures, ``app`` answers and ``serve`` listens on this machine alone.
"""
