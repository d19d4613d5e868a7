drop table public.audit_log;
drop function public.refuse_change();
