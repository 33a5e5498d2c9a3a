-- Versions of published rounds: every change of the list, whoever makes it, and which of them the driver has said yes to.

alter table round_change
  -- A planner's own hand, where no plan made it.
  alter column plan_id drop not null,
  add column made_by uuid references user_account,
  -- The planned stops in their order from then on.
  add column stops uuid[] not null default '{}';

alter table van_round
  add column accepted_version integer not null default 0 check (accepted_version >= 0),
  add column accepted_at timestamptz;
