create table public.users (
    id                    uuid primary key,
    email                 text not null,
    normalized_email      text not null unique,
    email_confirmed       boolean not null default false,
    name                  text not null default '',
    password_hash         text,
    security_stamp        text not null,
    two_factor_enabled    boolean not null default false,
    authenticator_key     text,
    recovery_codes        text,
    lockout_enabled       boolean not null default true,
    lockout_end           timestamptz,
    access_failed_count   integer not null default 0,
    revision              integer not null default 1,
    created_at            timestamptz not null default now()
);

-- A session is what a login makes: its refresh token, hashed, changes at each use; ending it ends its access tokens too.
create table public.sessions (
    id                    uuid primary key,
    user_id               uuid not null references public.users on delete cascade,
    refresh_hash          bytea not null unique,
    -- The token before the present one: if it is shown again it was stolen, and the session ends.
    former_refresh_hash   bytea unique,
    created_at            timestamptz not null default now(),
    used_at               timestamptz not null default now(),
    expires_at            timestamptz not null,
    ended_at              timestamptz
);
create index sessions_user_id on public.sessions (user_id);

-- Failed logins by hashed address, whether or not it has an account, so that a lockout tells nothing.
create table public.login_failures (
    address_hash          bytea primary key,
    failures              integer not null,
    locked_until          timestamptz,
    failed_at             timestamptz not null default now()
);

create table public.data_protection_keys (
    name                  text primary key,
    xml                   text not null,
    created_at            timestamptz not null default now()
);

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    execute 'grant select, insert, update, delete on public.users to ' || control;
    execute 'grant select, insert, update, delete on public.sessions, public.login_failures to ' || control;
    execute 'grant select, insert on public.data_protection_keys to ' || control;
end $$;
