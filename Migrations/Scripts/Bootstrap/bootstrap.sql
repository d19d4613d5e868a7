-- Roles, rights and hardening of one database. Idempotent; run by an admin connection, in one transaction.
-- The logins' password verifiers come in as settings (tenantry.owner_verifier, …) of this transaction.

-- The logins. Each is made bare and kept bare: attributes are stated, not assumed.
do $$
declare
    login text;
    verifier text;
begin
    foreach login in array array['owner', 'control', 'data', 'auditor'] loop
        verifier := current_setting('tenantry.' || login || '_verifier');
        login := current_database() || '_' || login;
        if not exists (select from pg_roles where rolname = login) then
            execute format('create role %I', login);
        end if;
        execute format('alter role %I login noinherit nocreatedb nocreaterole password %L', login, verifier);
        if (select rolsuper from pg_roles where rolname = current_user) then
            execute format('alter role %I nosuperuser noreplication nobypassrls', login);
        end if;
        -- Nothing resolves by accident: every name is qualified or on a path that was set on purpose.
        execute format('alter role %I in database %I set search_path = %L', login, current_database(), '');
    end loop;
end $$;

-- What the logins of single tenants have in common, where Tenancy:DataLogins is PerTenant: a role to hold it, nobody's login.
do $$
declare
    db text := current_database();
begin
    if not exists (select from pg_roles where rolname = db || '_tenants') then
        execute format('create role %I nologin noinherit', db || '_tenants');
    end if;
end $$;

-- What everybody may do with the database: nothing.
do $$
declare
    db text := current_database();
begin
    execute format('revoke all on database %I from public', db);
    execute format('grant connect on database %I to %I, %I, %I, %I, %I', db, db || '_owner', db || '_control', db || '_data', db || '_auditor', db || '_tenants');
    execute format('grant create on database %I to %I', db, db || '_owner');

    -- A member of the owner may give it what is made here; a superuser needs no membership.
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant %I to current_user', db || '_owner');
    end if;
    execute format('create schema if not exists tenancy authorization %I', db || '_owner');
    execute format('alter schema public owner to %I', db || '_owner');
    revoke all on schema public, tenancy from public;
    execute format('grant usage on schema public to %I, %I', db || '_control', db || '_auditor');
    execute format('grant usage on schema tenancy to %I, %I, %I', db || '_data', db || '_tenants', db || '_auditor');

    -- The global form: default privileges IN SCHEMA cannot take back what PUBLIC has by default.
    execute format('alter default privileges for role %I revoke execute on functions from public', db || '_owner');
    execute format('alter default privileges for role %I revoke usage on types from public', db || '_owner');

    -- A login's limits; they do not pass through SET ROLE, but the session's settings do.
    execute format('alter role %I in database %I set statement_timeout = %L', db || '_data', db, '30s');
    execute format('alter role %I in database %I set lock_timeout = %L', db || '_data', db, '5s');
    execute format('alter role %I in database %I set idle_in_transaction_session_timeout = %L', db || '_data', db, '30s');
    if (select rolsuper from pg_roles where rolname = current_user) then
        execute format('alter role %I in database %I set temp_file_limit = %L', db || '_data', db, '1GB');
    end if;
end $$;

