drop table public.invitations;
