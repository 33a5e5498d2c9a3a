-- The van's day goes up: loaded = delivered + returned + explained. And what of a device's parts came home with it.

-- Everything loaded and collected has been accounted for.
alter table van_round add column reconciled_at timestamptz;

-- What the driver said, back at the centre, of the goods that should have been in the van.
create table van_account (
  id uuid primary key,
  region_id uuid not null references region,
  round_id uuid not null references van_round,
  task_id uuid not null references stop_task,
  device_id uuid references device,
  article_id uuid not null references article,
  quantity integer not null check (quantity between 1 and 9999),
  code text not null check (code in ('here', 'never_loaded', 'missing', 'left_unsigned', 'other')),
  note text not null default '' check (char_length(note) <= 500),
  by_user uuid not null references user_account,
  at timestamptz not null,
  command_id uuid not null references command_log
);
create index van_account_round on van_account (round_id);
create index van_account_task on van_account (task_id);
create index van_account_device on van_account (device_id);
create index van_account_command on van_account (command_id);
create trigger van_account_immutable before update or delete on van_account for each row execute function refuse_change();

-- What left with the device against what came back, by article and K-number (R-143, R-269).
create table collected_part (
  id uuid primary key,
  region_id uuid not null references region,
  stop_id uuid not null references stop,
  task_id uuid not null references stop_task,
  device_id uuid not null references device,
  component_id uuid not null references device_component,
  expected integer not null check (expected > 0),
  counted integer not null check (counted between 0 and 9999),
  at timestamptz not null,
  command_id uuid not null references command_log,
  undone_by uuid references command_log
);
create index collected_part_task on collected_part (task_id, at);
create index collected_part_device on collected_part (device_id, at);
create index collected_part_component on collected_part (component_id);
create index collected_part_stop on collected_part (stop_id);
create index collected_part_command on collected_part (command_id);
create trigger collected_part_stop_rv after insert or update on collected_part
  for each row execute function renew_stop();

-- A stop's row says what of it is in the van.
create trigger custody_event_stop_rv after insert or update of standing on custody_event
  for each row when (new.stop_id is not null) execute function renew_stop();

-- When the van is back no entry code is on the phone any more (SR-24).
create function renew_stops_of_round() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where round_id = new.id;
  return null;
end $$;
create trigger van_round_back after update of state on van_round for each row
  when (new.state = 'returned' and old.state <> 'returned') execute function renew_stops_of_round();

-- A stop's row names the parts of its devices too.
create or replace function renew_stops_of_article() returns trigger language plpgsql as $$
begin
  update stop set rv = rv where id in (select t.stop_id from stop_task t where t.article_id = new.id
      or exists (select from device_component c where c.device_id = t.device_id and c.article_id = new.id))
    and state not in ('done', 'cancelled');
  return null;
end $$;

-- ---------------------------------------------------------------- the office chooses another device (sync case 15)

-- Every device that has been a line's: what was handed over may be the one before, and is then what the recipient has.
create table order_line_device (
  order_line_id uuid not null references order_line,
  device_id uuid not null references device,
  since timestamptz not null default now(),
  primary key (order_line_id, device_id)
);
create index order_line_device_device on order_line_device (device_id);
insert into order_line_device (order_line_id, device_id) select id, device_id from order_line where device_id is not null
  on conflict do nothing;
insert into order_line_device (order_line_id, device_id) select order_line_id, device_id from stop_task
  where order_line_id is not null and device_id is not null on conflict do nothing;

-- The round's tasks follow the line, as long as nothing has been done with them.
create function follow_order_line_device() returns trigger language plpgsql as $$
begin
  insert into order_line_device (order_line_id, device_id) select new.id, new.device_id where new.device_id is not null
    on conflict do nothing;
  if tg_op = 'UPDATE' then
    update stop_task set device_id = new.device_id where order_line_id = new.id and state = 'planned'
      and device_id is distinct from new.device_id;
  end if;
  return null;
end $$;
create trigger order_line_device_follow after insert or update of device_id on order_line
  for each row execute function follow_order_line_device();
