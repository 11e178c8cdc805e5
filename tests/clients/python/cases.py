"""Runs the list of cases over a library (thrift or thriftpy2) and prints one line for each: case, tab, "ok" or "failed: why"."""

import os
import socket
import sys
import threading

if sys.argv[1] == "thrift":
    import apache as library
else:
    import thriftpy as library

pack = library.pack
ADDR = os.environ["ADDR"]
# For this viewer, the driver makes one downstream call take a second.
SLOW_USER = 10077


def room(room_id=1001):
    return pack.RoomRef(room_id=room_id)


def user(user_id=101, region="US", language="en", **more):
    return pack.UserContext(user_id=user_id, region=region, language=language, **more)


def zero_user():
    return pack.UserContext(
        user_id=0, device_id="", app_id=0, app_version=0, platform=0, region="", language="", timezone=""
    )


def zero_room():
    return pack.RoomRef(room_id=1001, anchor_id=0)


def good(answer):
    if answer.BaseResp.StatusCode != 0:
        raise AssertionError(f"status {answer.BaseResp.StatusCode}: {answer.BaseResp.StatusMessage}")
    return answer


def fifteen(**where):
    with library.connect(**where) as client:
        both = {"room": room(), "user": user()}
        requests = {
            "MGetRoomLiteData": pack.MGetRoomLiteDataRequest(rooms=[room()], user=user()),
            "GetLiveBagRefresh": pack.GetLiveBagRefreshRequest(product_ids=[1001001, 1001002], **both),
            "GetSurpriseSetDetail": pack.GetSurpriseSetDetailRequest(
                room=room(1006), user=user(), surprise_set_id=5001
            ),
            "MGetFcpEcomComponent": pack.MGetFcpEcomComponentRequest(slots=[pack.FcpSlot(room=room())], user=user()),
        }
        assert len(library.METHODS) == 15, library.METHODS
        for method in library.METHODS:
            request = requests.get(method) or getattr(pack, f"{method}Request")(**both)
            try:
                good(getattr(client, method)(request))
            except Exception as error:
                raise AssertionError(f"{method}: {error!r}") from error


def zero_filled():
    both = {"room": zero_room(), "user": zero_user()}
    with library.connect(addr=ADDR) as client:
        bag = client.GetLiveBagData(
            pack.GetLiveBagDataRequest(page=pack.Page(cursor=0, count=0), tab=0, exclude_ids=[], source="", **both)
        )
        whole = client.GetLiveBagAssemble(
            pack.GetLiveBagAssembleRequest(tab=0, exclude_ids=[], highlight_count=0, **both)
        )
        preview = client.GetLiveBagPreviewData(pack.GetLiveBagPreviewDataRequest(count=0, **both))
        full = client.GetRoomFullData(pack.GetRoomFullDataRequest(need_bag_preview=True, preview_count=0, **both))
        slot = pack.FcpSlot(room=zero_room(), scene="", component_keys=[])
        feed = client.MGetFcpEcomComponent(pack.MGetFcpEcomComponentRequest(slots=[slot], user=zero_user()))
    for answer in (bag, whole, preview, full, feed):
        good(answer)
    cards = [len(it) for it in (bag.products, whole.bag.products, preview.products, full.preview)]
    assert cards == [20, 20, 3, 3], cards
    assert feed.results[0].scene == "feed_preview", feed.results[0].scene


def bag(client, user_id=101, **more):
    return client.GetLiveBagData(pack.GetLiveBagDataRequest(room=room(), user=user(user_id), **more))


def bad_request():
    with library.connect(addr=ADDR) as client:
        resp = bag(client, page=pack.Page(count=-1)).BaseResp
    assert resp.StatusCode == 10001 and "page.count" in resp.StatusMessage, resp


def unknown_method():
    with library.connect(addr=ADDR) as client:
        try:
            library.call_nobody(client)
        except library.ApplicationException as exception:
            assert exception.type == 1, exception
            return
    raise AssertionError("no exception")


def timeout():
    with library.connect(addr=ADDR, timeout=0.2) as client:
        try:
            bag(client, SLOW_USER)
        except (socket.timeout, library.TransportException):
            pass
        else:
            raise AssertionError("no time-out")
    with library.connect(addr=ADDR) as client:
        for _ in range(20):
            good(bag(client))


def callers():
    failures = []

    def caller():
        try:
            with library.connect(addr=ADDR) as client:
                for _ in range(50):
                    good(bag(client))
        except Exception as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=caller) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, f"{len(failures)} callers of 32: {failures[0]}"


def fifty_cards():
    with library.connect(addr=ADDR) as client:
        products = good(bag(client, page=pack.Page(count=50))).products
    assert len(products) == 50 and products[49].title and products[49].price.sale_text, len(products)


def other_letters():
    viewer = user(209, "JP", "ja", device_id="電話 🛍")
    with library.connect(addr=ADDR) as client:
        answer = good(client.GetLiveBagData(pack.GetLiveBagDataRequest(room=room(2009), user=viewer)))
    text = answer.products[0].buttons[0].text
    assert any("\u3040" <= sign <= "\u9fff" for sign in text), text


def log_id():
    with library.connect(addr=ADDR) as client:
        good(bag(client, Base=library.base.Base(LogID=os.environ["LOG_ID"], Caller="clients-python")))


CASES = [
    ("fifteen methods, framed", lambda: fifteen(addr=ADDR)),
    ("fifteen methods, buffered", lambda: fifteen(addr=ADDR, framed=False)),
    ("zero-filled requests", zero_filled),
    ("bad request", bad_request),
    ("unknown method", unknown_method),
    ("client time-out, then good calls", timeout),
    ("32 callers, 50 calls each", callers),
    ("50 cards", fifty_cards),
    ("texts outside ASCII", other_letters),
    ("log id in the access log", log_id),
    ("Unix socket", lambda: fifteen(unix=os.environ["UNIX_SOCKET"])),
    ("TLS", lambda: fifteen(addr=os.environ["TLS_ADDR"], authority=os.environ["TLS_CA"])),
    ("server of the last release", lambda: fifteen(addr=os.environ["RELEASED_ADDR"])),
]

failed = False
for name, run in CASES:
    try:
        run()
        result = "ok"
    except Exception as error:
        failed, result = True, f"failed: {error!r}".replace("\n", " ")
    print(f"{name}\t{result}", flush=True)
sys.exit(failed)
