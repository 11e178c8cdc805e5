"""One page of the bag over Apache Thrift."""

import os

from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport import TSocket, TTransport

from base.ttypes import Base
from live_pack import LivePackService
from live_pack.ttypes import GetLiveBagDataRequest, RoomRef, UserContext

host, port = os.environ["ADDR"].split(":")  # 127.0.0.1:8888
sock = TSocket.TSocket(host, int(port))
sock.setTimeout(3000)  # of a read, in milliseconds
transport = TTransport.TFramedTransport(sock)
transport.open()
client = LivePackService.Client(TBinaryProtocol(transport))
answer = client.GetLiveBagData(GetLiveBagDataRequest(
    room=RoomRef(room_id=1001), user=UserContext(region="US", language="en"),
    Base=Base(LogID="example-python-1", Caller="example"),
))
transport.close()  # also after an exception: a late answer would be taken for that of the next call
status = answer.BaseResp.StatusCode
if status == 0:
    for lost in answer.degraded:  # draw the page without what is missing
        print("without", lost.task, lost.message)
    print(answer.total, answer.products[0].title, answer.products[0].price.sale_text)
elif status in (10006, 30001, 30002, 30003, 30004):  # overload, a downstream service: later, with a pause that grows
    print("try again", status, answer.BaseResp.StatusMessage)
else:  # 10001: the request is wrong; 20001 and others: the room has closed, is banned, does not exist
    print("no page", status, answer.BaseResp.StatusMessage)
