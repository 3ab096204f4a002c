"""The types of contract that primary care is bought with."""

from __future__ import annotations

from typing import Literal

ContractType = Literal["gp", "dental", "pharmacy", "optical"]
CONTRACT_TYPES: tuple[ContractType, ...] = ("gp", "dental", "pharmacy", "optical")
