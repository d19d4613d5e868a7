create table public.audit_log (
    id                    uuid primary key,
    at                    timestamptz not null default clock_timestamp(),
    actor_id              uuid,
    actor_kind            text not null check (actor_kind in ('user', 'operator', 'system')),
    action                text not null,
    org_id                uuid,
    target                text,
    details               jsonb not null default '{}'
);
create index audit_log_org_id on public.audit_log (org_id, id);

create function public.refuse_change() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'the audit log is append-only' using errcode = '42501';
end $$;

-- Grants keep the service from changing a row; this keeps the owner's own slips from it.
create trigger audit_log_append_only before update or delete or truncate on public.audit_log
    for each statement execute function public.refuse_change();

do $$
begin
    execute 'grant insert on public.audit_log to ' || quote_ident(current_database() || '_control');
end $$;
