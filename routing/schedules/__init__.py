"""Round schedules: template rounds of weekdays, customers' agreements, and the day that each order goes out."""
