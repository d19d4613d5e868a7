-- Mail is written here in the transaction that causes it, and sent afterwards. Address, template and times stay for the
-- record; the body, which may hold a token, is protected by the service's key ring and goes when the mail has gone.
create table public.mail_outbox (
    id                    uuid primary key,
    recipient             text not null,
    template              text not null,
    body                  text,
    attempts              integer not null default 0,
    -- While a sender has the mail this is when its lease ends.
    next_attempt_at       timestamptz not null default now(),
    last_error            text,
    created_at            timestamptz not null default now(),
    sent_at               timestamptz,
    failed_at             timestamptz,
    check (num_nonnulls(body, sent_at, failed_at) = 1)
);
create index mail_outbox_waiting on public.mail_outbox (next_attempt_at) where body is not null;
create index mail_outbox_done on public.mail_outbox (coalesce(sent_at, failed_at)) where body is null;

do $$
declare control text := quote_ident(current_database() || '_control');
begin
    execute 'grant select, delete on public.mail_outbox to ' || control;
    execute 'grant insert (id, recipient, template, body) on public.mail_outbox to ' || control;
    -- Whom it goes to is never changed.
    execute 'grant update (body, attempts, next_attempt_at, last_error, sent_at, failed_at) on public.mail_outbox to ' || control;
end $$;
