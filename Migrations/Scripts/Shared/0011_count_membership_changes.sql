alter table public.memberships add column revision integer not null default 1;
