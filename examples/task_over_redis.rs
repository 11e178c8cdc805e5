//! A task over Redis: one `MGET` for all books of a page. It is weak, so the page also works without Redis.
//! `redis-server --port 6380 &` and `cargo run --example task_over_redis -- redis://127.0.0.1:6380`
//!
//! It first writes two ratings, under keys `example:rating:…` that expire after a minute.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "an example")]

use std::{error::Error, sync::Arc};

use live_pack_dal::{Error as Failed, ErrorKind, Origin, Redis, RedisSettings};
use live_pack_engine::{
    Column, Context, Definition, Engine, ItemProvider, Maybe, Page, Plan, PlanConf, Record, Scene, Stage, Subject,
    Task, TaskResult,
};
use prometheus::Registry;

/// The types shared by all tasks of the engine. The request is a list of books.
pub(crate) struct Shelf;

impl Scene for Shelf {
    type Request = Vec<i64>;
    type Item = i64;
    type Stop = ();
    type Error = Failed; // that of the data access layer, so that `?` is enough

    fn subject(_: &Vec<i64>) -> Subject<'_> {
        Subject { key: 0, region: "", app_version: 0 }
    }

    fn item_id(book: &i64) -> i64 {
        *book
    }
}

struct Books;

impl ItemProvider<Shelf> for Books {
    type Input<'a> = ();

    fn items(&self, cx: &Context<Shelf>, (): ()) -> TaskResult<Shelf, Vec<i64>> {
        Ok(cx.request().clone())
    }
}

/// The rating of each book, 0 to 5; `None`: not rated.
struct Ratings(Column<Option<u8>>);

/// Resident: it holds the connection, but no request data.
struct RatingLoader(Arc<Redis>);

impl Task<Shelf> for RatingLoader {
    type Output = Ratings;
    type Input<'a> = Page<'a, Shelf>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<Shelf>, page: Page<'_, Shelf>) -> TaskResult<Shelf, Ratings> {
        let keys: Vec<String> = page.items().map(|book| format!("example:rating:{book}")).collect();
        let values = self.0.mget(&keys, cx.deadline()).await?; // waits 30 ms at most
        let ratings: Result<Vec<_>, Failed> = values.into_iter().map(rating).collect();
        Ok(Ratings(page.column(ratings?)?)) // one value for each book, or the task has failed
    }
}

/// A damaged value is a failure; it does not become "not rated".
fn rating(value: Option<Vec<u8>>) -> Result<Option<u8>, Failed> {
    let Some(value) = value else { return Ok(None) };
    let text = String::from_utf8_lossy(&value);
    let rating = text.parse().ok().filter(|rating| *rating <= 5);
    rating.map(Some).ok_or_else(|| Failed {
        origin: Origin::Redis("MGET"),
        kind: ErrorKind::BadResponse,
        detail: format!("a rating must be a number from 0 to 5, found {text:?}").into(),
    })
}

pub(crate) struct Lines(pub(crate) Vec<String>);
struct ShelfConverter;

impl Task<Shelf> for ShelfConverter {
    type Output = Lines;
    type Input<'a> = (Page<'a, Shelf>, Maybe<'a, Ratings>);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        _cx: &Context<Shelf>,
        (page, ratings): (Page<'_, Shelf>, Maybe<'_, Ratings>),
    ) -> TaskResult<Shelf, Lines> {
        let lines = page.rows().map(|row| match ratings.done().map(|ratings| ratings.0.of(row)) {
            Some(Some(rating)) => format!("book {}: {rating} of 5", row.item),
            Some(None) => format!("book {}: not rated", row.item),
            None => format!("book {}", row.item),
        });
        Ok(Lines(lines.collect()))
    }
}

/// The connection to the server at `url`, which need not answer yet.
pub(crate) fn connect(url: &str) -> Result<Arc<Redis>, Box<dyn Error>> {
    let settings = RedisSettings { url: Some(url.parse()?), ..RedisSettings::default() };
    Redis::connect(&settings, &Registry::new())?.ok_or_else(|| "no address of Redis".into())
}

pub(crate) fn plan(redis: Arc<Redis>) -> Plan<Shelf, Lines> {
    let definition = Definition::<Shelf>::new("ShelfEngine")
        .items(Books)
        .task(RatingLoader(redis))
        .task(ShelfConverter)
        .answer::<Lines>();
    Plan::compile(&definition, &PlanConf::default()).expect("a plan without faults")
}

/// The lines of the page, and the record.
pub(crate) async fn shelf(plan: &Plan<Shelf, Lines>) -> (Vec<String>, Record<Shelf>) {
    let (answer, record) = Engine::new(plan, Arc::new(vec![1, 2, 3])).run().await.into_answer();
    (answer.map(|lines| lines.0).unwrap_or_default(), record)
}

/// Writes ratings of the first two books.
pub(crate) async fn write_ratings(url: &str) -> redis::RedisResult<()> {
    let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
    let mut commands = redis::pipe();
    commands.set_ex("example:rating:1", 4, 60).set_ex("example:rating:2", 5, 60);
    commands.query_async(&mut connection).await
}

#[allow(dead_code, reason = "the test includes this file for the rest of it")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: task_over_redis redis://HOST:PORT")?;
    if let Err(error) = write_ratings(&url).await {
        println!("no ratings were written: {error}");
    }
    let (lines, record) = shelf(&plan(connect(&url)?)).await;
    println!("{}\n{}", lines.join("\n"), record.line());
    Ok(())
}
