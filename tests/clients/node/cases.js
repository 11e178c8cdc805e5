// Runs the list of cases over Apache Thrift for Node and prints one line for each: case, tab, "ok" or "failed: why".
"use strict";

const fs = require("fs");
const thrift = require("thrift");
const pack = require("./gen-nodejs/live_pack_types");
const { Base } = require("./gen-nodejs/base_types");
const LivePackService = require("./gen-nodejs/LivePackService");

const ADDR = process.env.ADDR;
// For this viewer, the driver makes one downstream call take a second.
const SLOW_USER = 10077;
const METHODS = Object.keys(LivePackService.Client.prototype).filter((name) => /^(Get|MGet)/.test(name));

// Constructors with arguments need every required field: create an empty object, then assign.
function made(Type, fields) {
  return Object.assign(new Type(), fields);
}

const room = (room_id = 1001) => made(pack.RoomRef, { room_id });
const user = (user_id = 101, region = "US", language = "en", more = {}) =>
  made(pack.UserContext, { user_id, region, language, ...more });

function zero(Type, fields) {
  const it = new Type();
  for (const [name, value] of Object.entries(it)) {
    if (typeof value === "number") it[name] = 0;
    if (typeof value === "string") it[name] = "";
    if (Array.isArray(value)) it[name] = [];
  }
  return Object.assign(it, fields);
}

function good(answer) {
  if (answer.BaseResp.StatusCode !== 0) {
    throw new Error(`status ${answer.BaseResp.StatusCode}: ${answer.BaseResp.StatusMessage}`);
  }
  return answer;
}

function expect(holds, found) {
  if (!holds) throw new Error(`found ${found}`);
}

function options(transport) {
  return { transport, protocol: thrift.TBinaryProtocol, connect_timeout: 2000 };
}

function tcp(addr, transport = thrift.TFramedTransport) {
  const [host, port] = addr.split(":");
  return thrift.createConnection(host, Number(port), options(transport));
}

async function over(connection, work) {
  const broken = new Promise((_, refuse) => connection.on("error", refuse));
  broken.catch(() => {});
  try {
    return await Promise.race([work(thrift.createClient(LivePackService, connection)), broken]);
  } finally {
    connection.end();
  }
}

function fifteen(connect) {
  return () =>
    over(connect(), async (client) => {
      const requests = {
        MGetRoomLiteData: made(pack.MGetRoomLiteDataRequest, { rooms: [room()], user: user() }),
        GetLiveBagRefresh: made(pack.GetLiveBagRefreshRequest, {
          room: room(), user: user(), product_ids: [1001001, 1001002],
        }),
        GetSurpriseSetDetail: made(pack.GetSurpriseSetDetailRequest, {
          room: room(1006), user: user(), surprise_set_id: 5001,
        }),
        MGetFcpEcomComponent: made(pack.MGetFcpEcomComponentRequest, {
          slots: [made(pack.FcpSlot, { room: room() })], user: user(),
        }),
      };
      expect(METHODS.length === 15, METHODS);
      for (const method of METHODS) {
        const request = requests[method] ?? made(pack[`${method}Request`], { room: room(), user: user() });
        await client[method](request).then(good).catch((error) => {
          throw new Error(`${method}: ${error.message}`);
        });
      }
    });
}

const bag = (user_id = 101, more = {}) =>
  made(pack.GetLiveBagDataRequest, { room: room(), user: user(user_id), ...more });

function zeroFilled() {
  return over(tcp(ADDR), async (client) => {
    const both = { room: made(pack.RoomRef, { room_id: 1001, anchor_id: 0 }), user: zero(pack.UserContext, {}) };
    const page = made(pack.Page, { cursor: 0, count: 0 });
    const first = good(await client.GetLiveBagData(zero(pack.GetLiveBagDataRequest, { ...both, page })));
    const whole = good(await client.GetLiveBagAssemble(zero(pack.GetLiveBagAssembleRequest, both)));
    const preview = good(await client.GetLiveBagPreviewData(zero(pack.GetLiveBagPreviewDataRequest, both)));
    const full = good(await client.GetRoomFullData(zero(pack.GetRoomFullDataRequest, both)));
    const slots = [zero(pack.FcpSlot, { room: both.room })];
    const feed = good(await client.MGetFcpEcomComponent(made(pack.MGetFcpEcomComponentRequest, { slots, user: both.user })));
    const cards = [first.products, whole.bag.products, preview.products, full.preview].map((list) => list.length);
    expect(cards.join() === "20,20,3,3", cards);
    expect(feed.results[0].scene === "feed_preview", feed.results[0].scene);
  });
}

