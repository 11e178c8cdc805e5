//! Combining, order, refusals, errors and panics of the committer.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::*;
use crate::{Cell, Database, Location, Statement, migrate};

static ADD: Statement = Statement::hot(
    Cell::Trade,
    "test.add",
    "INSERT INTO timer (due_ms, seller_id, order_id, kind, state) VALUES ($1, 1, 1, 'TEST', 'X')",
);
static COUNT: Statement = Statement::cold(Cell::Trade, "test.count", "SELECT COUNT(*) FROM timer");
static BROKEN: Statement = Statement::cold(Cell::Trade, "test.broken", "SELECT nothing FROM nowhere");

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Add(i64),
    Refuse,
    Break,
    Panic,
}

/// Adds rows, and records the sizes of its batches.
#[derive(Default)]
struct Rules {
    sizes: Mutex<Vec<usize>>,
    fail_first: AtomicUsize,
}

impl Batch for Rules {
    type Request = Ask;
    type Outcome = Result<i64, &'static str>;

    async fn apply(&self, tx: &mut Tx, requests: &[&Ask]) -> Result<Vec<Self::Outcome>, StoreError> {
        self.sizes.lock().unwrap().push(requests.len());
        let mut outcomes = Vec::new();
        for request in requests {
            outcomes.push(match request {
                Ask::Add(due) => {
                    tx.run(&ADD, &[(*due).into()]).await?;
                    Ok(*due)
                }
                Ask::Refuse => Err("refused"),
                Ask::Break => {
                    tx.run(&BROKEN, &[]).await?;
                    Ok(0)
                }
                Ask::Panic => panic!("a rule panics"),
            });
        }
        if self.fail_first.load(Relaxed) > 0 {
            self.fail_first.fetch_sub(1, Relaxed);
            return Err(StoreError::Contended { statement: "test", changed: 0, expected: 1 });
        }
        Ok(outcomes)
    }
}

async fn start() -> (Database, Arc<Rules>, Committer<Rules>) {
    let database = Database::open(&Location::Memory, Cell::Trade).await.unwrap();
    migrate(&database, Cell::Trade).await.unwrap();
    let rules = Arc::new(Rules::default());
    let committer = Committer::start(database.clone(), rules.clone(), CommitterMetrics::new().unwrap());
    (database, rules, committer)
}

async fn all(committer: &Committer<Rules>, asks: Vec<Ask>) -> Vec<Result<Result<i64, &'static str>, StoreError>> {
    futures_util::future::join_all(asks.into_iter().map(|ask| committer.commit(ask))).await
}

async fn count(database: &Database) -> i64 {
    database.read::<i64>(&COUNT, &[]).await.unwrap()[0]
}

#[tokio::test]
async fn waiting_requests_share_transactions_of_at_most_64() {
    let (database, rules, committer) = start().await;
    let outcomes = all(&committer, (0..200).map(Ask::Add).collect()).await;
    assert!(outcomes.iter().enumerate().all(|(index, outcome)| matches!(outcome, Ok(Ok(due)) if *due == index as i64)));
    assert_eq!(count(&database).await, 200);
    let sizes = rules.sizes.lock().unwrap().clone();
    assert_eq!(sizes.iter().sum::<usize>(), 200);
    assert!(sizes.len() <= 5 && sizes.iter().all(|size| *size <= LARGEST_BATCH), "{sizes:?}");
}

#[tokio::test]
async fn a_refusal_is_an_outcome_and_does_not_affect_others() {
    let (database, rules, committer) = start().await;
    let outcomes = all(&committer, vec![Ask::Add(1), Ask::Refuse, Ask::Add(2)]).await;
    assert!(matches!(outcomes[..], [Ok(Ok(1)), Ok(Err("refused")), Ok(Ok(2))]), "{outcomes:?}");
    assert_eq!((count(&database).await, rules.sizes.lock().unwrap().len()), (2, 1));
}

#[tokio::test]
async fn a_batch_is_split_to_find_the_request_that_causes_an_error() {
    let (database, _, committer) = start().await;
    for culprit in [Ask::Break, Ask::Panic] {
        let base = count(&database).await * 10;
        let mut asks: Vec<_> = (0..9).map(|number| Ask::Add(base + number)).collect();
        asks.insert(4, culprit);
        let outcomes = all(&committer, asks).await;
        let failed: Vec<_> = (0..10).filter(|&index| outcomes[index].is_err()).collect();
        assert_eq!(failed, [4], "{culprit:?}: {outcomes:?}");
    }
    assert_eq!(count(&database).await, 18);
}

#[tokio::test]
async fn a_transient_error_repeats_the_whole_batch() {
    let (database, rules, committer) = start().await;
    rules.fail_first.store(2, Relaxed);
    let outcomes = all(&committer, vec![Ask::Add(1), Ask::Add(2)]).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(Ok(_)))), "{outcomes:?}");
    assert_eq!((count(&database).await, rules.sizes.lock().unwrap().clone()), (2, vec![2, 2, 2]));
}

#[tokio::test]
async fn queued_requests_are_committed_before_the_committer_ends() {
    let database = Database::open(&Location::Memory, Cell::Trade).await.unwrap();
    migrate(&database, Cell::Trade).await.unwrap();
    let committer = Committer::start(database.clone(), Arc::new(Rules::default()), CommitterMetrics::new().unwrap());
    // All ten are in the queue before the stop is requested.
    let mut waiting = Box::pin(all(&committer, (0..10).map(Ask::Add).collect()));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    committer.close().await;
    assert!(waiting.await.iter().all(Result::is_ok));
    assert_eq!(count(&database).await, 10);
    assert!(matches!(committer.commit(Ask::Add(11)).await, Err(StoreError::Stopped)), "it is closed");
    committer.close().await;
}
