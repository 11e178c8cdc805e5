"""Apache Thrift, with code that `thrift -gen py` has generated."""

from contextlib import contextmanager

from thrift.Thrift import TApplicationException as ApplicationException
from thrift.Thrift import TMessageType
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport import TSocket, TSSLSocket, TTransport
from thrift.transport.TTransport import TTransportException as TransportException

import base.ttypes as base
import live_pack.ttypes as pack
from live_pack import LivePackService

METHODS = [name for name in vars(LivePackService.Iface) if not name.startswith("_")]


@contextmanager
def connect(addr=None, unix=None, authority=None, framed=True, timeout=10):
    host, port = addr.rsplit(":", 1) if addr else (None, 0)
    if unix:
        sock = TSocket.TSocket(unix_socket=unix)
    elif authority:
        sock = TSSLSocket.TSSLSocket(host, int(port), ca_certs=authority)
    else:
        sock = TSocket.TSocket(host, int(port))
    sock.setTimeout(timeout * 1000)
    transport = TTransport.TFramedTransport(sock) if framed else TTransport.TBufferedTransport(sock)
    transport.open()
    try:
        yield LivePackService.Client(TBinaryProtocol(transport))
    finally:
        transport.close()


def call_nobody(client):
    client._oprot.writeMessageBegin("Nope", TMessageType.CALL, 0)
    LivePackService.GetLiveBagTab_args().write(client._oprot)
    client._oprot.writeMessageEnd()
    client._oprot.trans.flush()
    client.recv_GetLiveBagTab()
