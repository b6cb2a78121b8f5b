-- Keys say what they are of (person/..., certificate/...); those of before are not looked at any more.
delete from guard;
comment on column guard.key is 'Kind of thing, a slash, and which: person/<keyed hash>, certificate/<number>, fund/<county>.';
