"""Promise: mail and webhooks travel over TLS whose certificate was verified, or not at all; a mail shows its picture; the
configuration may name the file of subscriptions; and whichever way somebody is told, they are told the same of an alert's life.
"""
import html
import json
import signal
import struct
import unittest

from delivery_servers import Authority, MailServer, WebServer
from harness import await_until
from test_delivery import REFERENCE, Delivered

HEADER = "reference,status,revision,recorded_at,offence,area\n"


class Encrypted(Delivered):
    def setUp(self):
        super().setUp()
        self.ours, self.other = Authority(self.folder, "ours"), Authority(self.folder, "other")

    def by_mail(self, url, authority=None):
        """STARTTLS is required by default."""
        trusted = f", ca_file: {authority.ca.name}" if authority else ""
        self.who.write_text(f"mail: {{server: \"{url}\", from: tocsin@example.org{trusted}}}\n"
                            "subscriptions:\n- {name: one, mail: [ann@example.org]}\n")

    def by_webhook(self, url, authority=None):
        trusted = f", ca_file: {authority.ca.name}" if authority else ""
        self.subscribe(f"name: one, webhook: {{url: \"{url}\"{trusted}}}")

    def goes_only_where_it_is_trusted(self, subscribe, url):
        """Nobody the machine trusts has signed it; another has; ours has, for another name; and at last all is well."""
        subscribe(url)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        aggregator.await_line("delivery-failing .*certificate")
        for failed, (to, authority) in enumerate(((url, self.other), (url.replace("127.0.0.1", "localhost"), self.ours),
                                                  (url, self.ours)), 1):
            await_until(lambda: self.cursor("one")["message"]["attempts"] == failed, f"failure {failed} is noted")
            self.assertRegex(self.deliveries(check=1)["one"]["pending"]["why"], "(?i)certificate")
            subscribe(to, authority)
            aggregator.process.send_signal(signal.SIGHUP)
            aggregator.await_line("subscriptions  file")
            self.clock_moves(60)
        self.await_through("one", 1)

    def test_mail_goes_to_a_server_whose_certificate_is_trusted_and_has_its_name_and_to_no_other(self):
        mail = self.server(MailServer, tls=self.ours.context)
        self.goes_only_where_it_is_trusted(self.by_mail, mail.url)
        self.assertEqual([message.encrypted for message in mail.messages], [True])

    def test_a_webhook_goes_to_a_server_whose_certificate_is_trusted_and_has_its_name_and_to_no_other(self):
        web = self.server(WebServer, tls=self.ours.context)
        self.assertRegex(web.url, "^https:")
        self.goes_only_where_it_is_trusted(self.by_webhook, web.url)
        self.assertEqual(web.events(), [1])


