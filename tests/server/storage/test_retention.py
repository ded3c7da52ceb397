"""The nightly clean-up deletes what is too old and nothing else."""

import asyncio

import asyncpg

from halles_server.storage import pool, retention

FURNISH = """
INSERT INTO accounts (id, login, password_hash, name, role)
VALUES ('00000000-0000-4000-8000-000000000001', 'a', 'h', 'A', 'visitor');
INSERT INTO chat (hall, channel, visit, name, role, coat, text, time_ms, stored)
SELECT 'lille', 'hall', 'v', 'n', 'guest', 0, days::text, 0, now() - make_interval(days => days)
FROM unnest(ARRAY[0, 29, 31, 400]) AS days;
INSERT INTO requests (actor, request, stored)
SELECT 'a', gen_random_uuid(), now() - make_interval(hours => hours) FROM unnest(ARRAY[0, 23, 25]) AS hours;
INSERT INTO tickets (secret_hash, name, language, look, issued)
SELECT sha256(minutes::text::bytea), 'n', 'fr', '{0,0,0,0,0}', now() - make_interval(mins => minutes)
FROM unnest(ARRAY[0, 59, 61]) AS minutes;
INSERT INTO logins (token_hash, account, created, seen)
SELECT sha256(hours::text::bytea), '00000000-0000-4000-8000-000000000001', now() - make_interval(hours => hours), now()
FROM unnest(ARRAY[0, 11, 13]) AS hours;
INSERT INTO tokens (token_hash, account, label, until)
SELECT sha256(days::text::bytea), '00000000-0000-4000-8000-000000000001', 't', now() + make_interval(days => days)
FROM unnest(ARRAY[-1, 1]) AS days;
INSERT INTO visits (id, epoch, name, role, language, look, bot, opened, seen, dropped, ended)
SELECT id, 0, 'n', 'guest', 'fr', '{0,0,0,0,0}', false, now() - opened::interval, now() - seen::interval,
       now() - dropped::interval, now() - ended::interval
FROM (VALUES ('open', '2 days', '0', NULL, NULL), ('gone', '2 days', '0', '25 hours', NULL),
             ('crashed', '2 days', '25 hours', NULL, NULL), ('ended', '29 days', '29 days', NULL, '0'),
             ('yesterday', '2 days', '25 hours', NULL, '25 hours'),
             ('old', '31 days', '31 days', NULL, '31 days')) AS stays (id, opened, seen, dropped, ended);
INSERT INTO organisations (id, name, kind) VALUES ('o', 'O', 'company');
INSERT INTO booths (id, organisation, hall, slot, format, content) VALUES ('b', 'o', 'lille', 'A1', 1, '{}');
INSERT INTO invitations (code_hash, booth, role, made_by, expires)
SELECT sha256(days::text::bytea), 'b', 'lead', 'operator', now() - make_interval(days => days)
FROM unnest(ARRAY[0, 29, 31]) AS days;
INSERT INTO booth_presence (node, account, booth, here, seen)
SELECT hours, '00000000-0000-4000-8000-000000000001', 'b', true, now() - make_interval(hours => hours)
FROM unnest(ARRAY[0, 23, 25]) AS hours;
INSERT INTO booth_back (booth, back_at) VALUES ('b', now() - interval '25 hours');
INSERT INTO bell_rings (booth, visit, name, role, language, state, rung)
SELECT 'b', 'v', 'n', 'guest', 'fr', 'missed', now() - make_interval(days => days)
FROM unnest(ARRAY[0, 29, 31]) AS days;
INSERT INTO visits (id, account, epoch, name, role, language, look, bot, opened, ended)
VALUES ('member', '00000000-0000-4000-8000-000000000001', 1, 'A', 'visitor', 'fr', '{0,0,0,0,0}', false,
        now() - interval '29 days', now() - interval '28 days');
INSERT INTO accounts (id, login, password_hash, name, role)
VALUES ('00000000-0000-4000-8000-000000000002', 'b', 'h', 'B', 'visitor');
INSERT INTO leads (booth, account, name, organisation, mail, language, purpose, given, until, withdrawn)
SELECT 'b', ('00000000-0000-4000-8000-00000000000' || account)::uuid, note, '', '', 'fr', 'answer',
       now() - given::interval, now() + until::interval, now() - withdrawn::interval
FROM (VALUES (1, 'kept', '1 day', '29 days', NULL), (2, 'over', '31 days', '-1 day', NULL),
             (2, 'taken back', '1 day', '29 days', '1 hour'), (1, 'undone?', '1 day', '29 days', '1 minute')
     ) AS given (account, note, given, until, withdrawn);
INSERT INTO meeting_slots (booth, host, during)
SELECT 'b', '00000000-0000-4000-8000-000000000001', tstzrange(at, at + interval '20 minutes')
FROM (SELECT now() - make_interval(hours => hours) AS at FROM unnest(ARRAY[-5, 5, 30]) AS hours) AS times;
INSERT INTO meetings_gone (booth, host, during)
SELECT 'b', '00000000-0000-4000-8000-000000000001', tstzrange(at, at + interval '20 minutes')
FROM (SELECT now() - make_interval(hours => hours) AS at FROM unnest(ARRAY[-5, 24, 26]) AS hours) AS times;
INSERT INTO meetings (booth, host, visitor, language, during, subject, expires)
SELECT 'b', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 'fr',
       tstzrange(at, at + interval '20 minutes'), '', at
FROM (SELECT now() - make_interval(months => months) AS at FROM unnest(ARRAY[1, 11, 13]) AS months) AS times;
INSERT INTO satchel_items (owner, account, visit, booth, booth_name, media, taken, removed)
SELECT owner, account::uuid, visit, 'b', 'B', media, now() - taken::interval, now() - removed::interval
FROM (VALUES ('account:1', '00000000-0000-4000-8000-000000000001', NULL, 'kept', '400 days', NULL),
             ('account:1', '00000000-0000-4000-8000-000000000001', NULL, 'undone?', '2 days', '5 minutes'),
             ('account:1', '00000000-0000-4000-8000-000000000001', NULL, 'out', '2 days', '25 hours'),
             ('browser:1', NULL, NULL, 'today', '23 hours', NULL), ('browser:1', NULL, NULL, 'old', '25 hours', NULL),
             ('visit:open', NULL, 'open', 'stays', '2 days', NULL), ('visit:old', NULL, 'old', 'over', '2 days', NULL)
     ) AS taken (owner, account, visit, media, taken, removed);
INSERT INTO booths (id, organisation, hall, slot, format, content) VALUES ('c', 'o', 'lille', 'A2', 1, '{}');
INSERT INTO host_replays (booth, account, replay, recorded)
SELECT booth, '00000000-0000-4000-8000-000000000001', '{}', now() - make_interval(days => days)
FROM (VALUES ('b', 364), ('c', 366)) AS recorded (booth, days);
INSERT INTO programme (id, title, hall, stage, during, language)
SELECT 'e' || days, '["e", "", ""]', 'lille', 'stage', tstzrange(at - interval '1 hour', at), 'fr'
FROM (SELECT days, now() - make_interval(days => days) AS at FROM unnest(ARRAY[29, 31]) AS days) AS ends;
INSERT INTO programme_marks (account, session) SELECT '00000000-0000-4000-8000-000000000001', id FROM programme;
INSERT INTO reports (about, subject, subject_name, hall, reason, said, reporter, reporter_name, reporter_language,
                     evidence, made, state, decision, closed)
SELECT 'other', '', '', '', 'other', 'x', 'v', 'n', 'fr', '{}', now() - interval '2 years',
       CASE WHEN months IS NULL THEN 'open' ELSE 'closed' END, CASE WHEN months IS NULL THEN NULL ELSE 'acted' END,
       now() - make_interval(months => months)
FROM unnest(ARRAY[NULL, 5, 7]) AS months;
INSERT INTO programme (id, title, hall, stage, during, language)
SELECT 'r' || n, '["r", "", ""]', 'lille', 'stage', tstzrange(at, at + interval '1 hour'), 'fr'
FROM (SELECT n, now() + make_interval(days => n) AS at FROM unnest(ARRAY[1, 2]) AS n) AS begins;
INSERT INTO live_states (session, hall, stage, phase, state, forgotten)
SELECT 'r' || n, 'lille', 'stage', 'published', '[]', now() - make_interval(months => months)
FROM (VALUES (1, NULL), (2, 13)) AS held (n, months);
INSERT INTO replays_taken_back (session, reason, above, by_name, at, restored)
SELECT session, reason, true, 'm', now() - interval '2 years', now() - make_interval(months => months)
FROM (VALUES ('r1', 'still', NULL), ('r1', 'lately', 11), ('r1', 'long ago', 13), ('r2', 'forgotten', NULL)
     ) AS taken (session, reason, months);
INSERT INTO booth_days (booth, day, language, kind, count)
SELECT 'b', current_date - days, 'fr', 'passed', 1 FROM unnest(ARRAY[0, 89, 92]) AS days;
INSERT INTO sanctions (kind, scope, visit, name, network, reason, made, until, made_name, made_role)
SELECT 'ban', 'show', 'v', 'n', '192.0.2.1', 'r', at - interval '1 hour', at, 'm', 'moderator'
FROM (SELECT now() - make_interval(days => days) AS at FROM unnest(ARRAY[-1, 1, 370]) AS days) AS ends;
"""


