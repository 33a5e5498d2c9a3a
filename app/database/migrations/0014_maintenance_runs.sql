-- Maintenance runs: what a technician does on which day and in which order, at one door at a time (R-231).

create table maintenance_run (
  id uuid primary key,
  region_id uuid not null references region,
  name text not null check (char_length(name) between 1 and 120),
  technician_id uuid not null references user_account,
  first_day date not null,
  last_day date not null,
  published_by uuid not null references user_account,
  published_at timestamptz not null,
  withdrawn_by uuid references user_account,
  withdrawn_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check (first_day <= last_day),
  check ((withdrawn_at is null) = (withdrawn_by is null))
);
create index maintenance_run_region on maintenance_run (region_id, last_day desc, id);
create trigger maintenance_run_rv before update on maintenance_run for each row execute function renew_rv();

create table maintenance_stop (
  id uuid primary key,
  region_id uuid not null references region,
  run_id uuid not null references maintenance_run,
  technician_id uuid not null references user_account,
  on_day date not null,
  position integer not null check (position > 0),
  -- [{"kind": "maintenance" | "order" | "pickup", "number", "order_number", "title"}]; nothing of whose it is.
  tasks jsonb not null,
  withdrawn boolean not null default false,
  rv bigint not null default nextval('rv_seq'),
  unique (run_id, on_day, position)
);
create index maintenance_stop_technician on maintenance_stop (technician_id, on_day) where not withdrawn;
create trigger maintenance_stop_rv before update on maintenance_stop for each row execute function renew_rv();

create function touch_maintenance_stop() returns trigger language plpgsql as $$
begin
  perform touch(new.technician_id);
  return null;
end $$;
create trigger maintenance_stop_touch after insert or update on maintenance_stop
  for each row execute function touch_maintenance_stop();

-- The card shows what was measured last and first, so a signed protocol renews it.
create trigger service_protocol_card after insert on service_protocol for each row execute function renew_card();
