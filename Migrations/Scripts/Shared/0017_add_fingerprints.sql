-- What the last look at a tenant's structure found: so that who has drifted is told without looking at all of them again.
alter table public.tenants
    add column fingerprint  text,
    add column drifted      boolean not null default false,
    add column examined_at  timestamptz;
create index tenants_drifted on public.tenants (id) where drifted;
create index tenants_failed on public.tenants (id) where state = 'failed' or last_error is not null;