class Pictures(Delivered):
    def test_a_mail_shows_a_picture_that_stands_beside_its_html(self):
        mail = self.server(MailServer)
        self.subscribe("name: one, mail: [ann@example.org]", mail=mail)
        aggregator = self.begin()
        self.happens(aggregator, "D1")
        self.await_mails(mail, 1)
        [related] = [part for part in mail.messages[0].walk() if part.get_content_type() == "multipart/related"]
        page, picture = related.iter_parts()
        self.assertEqual((page.get_content_type(), picture.get_content_type()), ("text/html", "image/png"))
        self.assertEqual((picture["Content-ID"], picture.get_content_disposition()), ("<rolling-year>", "inline"))
        self.assertIn("src=\"cid:rolling-year\"", page.get_content())
        octets = picture.get_content()
        self.assertEqual(octets[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", octets[16:24]), (600, 220))
        self.assertEqual(octets[-8:-4], b"IEND")
        plain = mail.messages[0].get_body(("plain",)).get_content()
        self.assertNotIn("cid:", plain)


class Configured(Delivered):
    def test_the_configuration_names_the_file_and_the_option_wins_over_it(self):
        web = self.server(WebServer)
        self.subscribe(f"name: first, webhook: {{url: \"{web.url}1\"}}")
        config = self.write("tocsin.yaml", f"subscriptions: {self.who}\n")
        other = self.write("other.yaml", self.who.read_text().replace("first", "second").replace("hook1", "hook2"))
        aggregator = self.start(extra=("--config", config))
        self.happens(aggregator, "D1")
        self.await_requests(web, 1)
        self.await_through("first", 1)
        self.stop(aggregator)
        aggregator = self.start(extra=("--config", config, "--subscriptions", other))
        self.happens(aggregator, "D2")
        self.await_requests(web, 2)
        self.assertEqual([request["path"] for request in web.requests], ["/hook1", "/hook2"])


class Ways(Delivered):
    """One alert from its raising to its clearing, by a live feed: 20 thefts in 2022, and in 2023 as many to begin with."""

    def setUp(self):
        super().setUp()
        rules = [line.replace("theft]", "theft]\n  looks: 1\n  hold: 1d") for line in REFERENCE["priorities.yaml"]]
        self.write("reference/priorities.yaml", "\n".join(rules) + "\n")

    def thefts(self, year, first, last, status="recorded", revision=0):
        return "".join(f"{year}/{n},{status},{revision},{year}-{1 + n % 12:02d}-{1 + n % 28:02d},T,D1\n" for n in range(first, last))

    def told_on_the_terminal(self):
        said = self.tocsin("subscribe", "--once", "--since", "0", "--format", "json").stdout
        return [json.loads(line) for line in said.splitlines()]

    def test_the_raising_escalation_fall_and_end_of_an_alert_are_told_the_same_by_all_ways(self):
        web, mail = self.server(WebServer), self.server(MailServer)
        self.subscribe(f"name: hook, webhook: {{url: \"{web.url}\"}}", "name: post, mail: [ann@example.org]", mail=mail)
        aggregator = self.begin()
        self.collect(aggregator, "incidents", self.write("base.csv", HEADER + self.thefts(2022, 0, 20) + self.thefts(2023, 0, 20)),
                     "--covers", "D1:2022-01-01..2023-12-31")
        feed = self.write("feed.csv", HEADER + self.thefts(2021, 0, 1))
        self.go_on_collecting(aggregator.endpoint, "incidents", feed, "--follow", "--name", "live")
        await_until(lambda: self.query("SELECT 1 FROM version WHERE reference = '2021/0' AND NOT EXISTS (SELECT 1 FROM unjudged_area)"),
                    "the feed has caught up")
        steps = ((self.thefts(2023, 20, 40), "raised"), (self.thefts(2023, 40, 100), "escalated"),
                 (self.thefts(2023, 40, 100, "cancelled", 1), "lowered"), (self.thefts(2023, 20, 40, "cancelled", 1), "cleared"))
        for number, (rows, kind) in enumerate(steps, 1):
            with open(feed, "a", encoding="utf-8") as out:
                out.write(rows)
            self.await_mails(mail, number)
            self.await_requests(web, number)
            self.await_through("post", number)
            self.await_through("hook", number)
        listed = self.told_on_the_terminal()
        self.assertEqual([(event["kind"], event["level"], event["figures"]["count"]) for event in listed],
                         [("raised", "elevated", 40), ("escalated", "priority", 100), ("lowered", "elevated", 40), ("cleared", "normal", 20)])
        posted = [event for request in web.requests for event in request["json"]["events"]]
        self.assertEqual({event.pop("link") for event in posted}, {"https://tocsin.example/#alert=1"})
        self.assertEqual(posted, listed)
        self.assertEqual(json.loads(self.tocsin("alert", 1, "--format", "json").stdout)["events"], listed)
        [alert] = json.loads(self.tocsin("alerts", "--all", "--format", "json").stdout)
        told_last = {key: value for key, value in listed[-1].items() if key in alert}
        self.assertEqual({key: alert[key] for key in told_last}, told_last)
        self.assertEqual((alert["id"], alert["highest"], alert["opened"], alert["cleared"]), (1, "priority", listed[0]["at"], listed[-1]["at"]))
        for message, event, heading in zip(mail.messages, listed, ("Elevated", "Priority", "Lowered to elevated", "Cleared"), strict=True):
            self.assert_mail_says(message, event, heading)

    def assert_mail_says(self, message, event, heading):
        _, figure = event["words"].split(". ", 1)
        level = event["level"] + (f", {event['direction']}" if event["direction"] else "")
        before = event["level_before"] + (f", {event['direction_before']}" if event["direction_before"] else "")
        self.assertTrue(message["Subject"].startswith(f"{heading}: theft in District D1"), message["Subject"])
        for kind in ("plain", "html"):
            words = html.unescape(message.get_body((kind,)).get_content())
            for said in (figure, f"{level} (before: {before})", event["rule"],
                         *(caveat[0].upper() + caveat[1:] for caveat in event["caveats"])):
                self.assertIn(said, words)


if __name__ == "__main__":
    unittest.main()
