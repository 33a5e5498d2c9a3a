-- Preventive maintenance: plans with their ground, and one occasion per time that a device is due (R-224, R-228).

-- ---------------------------------------------------------------- plans

-- A plan is for one device, one article or one ISO class; the narrowest that holds is a device's plan.
create table maintenance_plan (
  id uuid primary key,
  region_id uuid not null references region,
  name text not null check (char_length(name) between 1 and 120),
  device_id uuid references device,
  article_id uuid references article,
  -- Digits only: "123603" for 12 36 03. A shorter class is wider.
  iso_class text check (iso_class ~ '^[0-9]{2,6}$'),
  -- R-226: what care units decide themselves is no plan here.
  ground text not null check (ground in ('manufacturer', 'authority', 'standard')),
  ground_text text not null check (char_length(ground_text) between 1 and 300),
  interval_months integer not null check (interval_months between 1 and 120),
  due_from text not null check (due_from in ('completion', 'schedule')),
  template_id text not null check (char_length(template_id) between 1 and 64),
  template_version integer not null check (template_version > 0),
  made_by uuid not null references user_account,
  made_at timestamptz not null,
  ended_by uuid references user_account,
  ended_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check (num_nonnulls(device_id, article_id, iso_class) = 1),
  check ((ended_at is null) = (ended_by is null))
);
create unique index maintenance_plan_device on maintenance_plan (device_id) where ended_at is null and device_id is not null;
create unique index maintenance_plan_article on maintenance_plan (article_id) where ended_at is null and article_id is not null;
create unique index maintenance_plan_class on maintenance_plan (region_id, iso_class) where ended_at is null and iso_class is not null;
create index maintenance_plan_region on maintenance_plan (region_id, name);
create trigger maintenance_plan_rv before update on maintenance_plan for each row execute function renew_rv();

-- Which plan a device has now.
create view device_maintenance as
  select d.id as device_id, d.region_id, p.id as plan_id, p.name, p.interval_months, p.due_from, p.template_id,
    p.template_version
  from device d
  join article a on a.id = d.article_id
  cross join lateral (
    select p.* from maintenance_plan p
    where p.region_id = d.region_id and p.ended_at is null
      and (p.device_id = d.id or p.article_id = d.article_id
        or regexp_replace(a.iso_class, '[^0-9]', '', 'g') like p.iso_class || '%')
    order by p.device_id is null, p.article_id is null, char_length(p.iso_class) desc
    limit 1) p;

-- ---------------------------------------------------------------- occasions

create table maintenance_occasion (
  id uuid primary key,
  region_id uuid not null references region,
  device_id uuid not null references device,
  plan_id uuid references maintenance_plan,
  due_on date not null,
  state text not null check (state in ('planned', 'notified', 'contact_failed', 'prescriber_contacted', 'booked',
    'in_progress', 'approved', 'not_approved', 'archived', 'exchanged', 'referred', 'quarantined', 'waived', 'void')),
  work_order_id uuid references work_order,
  -- R-228: when the holder was told, and how; agreed: the holder said yes to a day that comes sooner.
  notified_on date,
  notified_how text check (notified_how in ('phone', 'letter', 'message', 'in_person')),
  agreed boolean not null default false,
  -- R-230.
  contact_failed_on date,
  prescriber_told_on date,
  booked_on date,
  -- Whose hands did the work; the label and the disposition are this technician's to finish.
  technician_id uuid references user_account,
  performed_on date,
  next_pm date,
  label_how text check (label_how in ('scan', 'handwritten')),
  labelled_at timestamptz,
  labelled_by uuid references user_account,
  disposition text check (disposition in ('repaired', 'exchanged', 'referred', 'quarantined')),
  note text not null default '' check (char_length(note) <= 500),
  opened_at timestamptz not null,
  ended_at timestamptz,
  rv bigint not null default nextval('rv_seq'),
  check ((notified_on is null) = (notified_how is null)),
  check ((label_how is null) = (labelled_at is null)),
  check ((state in ('archived', 'exchanged', 'referred', 'quarantined', 'waived', 'void')) = (ended_at is not null)),
  check (state <> 'archived' or label_how is not null),
  check (state not in ('exchanged', 'referred', 'quarantined') or disposition = state)
);
create unique index maintenance_occasion_open on maintenance_occasion (device_id) where ended_at is null;
create index maintenance_occasion_device on maintenance_occasion (device_id, opened_at);
create index maintenance_occasion_order on maintenance_occasion (work_order_id);
create index maintenance_occasion_technician on maintenance_occasion (technician_id) where ended_at is null;
create index maintenance_occasion_region on maintenance_occasion (region_id, due_on) where ended_at is null;
create trigger maintenance_occasion_rv before update on maintenance_occasion for each row execute function renew_rv();

-- The due list is read by day: 65,000 devices and the first page.
create index device_next_pm on device (region_id, next_pm, id) where next_pm is not null and status not in ('scrapped', 'lost');

create function touch_occasion() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform touch(old.technician_id);
    perform touch(w.assigned_to) from work_order w where w.id = old.work_order_id;
  end if;
  perform touch(new.technician_id);
  perform touch(w.assigned_to) from work_order w where w.id = new.work_order_id;
  return null;
end $$;
create trigger maintenance_occasion_touch after insert or update on maintenance_occasion
  for each row execute function touch_occasion();
