drop function public.verify_audit_log;
