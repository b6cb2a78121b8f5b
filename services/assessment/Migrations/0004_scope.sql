call scope_by_region('observation');
call scope_by_region('observation_version');
call scope_by_region('target_version');

-- Schemes are everybody's to read and the city's assessment office's to set.
call scope_to_city('scheme_version');
call scope_to_city('scheme_item');
alter policy added on scheme_version with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
alter policy added on scheme_item with check ('620600' like (select scope_writes()) and (select scope_department()) = 'assessment');
