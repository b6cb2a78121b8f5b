call scope_by_region('historic_total');
call scope_to_city('policy_parameter');
