drop index public.tenants_failed;
alter table public.tenants drop column fingerprint, drop column drifted, drop column examined_at;
