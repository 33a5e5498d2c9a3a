"""Travel times and distances for the planner."""

from routing.travel.choice import provider
from routing.travel.ground import misplaced
from routing.travel.haversine import Haversine, haversine_matrix
from routing.travel.provider import MatrixProvider, Point

__all__ = ["Haversine", "MatrixProvider", "Point", "haversine_matrix", "misplaced", "provider"]