-- On PostgreSQL 15 CREATEROLE amounts to a shell on the server, so no login has it: these two functions, the admin's,
-- make and drop roles that bear a tenant's name, and nothing else.
create or replace function tenancy.create_tenant_role(role_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if role_name !~ '^t_[0-9a-z]{10,40}$' then raise exception 'not a tenant role: %', role_name; end if;
    execute format('create role %I nologin noinherit', role_name);
    if current_setting('server_version_num')::integer >= 160000 then
        execute format('grant %I to %I with inherit false, set true', role_name, current_database() || '_data');
    else
        -- Here the data login's NOINHERIT is what keeps the membership from giving rights by itself.
        execute format('grant %I to %I', role_name, current_database() || '_data');
    end if;
end $$;

create or replace function tenancy.drop_tenant_role(role_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if role_name !~ '^t_[0-9a-z]{10,40}$' then raise exception 'not a tenant role: %', role_name; end if;
    execute format('drop role if exists %I', 'l_' || substr(role_name, 3));
    execute format('drop role if exists %I', role_name);
end $$;

-- A login for one tenant: whatever it is made to run, there is no other tenant's role that it could take.
create or replace function tenancy.create_tenant_login(role_name text, verifier text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    db text := current_database();
    login text := 'l_' || substr(role_name, 3);
begin
    if role_name !~ '^t_[0-9a-z]{10,40}$' then raise exception 'not a tenant role: %', role_name; end if;
    if verifier !~ '^SCRAM-SHA-256\$' then raise exception 'not a verifier'; end if;
    if not exists (select from pg_roles where rolname = login) then
        execute format('create role %I login', login);
        if current_setting('server_version_num')::integer >= 160000 then
            execute format('grant %I to %I with inherit true, set false', db || '_tenants', login);
            execute format('grant %I to %I with inherit false, set true', role_name, login);
        else
            -- Here INHERIT speaks for all memberships, and so the login has its own tenant's rights before it takes the role too.
            execute format('grant %I, %I to %I', db || '_tenants', role_name, login);
        end if;
        execute format('alter role %I in database %I set search_path = %L', login, db, '');
        execute format('alter role %I in database %I set statement_timeout = %L', login, db, '30s');
        execute format('alter role %I in database %I set lock_timeout = %L', login, db, '5s');
        execute format('alter role %I in database %I set idle_in_transaction_session_timeout = %L', login, db, '30s');
    end if;
    execute format('alter role %I password %L', login, verifier);
end $$;

do $$
declare
    owner text := quote_ident(current_database() || '_owner');
begin
    revoke all on function tenancy.create_tenant_role, tenancy.drop_tenant_role, tenancy.create_tenant_login from public;
    execute 'grant execute on function tenancy.create_tenant_role, tenancy.drop_tenant_role, tenancy.create_tenant_login to ' || owner;
end $$;

-- What switches role, runs query text, holds session state or signals. Kept as a view, so that what is taken away here and
-- what is examined later are one list. pg_advisory_unlock_all stays: it frees only locks that nobody here can take, and
-- Npgsql calls it when it resets a connection with prepared statements.
create or replace view tenancy.guarded_functions as
select p.oid, p.oid::regprocedure::text as name,
       exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) as open
from pg_proc p
where p.pronamespace = 'pg_catalog'::regnamespace
  and (p.proname in ('set_config', 'ts_stat', 'ts_rewrite', 'pg_notify', 'pg_cancel_backend', 'pg_terminate_backend',
                     'pg_export_snapshot', 'pg_logical_emit_message', 'loread', 'lowrite', 'pg_sleep',
                     'pg_sleep_for', 'pg_sleep_until')
       or p.proname like 'pg\_advisory\_%' and p.proname <> 'pg_advisory_unlock_all'
       or p.proname like 'pg\_try\_advisory\_%'
       or p.proname like 'lo\_%'
       or p.proname ~ '^(query|cursor|table|schema|database)_to_xml');

-- Languages in which anybody could write DO blocks, which run several statements as one, SET ROLE among them.
create or replace view tenancy.guarded_languages as
select l.oid, l.lanname::text as name,
       exists (select from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a where a.grantee = 0) as open
from pg_language l
where l.lanispl;

-- What else an audit asks and only an admin may read: of passwords how they are kept, of pg_hba.conf whom it lets in.
create or replace view tenancy.password_kinds as
select r.rolname::text as name, r.rolcanlogin as can_login,
       case when r.rolpassword is null then 'none' when r.rolpassword ~ '^SCRAM-SHA-256\$' then 'scram' else 'other' end as kind
from pg_catalog.pg_authid r;

create or replace function tenancy.host_rules()
returns table (line integer, kind text, databases text[], users text[], address text, method text, error text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select h.line_number, h.type, h.database, h.user_name, concat_ws('/', h.address, h.netmask), h.auth_method, h.error from pg_hba_file_rules h
$$;

-- All of these are taken from PUBLIC, where the admin may do so.
-- A later minor release does not bring them back; a restored dump of another database may: doctor tells.
do $$
declare
    db text := current_database();
    f text;
begin
    execute format('grant select on tenancy.guarded_functions, tenancy.guarded_languages to %I, %I', db || '_owner', db || '_auditor');
    execute format('grant select on tenancy.password_kinds to %I', db || '_auditor');
    revoke all on function tenancy.host_rules from public;
    execute format('grant execute on function tenancy.host_rules to %I', db || '_auditor');
    if not (select rolsuper from pg_roles where rolname = current_user) then return; end if;
    for f in select name from tenancy.guarded_functions where open loop
        execute 'revoke execute on function ' || f || ' from public';
    end loop;
    for f in select name from tenancy.guarded_languages where open loop
        execute format('revoke usage on language %I from public', f);
    end loop;
    -- The prologue's one call, and the tools of the login that migrates.
    execute format('grant execute on function set_config(text, text, boolean) to %I, %I, %I', db || '_data', db || '_tenants', db || '_owner');
    execute format('grant execute on function pg_advisory_xact_lock(bigint), pg_try_advisory_xact_lock(bigint) to %I', db || '_owner');
    execute format('grant usage on language plpgsql to %I', db || '_owner');
    -- For what announces changes as the owner; no login may do so by itself.
    execute format('grant execute on function pg_notify(text, text) to %I', db || '_owner');
end $$;
