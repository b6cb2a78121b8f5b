-- When reports are due, by the first period it holds for.
create table report_due (
    frequency    text    not null check (frequency in ('month', 'year')),
    valid_from   date    not null,
    months_after integer not null check (months_after between 1 and 6),
    day          integer not null check (day between 1 and 28),
    mark         text    not null check (mark in ('P', 'S', 'L', 'I', 'D', 'U')),
    verified     boolean not null,
    source       text    not null,
    primary key (frequency, valid_from)
);
comment on column report_due.months_after is '1: in the month after the period ends.';
comment on table report_due is 'The same for every county.';

insert into report_due values
    ('month', '2021-01-01', 1, 5, 'D', false, '规划未写明；按次月5日，待主管部门确认'),
    ('year', '2021-01-01', 1, 25, 'D', false, '规划未写明；按次年1月25日，待主管部门确认');
