create or replace function tenancy.enter(
    session_id uuid, org_slug text, admin_required boolean, oldest integer, newest integer, org_id uuid default null)
returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    entry record;
begin
    select s.user_id, o.id as org, m.role, t.state, t.version, t.schema_name into entry
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
    return entry.schema_name;
end $$;

drop function tenancy.enter(text, uuid, text, uuid, boolean, integer, integer);
alter table public.tenants drop column plan;
drop table public.plans;
