create table tasks (
    id                    uuid primary key,
    project_id            uuid not null references projects on delete cascade,
    title                 text not null,
    done                  boolean not null default false,
    due_on                date,
    assignee_id           uuid,
    revision              integer not null default 1,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);
create index tasks_project_id on tasks (project_id, id);