function badRequest() {
  return over(tcp(ADDR), async (client) => {
    const resp = (await client.GetLiveBagData(bag(101, { page: made(pack.Page, { count: -1 }) }))).BaseResp;
    expect(resp.StatusCode === 10001 && resp.StatusMessage.includes("page.count"), JSON.stringify(resp));
  });
}

function unknownMethod() {
  return over(tcp(ADDR), async (client) => {
    const protocol = new client.pClass(client.output);
    const answered = new Promise((resolve, refuse) => {
      client._reqs[1000] = (error, answer) => (error ? refuse(error) : resolve(answer));
      client.recv_Nope = client.recv_GetLiveBagTab;
    });
    protocol.writeMessageBegin("Nope", thrift.Thrift.MessageType.CALL, 1000);
    protocol.writeStructBegin("Nope_args");
    protocol.writeFieldStop();
    protocol.writeStructEnd();
    protocol.writeMessageEnd();
    client.output.flush();
    const exception = await answered.then(() => null, (error) => error);
    expect(exception?.type === thrift.Thrift.TApplicationExceptionType.UNKNOWN_METHOD, exception);
  });
}

// The library has no call time-outs: the caller stops waiting, and the late answer is dropped.
function timeout() {
  return over(tcp(ADDR), async (client) => {
    const late = new Promise((resolve) => setTimeout(resolve, 200, "late"));
    const first = await Promise.race([client.GetLiveBagData(bag(SLOW_USER)), late]);
    expect(first === "late", "an answer in time");
    for (let call = 0; call < 20; call++) good(await client.GetLiveBagData(bag()));
  });
}

async function callers() {
  const caller = () =>
    over(tcp(ADDR), async (client) => {
      for (let call = 0; call < 50; call++) good(await client.GetLiveBagData(bag()));
    });
  const all = await Promise.allSettled(Array.from({ length: 32 }, caller));
  const failed = all.filter((it) => it.status === "rejected");
  if (failed.length > 0) throw new Error(`${failed.length} callers of 32: ${failed[0].reason.message}`);
}

function fiftyCards() {
  return over(tcp(ADDR), async (client) => {
    const { products } = good(await client.GetLiveBagData(bag(101, { page: made(pack.Page, { count: 50 }) })));
    expect(products.length === 50 && products[49].title && products[49].price.sale_text, products.length);
  });
}

function otherLetters() {
  return over(tcp(ADDR), async (client) => {
    const viewer = user(209, "JP", "ja", { device_id: "電話 🛍" });
    const answer = good(await client.GetLiveBagData(bag(0, { room: room(2009), user: viewer })));
    const { text } = answer.products[0].buttons[0];
    expect(/[\u3040-\u9fff]/.test(text), text);
  });
}

function logId() {
  return over(tcp(ADDR), async (client) => {
    const base = made(Base, { LogID: process.env.LOG_ID, Caller: "clients-node" });
    good(await client.GetLiveBagData(bag(101, { Base: base })));
  });
}

function tls() {
  const [host, port] = process.env.TLS_ADDR.split(":");
  const ca = fs.readFileSync(process.env.TLS_CA);
  return thrift.createSSLConnection(host, Number(port), { ...options(thrift.TFramedTransport), ca, rejectUnauthorized: true });
}

const CASES = [
  ["fifteen methods, framed", fifteen(() => tcp(ADDR))],
  ["fifteen methods, buffered", fifteen(() => tcp(ADDR, thrift.TBufferedTransport))],
  ["zero-filled requests", zeroFilled],
  ["bad request", badRequest],
  ["unknown method", unknownMethod],
  ["client time-out, then good calls", timeout],
  ["32 callers, 50 calls each", callers],
  ["50 cards", fiftyCards],
  ["texts outside ASCII", otherLetters],
  ["log id in the access log", logId],
  ["Unix socket", fifteen(() => thrift.createUDSConnection(process.env.UNIX_SOCKET, options(thrift.TFramedTransport)))],
  ["TLS", fifteen(tls)],
  ["server of the last release", fifteen(() => tcp(process.env.RELEASED_ADDR))],
];

(async () => {
  for (const [name, run] of CASES) {
    let result = "ok";
    try {
      await run();
    } catch (error) {
      process.exitCode = 1;
      result = `failed: ${error.message}`.replaceAll("\n", " ");
    }
    console.log(`${name}\t${result}`);
  }
})();
