from routing.planner.checker import check
from routing.planner.plan import Plan, PlannedVisit, Reason, Rest, Route, Unserved, plan_cost
from routing.planner.problem import BadProblem, Price, Problem, Shipment, TravelMatrix, Van, Visit
from routing.planner.schedule import PresentOrder, present_order, schedule
