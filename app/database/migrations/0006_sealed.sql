-- Work that came in a sealed envelope: who carried it here, and how. The author is the command's own.

create table sealed_delivery (
  command_id uuid primary key references command_log,
  carried_by uuid not null references user_account,
  way text not null check (way in ('phone', 'file')),
  at timestamptz not null default now()
);
