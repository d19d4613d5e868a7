drop index public.idempotency_keys_created_at;
drop table public.external_logins;
alter table public.users drop column authenticator_step;
delete from public.sessions where refresh_hash is null;
drop index public.sessions_expires_at;
alter table public.sessions
    alter column refresh_hash set not null,
    drop column user_agent,
    drop column origin;
drop table public.account_mails;
drop table public.account_tokens;
