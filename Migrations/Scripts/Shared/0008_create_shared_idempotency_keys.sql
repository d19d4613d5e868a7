-- For what is not in any tenant's schema; see the table of the same name there.
create table public.idempotency_keys (
    user_id               uuid not null references public.users on delete cascade,
    key                   text not null,
    request_hash          bytea not null,
    status                integer,
    location              text,
    etag                  text,
    body                  text,
    created_at            timestamptz not null default now(),
    primary key (user_id, key)
);

do $$
begin
    execute 'grant select, insert, update, delete on public.idempotency_keys to ' || quote_ident(current_database() || '_control');
end $$;
