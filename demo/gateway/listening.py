"""Listening: HTTP and SMTP on 127.0.0.1 in one event loop."""

import asyncio

from aiohttp import web

from demo.gateway.control import Control
from demo.gateway.exchange import Exchange
from demo.gateway.http_api import MessagesApi
from demo.gateway.json_api import JsonApi
from demo.gateway.options import LOOPBACK, Addresses, Options
from demo.gateway.smtp import MailServer

BACKLOG = 1024
GRACE_SECONDS = 0.3


class Gateway:
    """One gateway: start it, stop it."""

    def __init__(self, options: Options) -> None:
        """Prepare; needs a running event loop. Raises OSError for a ledger it cannot open."""
        self.exchange = Exchange(options)
        self._options = options
        self._mail = MailServer(self.exchange)
        self._mail_server: asyncio.Server | None = None
        api = web.Application()
        api.add_routes(MessagesApi(self.exchange).routes())
        api.add_routes(JsonApi(self.exchange).routes())
        api.add_routes(Control(self.exchange).routes())
        self._http = web.AppRunner(api, access_log=None, shutdown_timeout=GRACE_SECONDS)

    async def start(self) -> Addresses:
        """Listen; raises OSError for a port that is taken."""
        await self._http.setup()
        await web.TCPSite(self._http, LOOPBACK, self._options.port, backlog=BACKLOG).start()
        loop = asyncio.get_running_loop()
        self._mail_server = await loop.create_server(
            self._mail.connection, LOOPBACK, self._options.smtp_port, backlog=BACKLOG
        )
        smtp_port = self._mail_server.sockets[0].getsockname()[1]
        return Addresses(
            url=f"http://{LOOPBACK}:{self._http.addresses[0][1]}",
            smtp_url=f"smtp://{LOOPBACK}:{smtp_port}",
        )

    async def stop(self) -> None:
        """Stop listening, answer what is being answered, write the ledger, close."""
        self.exchange.stopping.set()
        if self._mail_server is not None:
            self._mail_server.close()
        await self._http.cleanup()
        await self._mail.close()
        await self.exchange.webhooks.close()
        await self.exchange.ledger.close()
