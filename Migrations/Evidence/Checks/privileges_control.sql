-- id: privileges.control
-- title: The control login has what the scripts grant, column by column
-- severity: high
-- why: The log may only be added to, an invitation's recipient is never changed, an org's version is not the service's.
-- controls: SOC2 CC6.1, ISO27001 A.8.3, GDPR 32, HIPAA 164.312(a), PCI A1.1
with allowed (relations, privileges, fields) as (values
    ('users sessions login_failures memberships former_slugs idempotency_keys account_mails external_logins', 'SELECT INSERT UPDATE DELETE', null),
    ('data_protection_keys', 'SELECT INSERT', null),
    ('account_tokens', 'SELECT INSERT DELETE', null),
    ('tenants orgs invitations', 'SELECT', null),
    ('tenants', 'UPDATE', 'state deleted_at'),
    ('orgs', 'UPDATE', 'slug name revision updated_at'),
    ('audit_log', 'INSERT', 'id actor_id actor_kind action org_id target origin details'),
    ('mail_outbox', 'SELECT DELETE', null),
    ('mail_outbox', 'INSERT', 'id recipient template body'),
    ('mail_outbox', 'UPDATE', 'body attempts next_attempt_at last_error sent_at failed_at'),
    ('invitations', 'INSERT', 'id org_id email normalized_email role token_hash inviter_id expires_at'),
    ('invitations', 'UPDATE', 'token_hash expires_at state ended_at')),
wanted as (
    select r.relation, coalesce(f.field, '') as field, p.privilege
    from allowed w
    cross join lateral pg_catalog.string_to_table(w.relations, ' ') r (relation)
    cross join lateral pg_catalog.string_to_table(w.privileges, ' ') p (privilege)
    left join lateral pg_catalog.string_to_table(w.fields, ' ') f (field) on true),
granted as (
    select c.relname::text as relation, '' as field, a.privilege_type as privilege, g.rolname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(c.relacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy')
    union all
    select c.relname::text, t.attname::text, a.privilege_type, g.rolname
    from pg_catalog.pg_attribute t join pg_catalog.pg_class c on c.oid = t.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral pg_catalog.aclexplode(t.attacl) a join pg_catalog.pg_roles g on g.oid = a.grantee
    where n.nspname in ('public', 'tenancy') and t.attacl is not null),
mine as (select g.relation, g.field, g.privilege from granted g where g.rolname = pg_catalog.current_database() || '_control'),
found (subject, detail) as (
    select pg_catalog.rtrim(x.relation || '.' || x.field, '.'), 'the control login has ' || x.privilege || ', which no script gives'
    from (select m.relation, m.field, m.privilege from mine m except select w.relation, w.field, w.privilege from wanted w) x
    union
    select pg_catalog.rtrim(x.relation || '.' || x.field, '.'), 'the control login lacks ' || x.privilege || ', which the scripts give'
    from (select w.relation, w.field, w.privilege from wanted w except select m.relation, m.field, m.privilege from mine m) x)
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";
