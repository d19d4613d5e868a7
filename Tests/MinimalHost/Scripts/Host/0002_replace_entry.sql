-- Who may enter, by this host's own tables. Create or replace, so that the data login keeps its right to call it.
create or replace function tenancy.enter(
    read_only text, session_id uuid, org_slug text, org_id uuid, admin_required boolean, oldest integer, newest integer,
    out schema_name text, out path text, out limits text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
    entry record;
begin
    select k.id, k.is_admin, c.id as customer, t.state, t.version, t.schema_name into entry
    from app.keys k
    left join app.customers c on c.id = k.customer_id and c.slug = coalesce(org_slug, c.slug) and c.id = coalesce(org_id, c.id)
    left join public.tenants t on t.id = c.id
    where k.id = session_id;

    if entry.id is null then raise exception 'no such key' using errcode = 'TN401'; end if;
    if entry.customer is null or entry.state = 'deleting' then raise exception 'not found' using errcode = 'TN404'; end if;
    if entry.state = 'suspended' then raise exception 'suspended' using errcode = 'TN423'; end if;
    if entry.state <> 'active' or entry.version not between oldest and newest then raise exception 'unavailable' using errcode = 'TN503'; end if;
    if admin_required and not entry.is_admin then raise exception 'admin required' using errcode = 'TN403'; end if;
    schema_name := entry.schema_name;
    path := entry.schema_name || ', pg_temp';
    perform set_config('transaction_read_only', read_only, true);
end $$;
