"""A small mail server on a real socket, for tests: it takes, refuses or delays."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What came in, and what the server answers to each recipient ("250 ok", "550 no such")."""

    port: int = 0
    answer_to_recipient: str = "250 ok"
    answer_to_data: str = "250 taken"
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one SMTP conversation."""

        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 test")
        while line := (await reader.readline()).decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                self.recipients.append(line)
                say(self.answer_to_recipient)
            elif word == "DATA":
                say("354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                if self.answer_to_data.startswith("2"):
                    self.mails.append(body)
                say(self.answer_to_data)
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("250 ok")
            await writer.drain()
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Run a mail server on a free port of 127.0.0.1 in a thread of its own."""
    mail = MailServer()
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(mail.talk, "127.0.0.1", 0)
        mail.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield mail
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
