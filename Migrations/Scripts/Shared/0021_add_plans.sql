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
-- One look-up by key after the other instead of one join: a connection that comes from the pool was reset, and then each is
-- planned anew, which for a join of four tables takes longer than all the rest.
-- Beside the entry of before, told apart by its arguments, so that a service of the version before goes on entering.
create function tenancy.enter(
    read_only text, session_id uuid, org_slug text, org_id uuid, admin_required boolean, oldest integer, newest integer,
    out schema_name text, out path text, out limits text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    caller uuid;
    org uuid;
    held_role text;
    tenant_state text;
    tenant_version integer;
    tenant_plan text;
    granted record;
    was_set text;
begin
    select s.user_id into caller from public.sessions s where s.id = session_id and s.ended_at is null and s.expires_at > now();
    if caller is null then raise exception 'session ended' using errcode = 'TN401'; end if;

    org := org_id;
    if org_slug is not null then
        select o.id into org from public.orgs o where o.slug = org_slug;
        -- Also where the slug is nobody's: whose it is, if anybody's, is not told.
        if org_id is not null and org is distinct from org_id then raise exception 'ambiguous' using errcode = 'TN400'; end if;
    end if;
    -- Where there is no such org, an id that is no org's is looked for, at the same cost.
    select m.role into held_role from public.memberships m where m.org_id = coalesce(org, session_id) and m.user_id = caller;
    select t.state, t.version, t.schema_name, t.plan into tenant_state, tenant_version, schema_name, tenant_plan
    from public.tenants t where t.id = coalesce(org, session_id);
    if held_role is null or tenant_state = 'deleting' then raise exception 'not found' using errcode = 'TN404'; end if;
    if tenant_state = 'suspended' then raise exception 'suspended' using errcode = 'TN423'; end if;
    if tenant_state <> 'active' or tenant_version not between oldest and newest then
        raise exception 'unavailable' using errcode = 'TN503';
    end if;
    if admin_required and held_role <> 'admin' then raise exception 'admin required' using errcode = 'TN403'; end if;

    path := schema_name || ', pg_temp';
    was_set := set_config('transaction_read_only', read_only, true);
    if tenant_plan <> 'default' then
        select p.statement_timeout, p.lock_timeout, p.requests_per_second, p.pool_share into granted
        from public.plans p where p.name = tenant_plan;
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
