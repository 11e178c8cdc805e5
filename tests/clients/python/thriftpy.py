"""thriftpy2, which reads the IDL when the program starts."""

import os
from contextlib import contextmanager

import thriftpy2
from thriftpy2.protocol import TBinaryProtocol
from thriftpy2.thrift import TApplicationException as ApplicationException
from thriftpy2.thrift import TClient, TMessageType
from thriftpy2.transport import TBufferedTransport, TFramedTransport, TSocket, TSSLSocket
from thriftpy2.transport import TTransportException as TransportException

IDL = os.environ["IDL"]
pack = thriftpy2.load(f"{IDL}/live_pack.thrift", module_name="live_pack_thrift")
base = pack.base
METHODS = pack.LivePackService.thrift_services


@contextmanager
def connect(addr=None, unix=None, authority=None, framed=True, timeout=10):
    host, port = addr.rsplit(":", 1) if addr else (None, 0)
    if unix:
        sock = TSocket(unix_socket=unix)
    elif authority:
        sock = TSSLSocket(host, int(port), cafile=authority)
    else:
        sock = TSocket(host, int(port))
    sock.set_timeout(timeout * 1000)
    transport = TFramedTransport(sock) if framed else TBufferedTransport(sock)
    transport.open()
    try:
        yield TClient(pack.LivePackService, TBinaryProtocol(transport))
    finally:
        transport.close()


def call_nobody(client):
    client._oprot.write_message_begin("Nope", TMessageType.CALL, 0)
    client._oprot.write_struct(pack.LivePackService.GetLiveBagTab_args())
    client._oprot.write_message_end()
    client._oprot.trans.flush()
    client._recv("GetLiveBagTab")
