alter table public.memberships drop column revision;
