"""One page of the bag over thriftpy2: the IDL is read when the program starts."""

import os

import thriftpy2
from thriftpy2.rpc import client_context
from thriftpy2.transport import TFramedTransportFactory

pack = thriftpy2.load(os.path.join(os.environ["IDL"], "live_pack.thrift"), module_name="live_pack_thrift")  # idl/
host, port = os.environ["ADDR"].split(":")  # 127.0.0.1:8888
with client_context(pack.LivePackService, host, int(port), timeout=3000,  # milliseconds
                    trans_factory=TFramedTransportFactory()) as client:
    answer = client.GetLiveBagData(pack.GetLiveBagDataRequest(
        room=pack.RoomRef(room_id=1001), user=pack.UserContext(region="US", language="en"),
        Base=pack.base.Base(LogID="example-thriftpy2-1", Caller="example"),
    ))
status = answer.BaseResp.StatusCode
if status == 0:
    for lost in answer.degraded:  # draw the page without what is missing
        print("without", lost.task, lost.message)
    print(answer.total, answer.products[0].title, answer.products[0].price.sale_text)
elif status in (10006, 30001, 30002, 30003, 30004):  # overload, a downstream service: later, with a pause that grows
    print("try again", status, answer.BaseResp.StatusMessage)
else:  # 10001: the request is wrong; 20001 and others: the room has closed, is banned, does not exist
    print("no page", status, answer.BaseResp.StatusMessage)
