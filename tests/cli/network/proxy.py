"""A proxy that ends TLS itself. What is asked of api.example it sends on to a plain port of
this machine, and ping.example it plays. Prints its own port, then a line for each request
to connect.
"""

import socket
import ssl
import sys
import threading

certificate, port = sys.argv[1], int(sys.argv[2])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate)


def send_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        target.close()


def serve(client):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    print(head.decode().splitlines()[0], flush=True)
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        encrypted = context.wrap_socket(client, server_side=True)
    except OSError:
        return  # The certificate was not trusted.
    if b"ping.example" in head:
        encrypted.recv(65536)
        encrypted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        encrypted.close()
        return
    server = socket.create_connection(("127.0.0.1", port))
    threading.Thread(target=send_on, args=(server, encrypted), daemon=True).start()
    send_on(encrypted, server)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
