"""The echo server on asyncio's streams: python3 echo.py asyncio|uvloop HOST PORT."""

import asyncio
import socket
import sys


async def echo(reader, writer):
    print('Connection from', writer.get_extra_info('peername'))
    # asyncio switches Nagle's algorithm off; the other servers leave it as it is.
    writer.get_extra_info('socket').setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
    try:
        while data := await reader.read(1000):
            writer.write(b'GOT:' + data)
            await writer.drain()
    except ConnectionError:
        pass
    print('Connection closed')
    writer.close()


async def main(host, port):
    server = await asyncio.start_server(echo, host, port, backlog=1024, reuse_address=True)
    host, port = server.sockets[0].getsockname()
    print(f'Server running on {host}:{port}', flush=True)
    await server.serve_forever()


loop, host, port = sys.argv[1:]
if loop == 'uvloop':
    import uvloop
    run = uvloop.run
else:
    run = asyncio.run
run(main(host, int(port)))
