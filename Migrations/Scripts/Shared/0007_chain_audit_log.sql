-- Each row carries the hash of the one before it, so that a row altered or taken away is found. One chain for each org; what
-- belongs to no org is in its actor's, and the rest in the chain of zeros: nobody waits for another org's commit.
create table public.audit_chains (
    id                    uuid primary key,
    length                bigint not null,
    head                  bytea not null
);

alter table public.audit_log
    add column origin         text,
    add column chain          uuid,
    add column position       bigint,
    add column previous_hash  bytea,
    add column hash           bytea;

-- SHA-256 of the hash before and the row as JSON, whose keys PostgreSQL orders.
create function public.audit_hash(r public.audit_log) returns bytea
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select sha256(r.previous_hash || convert_to(jsonb_build_array(
        r.chain, r.position, r.id, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        r.actor_id, r.actor_kind, r.action, r.org_id, r.target, r.origin, r.details)::text, 'UTF8'))
$$;

create function public.chain_audit_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    new.chain := coalesce(new.org_id, new.actor_id, '00000000-0000-0000-0000-000000000000');
    insert into public.audit_chains (id, length, head) values (new.chain, 0, '') on conflict do nothing;
    select c.length + 1, c.head into new.position, new.previous_hash from public.audit_chains c where c.id = new.chain for update;
    -- Under the lock, so that time and position run the same way.
    new.at := clock_timestamp();
    new.hash := public.audit_hash(new);
    update public.audit_chains c set length = new.position, head = new.hash where c.id = new.chain;
    return new;
end $$;

-- The rows that are there already, in their order.
alter table public.audit_log disable trigger audit_log_append_only;
do $$
declare r public.audit_log;
begin
    for r in select l.* from public.audit_log l order by l.at, l.id loop
        r.chain := coalesce(r.org_id, r.actor_id, '00000000-0000-0000-0000-000000000000');
        insert into public.audit_chains (id, length, head) values (r.chain, 0, '') on conflict do nothing;
        select c.length + 1, c.head into r.position, r.previous_hash from public.audit_chains c where c.id = r.chain;
        r.hash := public.audit_hash(r);
        update public.audit_log l set chain = r.chain, position = r.position, previous_hash = r.previous_hash, hash = r.hash where l.id = r.id;
        update public.audit_chains c set length = r.position, head = r.hash where c.id = r.chain;
    end loop;
end $$;
alter table public.audit_log enable trigger audit_log_append_only;

alter table public.audit_log
    alter column chain set not null,
    alter column position set not null,
    alter column previous_hash set not null,
    alter column hash set not null,
    add unique (chain, position);
drop index public.audit_log_org_id;

create trigger audit_log_chain before insert on public.audit_log
    for each row execute function public.chain_audit_row();

-- An org's log for its admins, newest first. The service may add to the log and cannot read it but through here.
create function public.read_audit_log(
    session_id uuid, of_org uuid, after_id uuid, of_action text, of_actor uuid, since timestamptz, until timestamptz, most integer)
returns table (id uuid, at timestamptz, actor_id uuid, actor_kind text, actor_name text, action text, target text, origin text, details text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select l.id, l.at, l.actor_id, l.actor_kind, coalesce(nullif(u.name, ''), u.email), l.action, l.target, l.origin, l.details::text
    from public.audit_log l
    left join public.users u on u.id = l.actor_id
    where l.chain = of_org
      and exists (
        select from public.sessions s join public.memberships m on m.user_id = s.user_id
        where s.id = session_id and s.ended_at is null and s.expires_at > now() and m.org_id = of_org and m.role = 'admin')
      and (after_id is null or l.position < (select a.position from public.audit_log a where a.chain = of_org and a.id = after_id))
      and (of_action is null or l.action = of_action)
      and (of_actor is null or l.actor_id = of_actor)
      and (since is null or l.at >= since)
      and (until is null or l.at < until)
    order by l.position desc
    limit most
$$;

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    execute 'revoke insert on public.audit_log from ' || control;
    execute 'grant insert (id, actor_id, actor_kind, action, org_id, target, origin, details) on public.audit_log to ' || control;
    execute 'grant execute on function public.read_audit_log to ' || control;
end $$;
