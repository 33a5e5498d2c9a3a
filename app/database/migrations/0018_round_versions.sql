-- Versions of published rounds: every change of the list, whoever makes it, and which of them the driver has said yes to.
-- And the two ways of a device that is fetched for repair.

alter table round_change
  -- A planner's own hand, where no plan made it.
  alter column plan_id drop not null,
  add column made_by uuid references user_account,
  -- The planned stops in their order from then on.
  add column stops uuid[] not null default '{}';

alter table van_round
  add column accepted_version integer not null default 0 check (accepted_version >= 0),
  add column accepted_at timestamptz;

-- Fetched for repair and brought back (R-204): for a work order and never for a pick-up order, so its holding stays open.
alter table stop_task
  add column work_order_id uuid references work_order,
  add check (work_order_id is null or (order_line_id is null and pickup_line_id is null and device_id is not null));
create index stop_task_work_order on stop_task (work_order_id) where work_order_id is not null;
