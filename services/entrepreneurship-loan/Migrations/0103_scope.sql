call scope_by_region('loan');
