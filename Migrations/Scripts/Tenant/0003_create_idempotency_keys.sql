-- What a POST with an Idempotency-Key answered, so that its repetition gets the same answer and changes nothing.
create table idempotency_keys (
    user_id               uuid not null,
    key                   text not null,
    request_hash          bytea not null,
    status                integer,
    location              text,
    etag                  text,
    body                  text,
    created_at            timestamptz not null default now(),
    primary key (user_id, key)
);
