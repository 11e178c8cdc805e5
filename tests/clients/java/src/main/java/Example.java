import livepack.GetLiveBagDataRequest;
import livepack.LivePackService;
import livepack.RoomRef;
import livepack.UserContext;
import livepack.base.Base;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/** One page of the bag over Apache Thrift for Java. */
public class Example {
  public static void main(String[] args) throws Exception {
    String[] addr = System.getenv("ADDR").split(":"); // 127.0.0.1:8888
    // milliseconds: of a read, of connecting
    try (var transport = new TFramedTransport(new TSocket(null, addr[0], Integer.parseInt(addr[1]), 3000, 2000))) {
      transport.open();
      var client = new LivePackService.Client(new TBinaryProtocol(transport));
      // Empty constructors and setters: constructors with arguments leave the defaults out.
      var room = new RoomRef().setRoom_id(1001);
      var user = new UserContext().setRegion("US").setLanguage("en");
      var base = new Base().setLogID("example-java-1").setCaller("example");
      var answer = client.GetLiveBagData(new GetLiveBagDataRequest().setRoom(room).setUser(user).setBase(base));
      var status = answer.getBaseResp();
      switch (status.getStatusCode()) {
        case 0 -> {
          for (var lost : answer.getDegraded()) { // draw the page without what is missing
            System.out.println("without " + lost.getTask() + " " + lost.getMessage());
          }
          var first = answer.getProducts().get(0);
          System.out.println(answer.getTotal() + " " + first.getTitle() + " " + first.getPrice().getSale_text());
        }
        // overload, a downstream service: try again later, with a pause that grows
        case 10006, 30001, 30002, 30003, 30004 ->
            System.out.println("try again " + status.getStatusCode() + " " + status.getStatusMessage());
        // 10001: the request is wrong; 20001 and others: the room has closed, is banned, does not exist
        default -> System.out.println("no page " + status.getStatusCode() + " " + status.getStatusMessage());
      }
    } // closed after an exception as well: a late answer would be taken for that of the next call
  }
}
