-- What an org may take of what all share. Null is what everybody has: the limits of the data login, the settings of the service.
create table public.plans (
    name                  text primary key check (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(name) <= 40),
    -- Less than the minute after which the service waits no longer.
    statement_timeout     text check (statement_timeout ~ '^[1-9][0-9]{0,5}(ms|s)$' and statement_timeout::interval <= interval '50 s'),
    lock_timeout          text check (lock_timeout ~ '^[1-9][0-9]{0,5}(ms|s)$'),
    requests_per_second   integer check (requests_per_second between 1 and 1000000),
    -- In percent of the data pool: no org has all of it.
    pool_share            integer check (pool_share between 1 and 90),
    -- The plan of most, which an entry therefore does not look up.
    check (name <> 'default' or num_nonnulls(statement_timeout, lock_timeout, requests_per_second, pool_share) = 0)
);
insert into public.plans (name, statement_timeout, lock_timeout, requests_per_second, pool_share)
values ('default', null, null, null, null), ('small', '5s', '1s', 50, 10), ('large', null, null, 1000, 75);

alter table public.tenants add column plan text not null default 'default' references public.plans;

-- The entry again, which also sets what the org's plan says, live and for this transaction, and tells the service its share. What
-- it can set by itself costs less here, in a plan that is kept, than in the caller's select: role and path cannot be set here.
-- Beside the entry of before, told apart by its arguments, so that a service of the version before goes on entering.
create function tenancy.enter(
    read_only text, session_id uuid, org_slug text, org_id uuid, admin_required boolean, oldest integer, newest integer,
    out schema_name text, out path text, out limits text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    entry record;
    granted record;
    was_set text;
begin
    select s.user_id, o.id as org, m.role, t.state, t.version, t.schema_name, t.plan into entry
    from public.sessions s
    left join public.orgs o on o.slug = coalesce(org_slug, (select n.slug from public.orgs n where n.id = org_id))
    left join public.memberships m on m.org_id = o.id and m.user_id = s.user_id
    left join public.tenants t on t.id = m.org_id
    where s.id = session_id and s.ended_at is null and s.expires_at > now();

    if entry.user_id is null then raise exception 'session ended' using errcode = 'TN401'; end if;
    -- Also where the slug is nobody's: whose it is, if anybody's, is not told.
    if org_slug is not null and org_id is not null and entry.org is distinct from org_id then
        raise exception 'ambiguous' using errcode = 'TN400';
    end if;
    if entry.role is null or entry.state = 'deleting' then raise exception 'not found' using errcode = 'TN404'; end if;
    if entry.state = 'suspended' then raise exception 'suspended' using errcode = 'TN423'; end if;
    if entry.state <> 'active' or entry.version not between oldest and newest then
        raise exception 'unavailable' using errcode = 'TN503';
    end if;
    if admin_required and entry.role <> 'admin' then raise exception 'admin required' using errcode = 'TN403'; end if;

    schema_name := entry.schema_name;
    path := entry.schema_name || ', pg_temp';
    was_set := set_config('transaction_read_only', read_only, true);
    if entry.plan <> 'default' then
        select p.statement_timeout, p.lock_timeout, p.requests_per_second, p.pool_share into granted
        from public.plans p where p.name = entry.plan;
        if granted.statement_timeout is not null then was_set := set_config('statement_timeout', granted.statement_timeout, true); end if;
        if granted.lock_timeout is not null then was_set := set_config('lock_timeout', granted.lock_timeout, true); end if;
        limits := coalesce(granted.requests_per_second, 0) || ' ' || coalesce(granted.pool_share, 0);
    end if;
end $$;

create or replace function tenancy.enter(
    session_id uuid, org_slug text, admin_required boolean, oldest integer, newest integer, org_id uuid default null)
returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select e.schema_name
    from tenancy.enter(current_setting('transaction_read_only'), session_id, org_slug, org_id, admin_required, oldest, newest) e
$$;

do $$
declare db text := current_database();
begin
    execute format('grant execute on function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer) to %I, %I', db || '_data', db || '_tenants');
end $$;
