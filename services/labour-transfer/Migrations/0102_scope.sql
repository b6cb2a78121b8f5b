call scope_by_region('departure');
