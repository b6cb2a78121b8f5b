call scope_by_region('certified_training');
