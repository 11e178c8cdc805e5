//! Cost of a flow compared with `try_join!`: a strong branch and three weak ones, one of them skipped, and their merge.

use std::sync::Arc;

use live_pack_engine::{
    NeedRun,
    flow::{Business, Flow, Fork, Next},
};
use tokio::{runtime::Runtime, time::Instant};

use crate::{Body, Request, contest::Contest, request, work};

struct Sum;

#[derive(Debug, thiserror::Error)]
#[error("never")]
struct Never;

impl Business for Sum {
    type Context<'r> = u64;
    type Error = Never;
}

async fn branch(body: Body, number: usize) -> Result<u64, Never> {
    Ok(work(body, number).await)
}

pub(crate) fn fork(body: Body) -> Request {
    let flow = Flow::<Sum>::define("Fork").fork(
        "fork",
        Fork::<Sum>::all()
            .strong("a", move |_| branch(body, 1))
            .weak("b", move |_| branch(body, 2))
            .weak("c", move |_| branch(body, 3))
            .weak("d", move |_| branch(body, 4))
            .need_run(|_| NeedRun::Skip("later_page")),
        |sum, (a, b, c, d), _| {
            *sum += a + b.done().unwrap_or(0) + c.done().unwrap_or(0) + d.done().unwrap_or(0);
            Ok(Next::Next)
        },
    );
    sent(flow.build().expect("a flow without faults"), 6)
}

pub(crate) fn sequence() -> Request {
    let flow = ["a", "b", "c", "d"].into_iter().fold(Flow::<Sum>::define("Sequence"), |flow, name| {
        flow.sync(name, |sum, _| {
            *sum += 1;
            Ok(Next::Next)
        })
    });
    sent(flow.build().expect("a flow without faults"), 4)
}

fn sent(flow: Flow<Sum>, expected: u64) -> Request {
    let flow = Arc::new(flow);
    request(move || {
        let flow = Arc::clone(&flow);
        async move {
            let mut sum = 0;
            let until = Instant::now() + std::time::Duration::from_secs(1);
            let (ended, record) = flow.run(&mut sum, until).await;
            assert!(ended.is_ok() && std::hint::black_box(record).took_ns() < u64::MAX && sum == expected);
        }
    })
}

pub(crate) fn try_join(body: Body) -> Request {
    request(move || async move {
        let d = async { if body == Body::NeverWaits { branch(body, 4).await.map(Some) } else { Ok(None) } };
        let until = Instant::now() + std::time::Duration::from_secs(1);
        let all = async { tokio::try_join!(branch(body, 1), branch(body, 2), branch(body, 3), d) };
        let all = tokio::time::timeout_at(until, all).await;
        std::hint::black_box(all.is_ok());
    })
}

pub(crate) fn flows(runtime: &Runtime) {
    println!("\n## Flows: microseconds per run, with record, deadline and guard, against `try_join!` in a timeout\n");
    println!("| | flow | by hand |\n|---|---|---|");
    for (name, body) in [("fork, ready at once", Body::Empty), ("fork, yields once", Body::Yields)] {
        let mut contest = Contest::default();
        contest.add(fork(body));
        contest.add(try_join(body));
        let medians = contest.run(runtime);
        println!("| {name} | {:.2} | {:.2} |", medians[0] / 1e3, medians[1] / 1e3);
    }
    let mut contest = Contest::default();
    contest.add(sequence());
    println!("| four steps that never wait | {:.2} | |", contest.run(runtime)[0] / 1e3);
}
