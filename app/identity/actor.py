"""Who is acting: the one description of a signed-in person that rules and scopes look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The roles of the product (domain model 5.1, SR-24)."""

    TECHNICIAN = "technician"
    DRIVER = "driver"
    PLANNER = "planner"
    CUSTOMER_SERVICE = "customer_service"
    PRESCRIBER = "prescriber"
    WAREHOUSE = "warehouse"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """A user with the roles, teams and customers of the active memberships, in exactly one region.

    Attributes:
        user_id: the user.
        region_id: the region; no query of this actor may see another.
        roles: the active roles.
        team_ids: the teams (service departments) of the memberships.
        customer_ids: the customers the user orders for (R-041).
        language: "sv" or "en", for sentences made by the server.
        active: False for a deactivated user whose phone still delivers work: everything is quarantined.
    """

    user_id: UUID
    region_id: UUID
    roles: frozenset[Role]
    team_ids: frozenset[UUID] = field(default_factory=frozenset)
    customer_ids: frozenset[UUID] = field(default_factory=frozenset)
    language: str = "sv"
    name: str = ""
    active: bool = True

    def has(self, *roles: Role) -> bool:
        """True when the actor holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def unit(self) -> str:
        """The unit the access log names (SR-08): the first team or customer, else the region."""
        return str(min(self.team_ids or self.customer_ids or {self.region_id}, key=str))


def anonymous(region_id: UUID) -> Actor:
    """Return nobody in particular: whoever fills in a public form of the region. It has no roles."""
    return Actor(UUID(int=0), region_id, frozenset())
