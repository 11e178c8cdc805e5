import java.io.FileInputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import livepack.*;
import livepack.base.Base;
import livepack.base.BaseResp;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TIOStreamTransport;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;

/** Runs the list of cases and prints one line for each: case, tab, "ok" or "failed: why". */
public class Cases {
  /** For this viewer, the driver makes one downstream call take a second. */
  static final long SLOW_USER = 10077;

  static final String ADDR = System.getenv("ADDR");

  interface Work {
    void run() throws Exception;
  }

  interface Use {
    void with(Client client) throws Exception;
  }

  /** Can also call a method that does not exist. */
  static class Client extends LivePackService.Client {
    Client(TProtocol protocol) {
      super(protocol);
    }

    void callNobody() throws TException {
      sendBase("Nope", new LivePackService.GetLiveBagTab_args());
      receiveBase(new LivePackService.GetLiveBagTab_result(), "Nope");
    }
  }

  static TSocket tcp(String addr, int timeout) throws TTransportException {
    String[] part = addr.split(":");
    return new TSocket(null, part[0], Integer.parseInt(part[1]), timeout, 2000);
  }

  static TSocket tcp() throws TTransportException {
    return tcp(ADDR, 10_000);
  }

  static void over(TTransport transport, Use use) throws Exception {
    try (transport) {
      if (!transport.isOpen()) transport.open();
      use.with(new Client(new TBinaryProtocol(transport)));
    }
  }

  static void framed(Use use) throws Exception {
    over(new TFramedTransport(tcp()), use);
  }

  static RoomRef room(long id) {
    return new RoomRef().setRoom_id(id);
  }

  static UserContext user(long id) {
    return new UserContext().setUser_id(id).setRegion("US").setLanguage("en");
  }

  static GetLiveBagDataRequest bag(long userId) {
    return new GetLiveBagDataRequest().setRoom(room(1001)).setUser(user(userId));
  }

  static void good(BaseResp resp) {
    expect(resp.getStatusCode() == 0, "status " + resp.getStatusCode() + ": " + resp.getStatusMessage());
  }

  static void expect(boolean holds, Object found) {
    if (!holds) throw new AssertionError(String.valueOf(found));
  }

