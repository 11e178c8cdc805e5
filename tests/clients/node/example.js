// One page of the bag over Apache Thrift for Node.
"use strict";

const thrift = require("thrift");
const pack = require("./gen-nodejs/live_pack_types");
const { Base } = require("./gen-nodejs/base_types");
const LivePackService = require("./gen-nodejs/LivePackService");

// A constructor with arguments wants every required field: make an empty one, then assign.
const room = Object.assign(new pack.RoomRef(), { room_id: 1001 });
const user = Object.assign(new pack.UserContext(), { region: "US", language: "en" });
const base = Object.assign(new Base(), { LogID: "example-node-1", Caller: "example" });
const request = Object.assign(new pack.GetLiveBagDataRequest(), { room, user, Base: base });

const [host, port] = process.env.ADDR.split(":"); // 127.0.0.1:8888
const connection = thrift.createConnection(host, Number(port), {
  transport: thrift.TFramedTransport, protocol: thrift.TBinaryProtocol, connect_timeout: 2000,
});
connection.on("error", (error) => { throw error; });
const client = thrift.createClient(LivePackService, connection);
const late = new Promise((_, refuse) => setTimeout(refuse, 3000, new Error("no answer in time")).unref());

Promise.race([client.GetLiveBagData(request), late]).then((answer) => {
  const { StatusCode: status, StatusMessage: message } = answer.BaseResp;
  if (status === 0) {
    for (const lost of answer.degraded) console.log("without", lost.task, lost.message); // draw the page without it
    console.log(answer.total, answer.products[0].title, answer.products[0].price.sale_text);
  } else if ([10006, 30001, 30002, 30003, 30004].includes(status)) {
    console.log("try again", status, message); // overload, a downstream service: later, with a pause that grows
  } else {
    console.log("no page", status, message); // 10001: the request is wrong; 20001 and others: closed, banned, not there
  }
}).finally(() => connection.end());
