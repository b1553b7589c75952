"""Promise: whoever subscribed is told each event at least once and in order, by mail and webhook, over servers that fail, hang
and refuse, over crashes and restarts; by night only what breaks the quiet, and digests at their time; one dead server
delays nobody else; and no secret is told to anybody.
"""
import contextlib
import datetime
import email.utils
import hashlib
import hmac
import json
import os
import signal
import socket
import unittest

from delivery_servers import MailServer, WebServer, free_port
from harness import BIN, Case, await_until

DISTRICTS = [f"D{n}" for n in range(1, 10)]
REFERENCE = {
    "areas.csv": ["code,name,level,parent", "N,Nation,country,", "F,Force,force,N", *(f"{d},District {d},district,F" for d in DISTRICTS)],
    "categories.csv": ["category,title,parent,marker", "crime,All crime,,", "theft,Theft,crime,"],
    "offences.csv": ["offence,description,category", "T,Theft,theft"],
    "populations.csv": ["area,year,population,source", *(f"{d},2023,1000,invented" for d in DISTRICTS)],
    "priorities.yaml": ["rules:", "- name: growth", "  detector: rolling-year", "  areas: [district]", "  categories: [theft]",
                        "  levels: {elevated: {percent: 20}, priority: {percent: 300, p: 0.001}}"],
}


