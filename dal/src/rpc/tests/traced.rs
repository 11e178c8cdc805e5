//! The trace context of calls, and the notes of them, over real sockets.

use super::*;
use crate::{
    Call,
    config::DownstreamConf,
    model::{Trace, TraceParent},
    notes::{CallEnd, CallNote},
    testing::Heard,
};

/// A service, and the trace contexts that it receives.
async fn listening(mut prices: Prices) -> (SocketAddr, Arc<std::sync::Mutex<Vec<Heard>>>) {
    let seen: Arc<std::sync::Mutex<Vec<Heard>>> = Arc::default();
    let sink = Arc::clone(&seen);
    prices.told = Some(Arc::new(move |heard, _| sink.lock().unwrap().push(heard)));
    (prices.serve().await, seen)
}

/// A call of a request whose caller sampled the trace.
fn traced() -> Call {
    let caller = TraceParent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let mut call = call(millis(500));
    call.traffic.trace = Trace::begin(caller, "vendor=1".into()).into();
    call
}

async fn noted(rpc: &Rpc, call: &Call) -> Option<CallNote> {
    // its result is in the note
    drop(rpc.product_price.prices(call, &[1, 2]).await);
    call.notes.calls.list().0.pop()
}

#[tokio::test]
async fn each_call_carries_the_trace_and_a_span_of_its_own() {
    let (address, seen) = listening(Prices::by_id()).await;
    let (rpc, call) = (rpc_at(address), traced());
    let spans = [noted(&rpc, &call).await.unwrap().span, noted(&rpc, &call).await.unwrap().span];
    assert_ne!(spans[0], spans[1]);
    let seen = seen.lock().unwrap();
    for (heard, span) in seen.iter().zip(spans) {
        let received = TraceParent::parse(&heard.trace_parent).unwrap();
        assert_eq!(received, TraceParent { trace: call.traffic.trace.id, span, is_sampled: true });
        assert_eq!(heard.trace_state, "vendor=1");
    }
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn a_new_trace_that_is_not_sampled_says_so() {
    let (address, seen) = listening(Prices::by_id()).await;
    let mut call = call(millis(500));
    call.traffic.trace = Trace::begin(None, pilota::FastStr::empty()).into();
    noted(&rpc_at(address), &call).await;
    let received = TraceParent::parse(&seen.lock().unwrap()[0].trace_parent).unwrap();
    assert_eq!((received.trace, received.is_sampled), (call.traffic.trace.id, false));
}

#[tokio::test]
async fn a_note_says_how_a_call_ended_and_where() {
    let address = Prices::by_id().serve().await;
    let note = noted(&rpc_at(address), &traced()).await.unwrap();
    assert_eq!((note.method.name(), note.keys, note.end), ("MGetProductPrice", 2, CallEnd::Answered));
    assert_eq!((note.attempts, note.instance, note.is_retried, note.is_hedged), (1, Some(address), false, false));

    let hangs = Prices { delay: millis(10_000), ..Prices::by_id() };
    let (rpc, mut call) = (rpc_at(hangs.serve().await), traced());
    call.deadline = Instant::now() + millis(30);
    let note = noted(&rpc, &call).await.unwrap();
    assert_eq!(note.end, CallEnd::Failed(ErrorKind::Timeout));
    assert!(note.ended.unwrap() - note.started >= millis(20));

    let given_up = traced();
    let ended = tokio::time::timeout(millis(20), rpc.product_price.prices(&given_up, &[1])).await;
    assert!(ended.is_err());
    assert_eq!(given_up.notes.calls.list().0[0].end, CallEnd::Cancelled);
}

/// An instance that reads a request and hangs up, and the requests so far.
async fn hanging_up(read: &Arc<std::sync::Mutex<Vec<String>>>) -> SocketAddr {
    let read = Arc::clone(read);
    listen(move |mut stream| {
        let read = Arc::clone(&read);
        async move {
            let mut request = vec![0; 4096];
            let length = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await.unwrap_or_default();
            if length > 0 {
                read.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into_owned());
            }
        }
    })
    .await
}

#[tokio::test]
async fn both_attempts_of_a_retried_call_have_its_span() {
    let read = Arc::default();
    let instances = [hanging_up(&read).await, hanging_up(&read).await];
    let [one, other] = instances;
    let conf = DownstreamConf::parsed(&format!(
        r#"{{"services": {{"product_price": {{"groups": {{"default": {{"static": ["{one}", "{other}"]}}}}}}}}}}"#
    ));
    let settings = RpcSettings { conf, ..RpcSettings::new(BTreeMap::new()) };
    let rpc = Rpc::new(&settings, &prometheus::Registry::new()).unwrap();
    let call = traced();
    let note = noted(&rpc, &call).await.unwrap();
    assert_eq!((note.end, note.attempts, note.is_retried), (CallEnd::Failed(ErrorKind::Broken), 2, true));
    assert!(note.instance.is_some_and(|last| instances.contains(&last)));
    let parent = call.traffic.trace.parent_of(note.span).unwrap();
    let read = read.lock().unwrap();
    assert_eq!(read.iter().filter(|request| request.contains(parent.as_str())).count(), 2, "{read:?}");
}
