"""Let ``python -m sim.cli`` be the command ``sim``."""

from sim.cli.words import main

main()
