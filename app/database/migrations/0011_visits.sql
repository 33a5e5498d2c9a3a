-- Visits: attempts to reach the patient, texts to the patient, telling in time that a promise will not be kept, and what is at the supplier's.

create table contact_attempt (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  at timestamptz not null,
  result text not null check (result in ('reached', 'no_answer', 'wrong_number')),
  channel text not null check (channel in ('phone', 'sms', 'letter', 'visit')),
  note text not null default '' check (char_length(note) <= 2000),
  by_id uuid references user_account,
  command_id uuid not null references command_log
);
create index contact_attempt_order on contact_attempt (work_order_id, at);

-- What was noted before: the log has it. Its notes stay there.
insert into contact_attempt (id, region_id, work_order_id, at, result, channel, by_id, command_id)
  select c.id, c.region_id, c.aggregate, c.at_est, sent.args ->> 'result', 'phone', c.author, c.id
  from command_log c, lateral (select convert_from(c.payload_raw, 'UTF8')::json -> 'args' as args) sent
  where c.type = 'work_order.contact' and c.verdict = 'applied' and c.aggregate is not null;

-- A text to the patient: copied by hand into a letter or a message, or sent through the gateway. Never a personal number.
create table patient_notice (
  id uuid primary key,
  region_id uuid not null references region,
  work_order_id uuid not null references work_order,
  purpose text not null check (purpose in ('booked', 'moved', 'call_us', 'no_contact', 'delayed')),
  channel text not null check (channel in ('sms', 'letter', 'email')),
  address text not null default '' check (char_length(address) <= 200),
  text text not null check (char_length(text) between 1 and 2000),
  state text not null check (state in ('copied', 'queued', 'sent', 'failed')),
  failure text not null default '',
  by_id uuid references user_account,
  command_id uuid not null references command_log,
  created_at timestamptz not null,
  sent_at timestamptz,
  check ((state = 'sent') = (sent_at is not null))
);
create index patient_notice_order on patient_notice (work_order_id, created_at);

alter table work_order
  -- Somebody has said, or the clocks show, that the promise will not be kept (R-215).
  add column will_miss_at timestamptz,
  add column will_miss_reason text check (will_miss_reason in ('parts', 'time', 'patient', 'supplier', 'no_slot', 'other')),
  add column will_miss_note text not null default '' check (char_length(will_miss_note) <= 500),
  -- The prescriber was asked for a new prescription of an article that has expired (R-220).
  add column referred_at timestamptz,
  -- Priority 6: the supplier has it (R-192).
  add column supplier_sent_on date,
  add column supplier_promised_on date,
  add column supplier_back_on date,
  add constraint work_order_will_miss check ((will_miss_at is null) = (will_miss_reason is null)),
  add constraint work_order_supplier check (supplier_back_on >= supplier_sent_on and supplier_promised_on >= supplier_sent_on);

create trigger contact_attempt_order_rv after insert on contact_attempt for each row execute function renew_order();
create trigger patient_notice_order_rv after insert or update on patient_notice for each row execute function renew_order();

-- The rows have more in them: phones that hold the older ones get them anew.
update work_order set rv = rv where state not in ('closed', 'cancelled')
  or coalesce(closed_at, cancelled_at) > now() - interval '4 days';