def london(text):
    """Seconds since 1970 of a UTC time; in winter that is UK time."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp())


class Delivered(Case):
    def setUp(self):
        super().setUp()
        for file, lines in REFERENCE.items():
            self.write(f"reference/{file}", "".join(f"{line}\n" for line in lines))
        self.reference = self.folder / "reference"
        self.clock = self.write("clock", str(london("2026-01-05T12:00")))
        os.environ["TOCSIN_CLOCK"] = str(self.clock)
        self.addCleanup(os.environ.pop, "TOCSIN_CLOCK")
        self.who = self.folder / "who.yaml"
        self.mail = None

    def server(self, kind, **options):
        made = kind(**options)
        self.addCleanup(made.stop)
        return made

    def subscribe(self, *subscriptions, mail=None):
        lines = ["link: https://tocsin.example/"]
        if mail is not None:
            lines += [f"mail: {{server: \"{mail.url}\", from: tocsin@example.org, tls: none{self.login}}}"]
        self.who.write_text("\n".join([*lines, "subscriptions:", *(f"- {{{one}}}" for one in subscriptions)]) + "\n")

    login = ""

    def begin(self):
        return self.start(extra=("--subscriptions", self.who))

    def happens(self, aggregator, district, before=20, after=100):
        """Theft rises in a district: one event, which pages: to priority, or with 60 after 20 to elevated."""
        year = {2022: before, 2023: after}
        rows = [f"{district}/{y}/{n},{y}-{1 + n % 12:02d}-{1 + n % 28:02d},T,{district}" for y, count in year.items() for n in range(count)]
        path = self.write(f"{district}-{before}-{after}.csv", "reference,recorded_at,offence,area\n" + "".join(f"{r}\n" for r in rows))
        self.collect(aggregator, "incidents", path, "--covers", f"{district}:2022-01-01..2023-12-31", "--name", path.name)

    def wake(self):
        """Any command does."""
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as control:
            control.connect(str(self.data / "control.sock"))
            control.sendall(b'{"command": "status", "who": "test"}\n')
            self.assertIn(b'"ok"', control.recv(65536))

    def clock_shows(self, text):
        shown = london(text) if isinstance(text, str) else text
        beside = self.write("clock.new", str(shown))
        beside.rename(self.clock)
        self.wake()

    def clock_moves(self, seconds):
        self.clock_shows(int(self.clock.read_text()) + seconds)

    def events(self):
        return [number for number, in self.query("SELECT id FROM announced ORDER BY id")]

    def deliveries(self, check=0):
        return {one["name"]: one for one in json.loads(self.tocsin("deliveries", "--format", "json", check=check).stdout)}

    def cursor(self, name):
        return json.loads((self.data / "delivery" / f"{name}.json").read_text())

    def await_requests(self, server, count):
        await_until(lambda: len(server.requests) >= count, f"{count} requests")

    def await_mails(self, server, count):
        await_until(lambda: len(server.messages) >= count, f"{count} mails")

    def await_through(self, name, number):
        await_until(lambda: self.cursor(name)["through"] >= number, f"{name} at {number}")


class Webhooks(Delivered):
    def test_each_event_arrives_once_in_order_signed_and_over_restarts(self):
        web = self.server(WebServer)
        self.write("secret", "s3cret-of-ours\n").chmod(0o600)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\", secret_file: secret}}")
        aggregator = self.begin()
        for district in DISTRICTS[:2]:
            self.happens(aggregator, district)
        self.await_requests(web, 2)
        self.stop(aggregator)
        aggregator = self.begin()
        self.happens(aggregator, "D3")
        self.await_requests(web, 3)
        self.await_through("hook", 3)
        self.assertEqual(web.events(), self.events())
        self.assertEqual(len(set(web.keys())), 3)
        for request in web.requests:
            self.assertEqual(request["json"]["key"], request["headers"]["Idempotency-Key"])
            parts = dict(part.split("=") for part in request["headers"]["Tocsin-Signature"].split(","))
            signed = f"{parts['t']}.".encode() + request["body"]
            self.assertEqual(parts["v1"], hmac.new(b"s3cret-of-ours", signed, hashlib.sha256).hexdigest())
            self.assertEqual(request["headers"]["Content-Type"], "application/json; charset=utf-8")

    def test_a_load_of_history_is_one_message(self):
        web = self.server(WebServer)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        aggregator = self.begin()
        rows = "".join(f"{d}/{y}/{n},{y}-{1 + n % 12:02d}-01,T,{d}\n" for d in DISTRICTS for y, c in ((2022, 20), (2023, 100)) for n in range(c))
        self.collect(aggregator, "incidents", self.write("all.csv", "reference,recorded_at,offence,area\n" + rows),
                     "--covers", "F:2022-01-01..2023-12-31")
        self.await_requests(web, 1)
        self.assertEqual(len(web.events()), len(DISTRICTS))
        self.assertEqual({event["kind"] for event in web.requests[0]["json"]["events"]}, {"standing"})
        self.await_through("hook", len(DISTRICTS))

    def test_a_server_that_fails_for_a_while_gets_the_same_message_again_before_the_next(self):
        down = [500]
        web = self.server(WebServer, answer=lambda request: down[0])
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-failing")
        self.happens(aggregator, "D2")
        for tries, status in enumerate((503, 429, 408, 301), 2):
            down[0] = status
            self.clock_moves(15 * 60 * 2)
            self.await_requests(web, tries)
            await_until(lambda: self.cursor("hook")["message"]["attempts"] == tries, "the failure is noted")
        said = self.deliveries(check=1)["hook"]
        self.assertIn("301, a redirect", said["pending"]["why"])
        self.assertEqual(said["pending"]["attempts"], 5)
        self.assertEqual(said["sent"], 0)
        self.assertEqual(len(set(web.keys())), 1)
        self.assertEqual({request["path"] for request in web.requests}, {"/hook"})
        down[0] = 204
        self.clock_moves(15 * 60 * 2)
        self.await_requests(web, 7)
        self.await_through("hook", 2)
        self.assertEqual(web.events(web.requests[5:]), [1, 2])
        self.deliveries()

    def test_what_is_refused_is_given_up_the_next_goes_on_and_retry_sends_it(self):
        taken = [400]
        web = self.server(WebServer, answer=lambda request: taken[0])
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-given-up")
        taken[0] = 200
        self.happens(aggregator, "D2")
        self.await_through("hook", 2)
        said = self.deliveries(check=1)["hook"]
        self.assertEqual([(dead["from"], dead["to"], dead["why"]) for dead in said["dead"]], [(1, 1, "the server answered 400")])
        self.assertIn("tocsin deliveries --retry hook", self.tocsin("deliveries", check=1).stdout)
        self.tocsin("deliveries", "--retry", "hook")
        self.await_requests(web, 3)
        await_until(lambda: not self.cursor("hook")["dead"], "no dead letter is left")
        self.assertEqual(web.events(), [1, 2, 1])
        self.assertEqual(web.keys()[0], web.keys()[2])
        self.assertEqual(self.tocsin("deliveries", "--retry", "hook").stdout, "Nothing was given up for hook, and nothing waits\n")
        self.assertIn("no such subscription", self.tocsin("deliveries", "--retry", "nobody", check=1).stderr)

    def test_after_a_day_a_message_is_given_up(self):
        web = self.server(WebServer, answer=lambda request: 200)
        self.subscribe(f"name: hook, webhook: {{url: \"http://127.0.0.1:{free_port()}/\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-failing")
        self.clock_moves(86400)
        aggregator.await_line("delivery-given-up")
        await_until(lambda: len(self.cursor("hook")["dead"]) == 1, "a dead letter")
        self.assertEqual(web.requests, [])

    def test_killed_before_it_heard_the_answer_it_sends_the_same_again_and_loses_nothing(self):
        victim, deadly = [], [2, 4]

        def answer(request):
            if deadly and len(web.requests) == deadly[0]:
                deadly.pop(0)
                victim[0].process.kill()
                victim[0].process.wait()
            return 200

        web = self.server(WebServer, answer=answer)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        for district in DISTRICTS[:3]:
            victim[:] = [self.begin()]
            self.happens(victim[0], district)
            if len(web.requests) in (2, 4) or district != "D1":
                await_until(lambda: victim[0].process.poll() is not None, "it was killed")
                self.stop(victim[0], signal.SIGKILL)
            else:
                self.await_through("hook", 1)
                self.stop(victim[0])
        self.begin()
        self.await_through("hook", 3)
        keys = list(dict.fromkeys(web.keys()))
        self.assertEqual(len(keys), 3)
        self.assertEqual(web.events(), [1, 2, 2, 3, 3])
        self.assertEqual(web.keys(), [keys[0], keys[1], keys[1], keys[2], keys[2]])


class Mail(Delivered):
    def test_a_mail_has_all_that_a_phone_and_a_list_want(self):
        mail = self.server(MailServer, user=("tocsin", "hunter 2 of ours"))
        self.write("password", "hunter 2 of ours\n").chmod(0o600)
        self.login = ", user: tocsin, password_file: password"
        self.subscribe("name: analysts, mail: [ann@example.org, ben@example.org]", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_mails(mail, 1)
        self.assertEqual(set(mail.users), {("tocsin", "hunter 2 of ours")})
        message = mail.messages[0]
        self.assertEqual(message.recipients, ["ann@example.org", "ben@example.org"])
        self.assertEqual((message.sender, message["From"]), ("tocsin@example.org", "tocsin@example.org"))
        self.assertEqual(message["To"], "ann@example.org, ben@example.org")
        self.assertIn("priority", message["Subject"])
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["List-Id"], "<analysts.tocsin.example.org>")
        self.assertEqual(email.utils.parsedate_to_datetime(message["Date"]).timestamp(), london("2026-01-05T12:00"))
        self.assertRegex(message["Message-ID"], r"^<[0-9a-f]{16}-analysts-1-1@example\.org>$")
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        self.assertIn("Theft in District D1 up 400.0 % (100 from 20)", plain.get_content())
        self.assertIn("<b>Theft in District D1</b> up 400.0 % (100 from 20)", html.get_content())
        self.assertIn("multipart/alternative", [part.get_content_type() for part in message.walk()])
        self.await_through("analysts", 1)

    def test_what_a_server_can_t_take_now_is_sent_again_as_the_same_mail_and_what_it_refuses_is_given_up(self):
        says = ["451 busy"]
        tried = []

        def answer(message):
            tried.append(message["Message-ID"])
            return says[0]

        mail = self.server(MailServer, answer=answer)
        self.subscribe("name: one, mail: [ann@example.org]", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-failing .*451 busy")
        says[0] = None
        self.clock_moves(60)
        self.await_mails(mail, 1)
        self.assertEqual(len(tried), 2)
        self.assertEqual(len(set(tried)), 1)
        says[0] = "554 not wanted here"
        self.happens(aggregator, "D2")
        aggregator.await_line("delivery-given-up .*554 not wanted here")
        says[0] = None
        self.happens(aggregator, "D3")
        self.await_mails(mail, 2)

    def test_an_address_that_is_refused_keeps_it_from_nobody_else_and_is_told(self):
        mail = self.server(MailServer, refuse=lambda address: "550 no such user" if address.startswith("gone") else None)
        self.subscribe("name: one, mail: [gone@example.org, ann@example.org]", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_mails(mail, 1)
        self.assertEqual(mail.messages[0].recipients, ["ann@example.org"])
        self.await_through("one", 1)
        self.assertIn("550 no such user", self.deliveries()["one"]["refused"])

    def test_a_wrong_password_and_a_server_without_tls_are_tried_again(self):
        mail = self.server(MailServer, user=("tocsin", "right"))
        os.environ["TOCSIN_TEST_PASSWORD"] = "wrong-of-ours"
        self.addCleanup(os.environ.pop, "TOCSIN_TEST_PASSWORD")
        self.login = ", user: tocsin, password_env: TOCSIN_TEST_PASSWORD"
        self.subscribe("name: one, mail: [ann@example.org]", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-failing .*535")
        self.assertEqual(self.deliveries(check=1)["one"]["dead"], [])
        self.who.write_text(self.who.read_text().replace("tls: none", "tls: required"))
        aggregator.process.send_signal(signal.SIGHUP)
        aggregator.await_line("subscriptions  file")
        self.clock_moves(60)
        await_until(lambda: self.cursor("one")["message"]["attempts"] == 2, "it was tried again")
        self.assertRegex(self.cursor("one")["message"]["why"], "(?i)tls|ssl|STARTTLS")
        self.assertEqual(mail.messages, [])


class Neighbours(Delivered):
    def test_dead_and_hanging_servers_delay_nobody(self):
        web, hanging = self.server(WebServer), self.server(WebServer, answer=lambda request: "hang")
        mail = self.server(MailServer, answer=lambda message: "hang")
        silent = socket.socket()  # takes connections, and never says a word
        self.addCleanup(silent.close)
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        self.subscribe(f"name: dead, webhook: {{url: \"http://127.0.0.1:{free_port()}/\"}}",
                       f"name: hanging, webhook: {{url: \"{hanging.url}\"}}",
                       f"name: silent, webhook: {{url: \"http://127.0.0.1:{silent.getsockname()[1]}/\"}}",
                       "name: post, mail: [ann@example.org]", f"name: good, webhook: {{url: \"{web.url}\"}}", mail=mail)
        aggregator = self.begin()
        for number, district in enumerate(DISTRICTS[:3], 1):
            self.happens(aggregator, district)
            self.await_requests(web, number)
        self.await_requests(hanging, 1)
        self.await_through("good", 3)
        self.assertEqual(web.events(), [1, 2, 3])
        self.assertEqual((len(hanging.requests), mail.messages), (1, []))
        self.stop(aggregator)  # and no one holds up the end


class Times(Delivered):
    def test_quiet_hours_hold_back_all_but_what_breaks_them(self):
        web, mail = self.server(WebServer), self.server(MailServer)
        self.subscribe(f"name: canary, webhook: {{url: \"{web.url}\"}}",  # told last in each round
                       "name: on-call, mail: [ann@example.org], quiet: {from: \"20:00\", to: \"07:00\"}",
                       "name: asleep, mail: [ben@example.org], quiet: {from: \"20:00\", to: \"07:00\", override: never}", mail=mail)
        aggregator = self.begin()
        self.clock_shows("2026-01-05T23:00")
        self.happens(aggregator, "D1", 20, 60)
        self.happens(aggregator, "D2", 20, 60)
        self.await_requests(web, 2)
        self.assertEqual(mail.messages, [])
        self.happens(aggregator, "D3", 20, 100)
        self.await_mails(mail, 1)
        self.assertEqual(mail.messages[0].recipients, ["ann@example.org"])
        self.await_through("on-call", 3)
        words = mail.messages[0].get_body(("plain",)).get_content()
        for district in DISTRICTS[:3]:
            self.assertIn(f"District {district}", words)
        self.clock_shows("2026-01-06T07:00")
        self.await_mails(mail, 2)
        self.assertEqual(mail.messages[1].recipients, ["ben@example.org"])
        self.assertRegex(mail.messages[1]["Message-ID"], r"-asleep-1-3@")
        self.await_through("asleep", 3)

    def test_daily_and_weekly_digests_come_at_their_time_and_a_missed_one_once(self):
        mail = self.server(MailServer)
        self.subscribe("name: daily, mail: [ann@example.org], when: daily, all-is-well: true",
                       "name: weekly, mail: [ben@example.org], when: weekly, on: wednesday, at: \"09:30\"", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.happens(aggregator, "D2", 20, 60)
        self.clock_shows("2026-01-06T08:00")
        self.await_mails(mail, 1)
        words = mail.messages[0].get_body(("plain",)).get_content()
        self.assertIn("District D1", words)
        self.assertIn("District D2", words)
        self.await_through("daily", 2)
        self.stop(aggregator)
        self.clock.write_text(str(london("2026-01-09T15:00")))  # three mornings and a Wednesday later
        aggregator = self.begin()
        self.await_mails(mail, 3)
        self.assertEqual(sorted(message.recipients for message in mail.messages[1:]), [["ann@example.org"], ["ben@example.org"]])
        await_until(lambda: self.cursor("daily")["digest_s"] == london("2026-01-09T08:00"), "daily is done")
        await_until(lambda: self.cursor("weekly")["digest_s"] == london("2026-01-07T09:30"), "weekly is done")
        self.assertEqual(len(mail.messages), 3)
        self.clock_shows("2026-01-10T08:00")
        self.await_mails(mail, 4)
        self.assertEqual(mail.messages[3].recipients, ["ann@example.org"])
        self.assertRegex(mail.messages[3]["Subject"] + mail.messages[3].get_body(("plain",)).get_content(), "0 things happened")
        self.happens(aggregator, "D3")
        self.clock_shows("2026-01-14T09:29")  # a Wednesday
        self.await_mails(mail, 5)
        self.assertEqual(mail.messages[4].recipients, ["ann@example.org"])
        self.clock_shows("2026-01-14T09:30")
        self.await_mails(mail, 6)
        self.assertEqual(mail.messages[5].recipients, ["ben@example.org"])
        self.assertIn("District D3", mail.messages[5].get_body(("plain",)).get_content())


class Files(Delivered):
    def test_another_file_is_read_on_a_signal_and_a_faulty_one_leaves_the_old_in_force(self):
        web = self.server(WebServer)
        self.subscribe(f"name: first, webhook: {{url: \"{web.url}1\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_requests(web, 1)
        good = self.who.read_text()
        self.who.write_text(good + "- {name: second}\n")
        aggregator.process.send_signal(signal.SIGHUP)
        aggregator.await_line(r"subscription-fault .*who\.yaml:4: error: the subscription goes nowhere")
        aggregator.await_line("subscriptions-kept")
        self.happens(aggregator, "D2")
        self.await_requests(web, 2)
        self.await_through("first", 2)
        self.who.write_text(good.replace("first", "second").replace("hook1", "hook2"))
        aggregator.process.send_signal(signal.SIGHUP)
        aggregator.await_line("subscription-begins .*second behind=2")
        self.happens(aggregator, "D3")
        self.await_requests(web, 3)
        self.assertEqual([request["path"] for request in web.requests], ["/hook1", "/hook1", "/hook2"])
        self.await_through("second", 3)
        self.assertEqual({name: one["active"] for name, one in self.deliveries().items()}, {"first": False, "second": True})
        self.who.write_text(good)  # it is back, and goes on where it was
        aggregator.process.send_signal(signal.SIGHUP)
        self.await_requests(web, 4)
        self.assertEqual(web.events(web.requests[3:]), [3])

    def test_it_does_not_start_on_a_faulty_file(self):
        self.who.write_text("subscriptions: none\n")
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", self.reference, "--listen",
                                "tcp://127.0.0.1:*", "--subscriptions", self.who, check=1)
        self.assertRegex(said.stderr, r"who\.yaml:1: error: 'subscriptions' should be a list")
        self.assertIn("tocsin check --subscriptions", said.stderr)

    def test_a_damaged_cursor_is_put_aside_and_told(self):
        web = self.server(WebServer)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_through("hook", 1)
        self.stop(aggregator)
        (self.data / "delivery/hook.json").write_text("{\"through\": ")
        aggregator = self.begin()
        self.assertTrue((self.data / "delivery/hook.json.damaged").exists())
        self.assertRegex("".join(aggregator.lines), "cursor-damaged .*hook")
        self.happens(aggregator, "D2")
        self.await_requests(web, 2)
        self.assertEqual(web.events(), [1, 2])

    def test_a_restored_backup_is_told_again_from_where_it_stood(self):
        web = self.server(WebServer)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}")
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_through("hook", 1)
        self.tocsin("backup", self.folder / "copy.db")
        self.happens(aggregator, "D2")
        self.await_through("hook", 2)
        self.stop(aggregator)
        for file in self.data.glob("tocsin.db*"):
            file.unlink()
        (self.folder / "copy.db").rename(self.data / "tocsin.db")
        aggregator = self.begin()
        self.happens(aggregator, "D3")
        self.await_requests(web, 3)
        self.assertEqual(web.events(), [1, 2, 2])
        self.assertEqual(web.requests[2]["json"]["events"][0]["area"], "D3")
        self.assertEqual(len(set(web.keys())), 3)

    def test_a_test_says_what_came_of_it(self):
        web, mail = self.server(WebServer), self.server(MailServer, answer=lambda message: "554 no tests here")
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\", shape: slack}}", "name: post, mail: [ann@example.org]", mail=mail)
        self.begin()
        self.assertIn("The test for hook was taken", self.tocsin("deliveries", "--test", "hook").stdout)
        self.assertIn("Somebody asked whether Tocsin reaches you", web.requests[0]["body"].decode())
        self.assertNotIn("levated", web.requests[0]["body"].decode())
        self.assertIn("554 no tests here", self.tocsin("deliveries", "--test", "post", check=1).stderr)
        self.assertEqual(self.deliveries()["post"]["dead"], [])
        self.assertIn("no such subscription", self.tocsin("deliveries", "--test", "nobody", check=1).stderr)

    def test_without_an_aggregator_nothing_can_be_asked_and_all_is_shown(self):
        self.subscribe("name: hook, webhook: {url: \"http://127.0.0.1:1/\"}")
        self.stop(self.begin())
        self.assertIn("hook", self.deliveries())
        self.assertIn("running aggregator", self.tocsin("deliveries", "--retry", "hook", check=1).stderr)
        self.assertIn("no name of a subscription", self.tocsin("deliveries", "--retry", "../x", check=2).stderr)

    def test_no_secret_is_told_to_anybody(self):
        web = self.server(WebServer, answer=lambda request: 400)
        mail = self.server(MailServer, user=("tocsin", "hunter2"), answer=lambda message: "554 no")
        self.write("password", "hunter2\n").chmod(0o600)
        self.write("secret", "seal-of-ours\n").chmod(0o600)
        self.write("url", f"{web.url}/token-of-ours\n").chmod(0o600)
        self.login = ", user: tocsin, password_file: password"
        self.subscribe("name: hook, webhook: {url_file: url, secret_file: secret}",
                       "name: post, mail: [ann@example.org]", mail=mail)
        aggregator = self.start(extra=("--subscriptions", self.who, "--trace"))
        self.happens(aggregator, "D1")
        await_until(lambda: self.cursor("hook")["dead"] and self.cursor("post")["dead"], "both were refused")
        self.assertEqual(web.requests[0]["path"], "/hook/token-of-ours")
        told = self.tocsin("deliveries", check=1).stdout + self.tocsin("check", "--reference", self.reference, "--subscriptions", self.who).stdout
        self.stop(aggregator)
        told += "".join(aggregator.lines) + "".join(file.read_text() for file in (self.data / "delivery").iterdir())
        for secret in ("hunter2", "seal-of-ours", "token-of-ours"):
            self.assertNotIn(secret, told)


if __name__ == "__main__":
    unittest.main()
