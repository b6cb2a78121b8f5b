-- Indicators that are computed from others have targets too; what there is, is checked before it is stored.
alter table target drop constraint target_indicator_fkey;
