-- What was published stays as it was: releases are only appended to.
create trigger kept before update or delete on release for each row execute function only_appended_to();
create trigger kept before update or delete on release_value for each row execute function only_appended_to();
create trigger kept_whole before truncate on release for each statement execute function only_appended_to();
create trigger kept_whole before truncate on release_value for each statement execute function only_appended_to();
