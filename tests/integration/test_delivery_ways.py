"""Promise: mail and webhooks travel over TLS whose certificate was verified, or not at all.
"""
import signal
import unittest

from delivery_servers import Authority, MailServer, WebServer
from harness import await_until
from test_delivery import Delivered


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


if __name__ == "__main__":
    unittest.main()
