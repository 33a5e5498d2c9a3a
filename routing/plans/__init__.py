"""Plans of a day's rounds: started by a planner, searched for by a job, looked at as a proposal, taken or left."""
