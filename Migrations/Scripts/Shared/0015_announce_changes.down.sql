drop function public.announce_orgs;
drop trigger tenants_announce on public.tenants;
drop trigger sessions_announce on public.sessions;
drop trigger memberships_announce on public.memberships;
drop function public.announce();
