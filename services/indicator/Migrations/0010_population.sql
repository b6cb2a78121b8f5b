-- What a city's figure is shared among counties by.
create table population (
    region   text    collate "C" not null,
    year     integer not null,
    persons  integer not null check (persons > 0),
    mark     text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    verified boolean not null,
    source   text    not null,
    primary key (region, year)
);
comment on table population is 'Inhabitants by the census; public figures, the same for everybody.';

insert into population values
    ('620602', 2020, 885924, 'I', false, '全市1,464,955人减其余三县'),
    ('620621', 2020, 178000, 'U', false, '约数，未核实'),
    ('620622', 2020, 250000, 'U', false, '约数，未核实'),
    ('620623', 2020, 151031, 'S', false, '第七次全国人口普查');
