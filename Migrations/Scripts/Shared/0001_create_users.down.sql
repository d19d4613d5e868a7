drop table public.data_protection_keys;
drop table public.login_failures;
drop table public.sessions;
drop table public.users;
