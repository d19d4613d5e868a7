-- A spare is a schema made before its org. It has a row of its own here and no org, is not active, and so is reached by nobody,
-- until an org takes it over, id and all. This column tells it from a tenant, and which scripts it was made with.
alter table public.tenants
    add column spare_scripts text,
    add check (spare_scripts is null or state in ('provisioning', 'failed'));
create index tenants_spare on public.tenants (spare_scripts, id) where spare_scripts is not null;
-- The last one that could not be made, kept for its error.
create unique index tenants_failed_spare on public.tenants (state) where spare_scripts is not null and state = 'failed';
