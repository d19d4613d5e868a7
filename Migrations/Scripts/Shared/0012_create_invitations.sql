-- An invitation is pending until it is used (accepted, declined), taken back, or replaced after it had expired. Of its token
-- only the hash is here: what a reader of this table learns opens no org.
create table public.invitations (
    id                    uuid primary key,
    org_id                uuid not null references public.orgs on delete cascade,
    email                 text not null,
    normalized_email      text not null,
    role                  text not null check (role in ('admin', 'member')),
    token_hash            bytea not null unique,
    -- Null when the account is gone. Who is no member any more has invited nobody.
    inviter_id            uuid references public.users on delete set null,
    state                 text not null default 'pending' check (state in ('pending', 'accepted', 'declined', 'revoked', 'expired')),
    expires_at            timestamptz not null,
    created_at            timestamptz not null default now(),
    ended_at              timestamptz
);
create unique index invitations_pending on public.invitations (org_id, normalized_email) where state = 'pending';
create index invitations_org_id on public.invitations (org_id, id);
create index invitations_normalized_email on public.invitations (normalized_email, id) where state = 'pending';
create index invitations_inviter_id on public.invitations (inviter_id);

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    -- Whom it invites, where to and as what, is said once.
    execute 'grant select on public.invitations to ' || control;
    execute 'grant insert (id, org_id, email, normalized_email, role, token_hash, inviter_id, expires_at) on public.invitations to ' || control;
    execute 'grant update (token_hash, expires_at, state, ended_at) on public.invitations to ' || control;
end $$;
