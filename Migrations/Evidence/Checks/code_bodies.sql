-- id: code.bodies
-- title: The shared functions have the text that the scripts gave them
-- severity: high
-- why: Whoever replaces the text of the entry decides who enters. A host that brings its own entry finds it here, as it should.
-- controls: SOC2 CC8.1, ISO27001 A.8.28, GDPR 32, PCI 6.2
-- SHA-256 of pg_proc.prosrc. To be renewed with each script that replaces a function.
with known (name, hash) as (values
    ('public.announce', 'a0f571c78dd314762dd2ad52db5436fc9f539610d65bac0c47d0042697f346c0'),
    ('public.announce_orgs', 'd0ec12faa99ce539dc7bcbbf56a6e2178dbf698960c74f871bc1cb015d9f954c'),
    ('public.audit_hash', '0d6ea17c9ebe96e16250805aeeb79c84b4995cad83b98b65c4b3baa5fd8f9623'),
    ('public.chain_audit_row', '95a445dddbb55faa22333f407753c8ac0e6d44a163e84aeab30d29a6f149a415'),
    ('public.copy_slug', '947513cb1e49bfa1024afa574d66cfc4436abeb58219e31c302af99391e51ed6'),
    ('public.read_audit_log', '4fd1b054182680e5d890f805e33e5b0a0544fc4e4f033973d2979ec017b30b11'),
    ('public.refuse_change', '015a35334a5df9f55f665b0b2f9db3cb1a8b045dd3b5559a88d493e0983db183'),
    ('public.verify_audit_log', '61a6bfdd1e2ed8a112174ab1e147634a6e5a14db4dd783baf06219cc6db5e10a'),
    ('public.verify_slugs', '68ff7171b2d8a8603ddad6f8c81a6b966ba9ee24a8974203c3fb3b0aabb472c6'),
    ('tenancy.create_tenant_login', 'f2f80affebfcc63129b6052a897302dbc7ff331c068eaa537f9386876d9c2f12'),
    ('tenancy.create_tenant_role', 'ffabf1bc735536d2567a1ca2ed49b7135c7622cfae046b7fa014a8393018f5ab'),
    ('tenancy.drop_tenant_role', '084094c9778ae2eaa26b53f109bbde250f3ae803f63ceb1a27b1e051da41e215'),
    ('tenancy.enter', '1ef2cedbfbcc541802a91b5d15ad23a21447e615b82f9656c68222f7f9ea8ea0'),
    ('tenancy.enter', 'b62792322caa404b3a752209e346efe6ac367d1081abf3327f529eeacf31a11d'),
    ('tenancy.host_rules', '1161925f5546cc8d445863924958859bc98c72e869ad524fb5b6bde6ca294035')),
body as (
    select n.nspname || '.' || p.proname as name, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p.prosrc, 'UTF8')), 'hex') as hash
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'tenancy')
      and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')),
found (subject, detail) as (
    select b.name, case when b.name in (select k.name from known k) then 'has another text, with SHA-256 ' || b.hash else 'is no function of the scripts' end
    from body b
    where not exists (select from known k where k.name = b.name and k.hash = b.hash)
    union
    select k.name, 'is gone' from known k where (select pg_catalog.count(*) from known o where o.name = k.name) > (select pg_catalog.count(*) from body b where b.name = k.name))
select f.subject, f.detail from found f order by f.subject collate "C", f.detail collate "C";