  static void fifteen(Client c) throws Exception {
    RoomRef room = room(1001);
    UserContext user = user(101);
    good(c.MGetRoomLiteData(new MGetRoomLiteDataRequest().setRooms(List.of(room)).setUser(user)).getBaseResp());
    good(c.GetRoomFullData(new GetRoomFullDataRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetPinCardData(new GetPinCardDataRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagData(bag(101)).getBaseResp());
    good(c.GetLiveBagPreviewData(new GetLiveBagPreviewDataRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagAssemble(new GetLiveBagAssembleRequest().setRoom(room).setUser(user)).getBaseResp());
    var refresh = new GetLiveBagRefreshRequest().setRoom(room).setUser(user).setProduct_ids(List.of(1001001L, 1001002L));
    good(c.GetLiveBagRefresh(refresh).getBaseResp());
    good(c.GetPreviewPinCardData(new GetPreviewPinCardDataRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagTab(new GetLiveBagTabRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagTopBanner(new GetLiveBagTopBannerRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagPromotionBanner(new GetLiveBagPromotionBannerRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveBagCreatorShopInfo(new GetLiveBagCreatorShopInfoRequest().setRoom(room).setUser(user)).getBaseResp());
    good(c.GetLiveRoomCommonInfo(new GetLiveRoomCommonInfoRequest().setRoom(room).setUser(user)).getBaseResp());
    var set = new GetSurpriseSetDetailRequest().setRoom(room(1006)).setUser(user).setSurprise_set_id(5001);
    good(c.GetSurpriseSetDetail(set).getBaseResp());
    var feed = new MGetFcpEcomComponentRequest().setSlots(List.of(new FcpSlot().setRoom(room))).setUser(user);
    good(c.MGetFcpEcomComponent(feed).getBaseResp());
  }

  static void zeroFilled() throws Exception {
    var room = room(1001).setAnchor_id(0);
    var user = new UserContext(0, "", 0, 0, Platform.UNKNOWN, "", "", "");
    framed(c -> {
      var first = c.GetLiveBagData(
          new GetLiveBagDataRequest(room, user, BagTab.UNKNOWN, List.of(), "").setPage(new Page(0, 0)));
      var whole = c.GetLiveBagAssemble(new GetLiveBagAssembleRequest(room, user, BagTab.UNKNOWN, List.of(), 0));
      var preview = c.GetLiveBagPreviewData(new GetLiveBagPreviewDataRequest(room, user, 0));
      var full = c.GetRoomFullData(new GetRoomFullDataRequest(room, user, true, 0));
      var slot = new FcpSlot(room, "", List.of());
      var feed = c.MGetFcpEcomComponent(new MGetFcpEcomComponentRequest(List.of(slot), user));
      for (var resp : List.of(first.getBaseResp(), whole.getBaseResp(), preview.getBaseResp(), full.getBaseResp(),
          feed.getBaseResp())) {
        good(resp);
      }
      var cards = List.of(first.getProductsSize(), whole.getBag().getProductsSize(), preview.getProductsSize(),
          full.getPreviewSize());
      expect(cards.equals(List.of(20, 20, 3, 3)), cards);
      var scene = feed.getResults().get(0).getScene();
      expect(scene.equals("feed_preview"), scene);
    });
  }

  static void badRequest() throws Exception {
    framed(c -> {
      var resp = c.GetLiveBagData(bag(101).setPage(new Page().setCount(-1))).getBaseResp();
      expect(resp.getStatusCode() == 10001 && resp.getStatusMessage().contains("page.count"), resp);
    });
  }

  static void unknownMethod() throws Exception {
    framed(c -> {
      try {
        c.callNobody();
      } catch (TApplicationException exception) {
        expect(exception.getType() == TApplicationException.UNKNOWN_METHOD, exception);
        return;
      }
      throw new AssertionError("no exception");
    });
  }

  static void timeout() throws Exception {
    over(new TFramedTransport(tcp(ADDR, 200)), c -> {
      try {
        c.GetLiveBagData(bag(SLOW_USER));
      } catch (TTransportException exception) {
        expect(exception.getCause() instanceof SocketTimeoutException, exception);
        return;
      }
      throw new AssertionError("no time-out");
    });
    framed(c -> {
      for (int call = 0; call < 20; call++) good(c.GetLiveBagData(bag(101)).getBaseResp());
    });
  }

  static void callers() throws Exception {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> all = new ArrayList<>();
    for (int caller = 0; caller < 32; caller++) {
      var thread = new Thread(() -> {
        try {
          framed(c -> {
            for (int call = 0; call < 50; call++) good(c.GetLiveBagData(bag(101)).getBaseResp());
          });
        } catch (Throwable failure) {
          failures.add(failure);
        }
      });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) thread.join();
    expect(failures.isEmpty(), failures.size() + " callers of 32: " + (failures.isEmpty() ? "" : failures.get(0)));
  }

  static void fiftyCards() throws Exception {
    framed(c -> {
      var answer = c.GetLiveBagData(bag(101).setPage(new Page().setCount(50)));
      good(answer.getBaseResp());
      expect(answer.getProductsSize() == 50, answer.getProductsSize());
      var last = answer.getProducts().get(49);
      expect(!last.getTitle().isEmpty() && !last.getPrice().getSale_text().isEmpty(), last);
    });
  }

  static void otherLetters() throws Exception {
    framed(c -> {
      var viewer = user(209).setRegion("JP").setLanguage("ja").setDevice_id("電話 🛍");
      var answer = c.GetLiveBagData(new GetLiveBagDataRequest().setRoom(room(2009)).setUser(viewer));
      good(answer.getBaseResp());
      var text = answer.getProducts().get(0).getButtons().get(0).getText();
      expect(text.chars().anyMatch(sign -> sign >= 0x3040 && sign <= 0x9fff), text);
    });
  }

  static void logId() throws Exception {
    var base = new Base().setLogID(System.getenv("LOG_ID")).setCaller("clients-java");
    framed(c -> good(c.GetLiveBagData(bag(101).setBase(base)).getBaseResp()));
  }

  static void unixSocket() throws Exception {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(System.getenv("UNIX_SOCKET")));
      var streams = new TIOStreamTransport(Channels.newInputStream(channel), Channels.newOutputStream(channel));
      over(new TFramedTransport(streams), Cases::fifteen);
    }
  }

  static void tls() throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var file = new FileInputStream(System.getenv("TLS_CA"))) {
      store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    String[] part = System.getenv("TLS_ADDR").split(":");
    var socket = (SSLSocket) context.getSocketFactory().createSocket(part[0], Integer.parseInt(part[1]));
    var names = socket.getSSLParameters();
    names.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(names);
    over(new TFramedTransport(new TSocket(socket)), Cases::fifteen);
  }

  public static void main(String[] args) {
    Map<String, Work> cases = new LinkedHashMap<>();
    cases.put("fifteen methods, framed", () -> framed(Cases::fifteen));
    cases.put("fifteen methods, buffered", () -> over(tcp(), Cases::fifteen));
    cases.put("zero-filled requests", Cases::zeroFilled);
    cases.put("bad request", Cases::badRequest);
    cases.put("unknown method", Cases::unknownMethod);
    cases.put("client time-out, then good calls", Cases::timeout);
    cases.put("32 callers, 50 calls each", Cases::callers);
    cases.put("50 cards", Cases::fiftyCards);
    cases.put("texts outside ASCII", Cases::otherLetters);
    cases.put("log id in the access log", Cases::logId);
    cases.put("Unix socket", Cases::unixSocket);
    cases.put("TLS", Cases::tls);
    cases.put("server of the last release",
        () -> over(new TFramedTransport(tcp(System.getenv("RELEASED_ADDR"), 10_000)), Cases::fifteen));
    boolean failed = false;
    for (var it : cases.entrySet()) {
      String result = "ok";
      try {
        it.getValue().run();
      } catch (Throwable failure) {
        failed = true;
        result = "failed: " + String.valueOf(failure).replace('\n', ' ');
      }
      System.out.println(it.getKey() + "\t" + result);
    }
    System.exit(failed ? 1 : 0);
  }
}
