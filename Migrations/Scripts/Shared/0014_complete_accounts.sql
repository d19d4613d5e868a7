-- What is mailed to prove an address or to set a new password. Used once: using it takes the row away.
create table public.account_tokens (
    token_hash            bytea primary key,
    purpose               text not null check (purpose in ('confirm-email', 'reset-password', 'change-email')),
    -- Deferred: for an address without an account the same row is written, for nobody, and rolled back before this is looked at.
    user_id               uuid not null references public.users on delete cascade deferrable initially deferred,
    new_email             text check ((new_email is not null) = (purpose = 'change-email')),
    expires_at            timestamptz not null,
    created_at            timestamptz not null default now()
);
create index account_tokens_user_id on public.account_tokens (user_id);
create index account_tokens_expires_at on public.account_tokens (expires_at);

-- Mails asked for by hashed address, whether or not it has an account, so that nobody's mailbox is flooded.
create table public.account_mails (
    address_hash          bytea not null,
    purpose               text not null,
    mails                 integer not null,
    since                 timestamptz not null default now(),
    primary key (address_hash, purpose)
);

-- From where a session was begun, for its user to know it by. One that an outside issuer's token stands for is not refreshed.
alter table public.sessions
    add column origin     text check (length(origin) <= 64),
    add column user_agent text check (length(user_agent) <= 256),
    alter column refresh_hash drop not null;
create index sessions_expires_at on public.sessions (expires_at);

-- The latest time step whose code was used: an older or the same one is not good again.
alter table public.users add column authenticator_step bigint;

-- Whom an outside issuer's subject is here. Tokens issued before valid_after begin no session: their user has logged out
-- everywhere, or deleted the account, and the row stays for that.
create table public.external_logins (
    issuer                text not null,
    subject               text not null,
    user_id               uuid references public.users on delete set null,
    valid_after           timestamptz,
    created_at            timestamptz not null default now(),
    primary key (issuer, subject)
);
create index external_logins_user_id on public.external_logins (user_id);

create index idempotency_keys_created_at on public.idempotency_keys (created_at);

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    execute 'grant select, insert, delete on public.account_tokens to ' || control;
    execute 'grant select, insert, update, delete on public.account_mails, public.external_logins to ' || control;
end $$;