def test_what_is_too_old_goes_and_the_rest_stays(database_url: str) -> None:
    async def play() -> None:
        owner = await asyncpg.connect(database_url)
        await owner.execute(FURNISH)
        async with pool.opened(database_url) as database:
            gone = {
                "chat": 2,
                "visits": 4,
                "tickets": 1,
                "logins": 1,
                "tokens": 1,
                "invitations": 1,
                "booth_presence": 1,
            }
            gone |= {
                "booth_back": 1,
                "bell_rings": 1,
                "requests": 1,
                "audit": 0,
                "host_replays": 1,
                "reports": 1,
                "live_attendance": 0,
            }
            gone |= {
                "leads": 1,
                "satchel_items": 2,
                "meetings": 1,
                "meeting_slots": 1,
                "announcements": 0,
                "live_attendance": 0,
                "sanctions": 1,
                "sanctioned_addresses": 1,
                "meetings_gone": 1,
                "programme_marks": 1,
                "withdrawn": 1,
                "days": 1,
                "replays_taken_back": 2,
            }
            assert await retention.forget(database) == gone
            assert await retention.forget(database) == dict.fromkeys(gone, 0)
        assert [row[0] for row in await owner.fetch("SELECT text FROM chat ORDER BY id")] == ["0", "29"]
        assert {row[0] for row in await owner.fetch("SELECT id FROM visits")} == {"open", "ended", "member"}
        assert [row[0] for row in await owner.fetch("SELECT name FROM leads ORDER BY name")] == ["", "kept", "undone?"]
        assert await owner.fetchval("SELECT sum(count) FROM booth_months") == 1
        left = await owner.fetch("SELECT media FROM satchel_items ORDER BY id")
        assert [row[0] for row in left] == ["kept", "undone?", "today", "stays"]
        back = await owner.fetch("SELECT reason FROM replays_taken_back ORDER BY id")
        assert [row[0] for row in back] == ["still", "lately"]
        await owner.close()

    asyncio.run(play())
