//! Runs the examples of `examples/`.

use crate::{redis::Server, stack::eventually};

#[path = "../../examples/task_over_redis.rs"]
mod task_over_redis;

use task_over_redis::{connect, plan, shelf, write_ratings};

#[tokio::test]
async fn a_task_over_redis_rates_the_page_which_also_works_without_redis() {
    let mut server = Server::start().await;
    write_ratings(&server.url).await.unwrap();
    let plan = plan(connect(&server.url).unwrap());
    let rated = ["book 1: 4 of 5", "book 2: 5 of 5", "book 3: not rated"];
    // on a busy machine the first answers may take longer than 30 ms
    eventually(crate::redis::SOON, async || (shelf(&plan).await.0 == rated).then_some(())).await;
    server.kill();
    let (lines, record) = shelf(&plan).await;
    assert_eq!(lines, ["book 1", "book 2", "book 3"]);
    assert_eq!(record.failures().map(|(task, _)| task).collect::<Vec<_>>(), ["RatingLoader"]);
}

#[tokio::test]
async fn a_damaged_rating_is_a_failure_and_not_the_absence_of_one() {
    let server = Server::start().await;
    let mut connection = server.connection().await.unwrap();
    redis::cmd("SET").arg("example:rating:2").arg("good").exec_async(&mut connection).await.unwrap();
    let plan = plan(connect(&server.url).unwrap());
    eventually(crate::redis::SOON, async || {
        let (lines, record) = shelf(&plan).await;
        assert_eq!(lines, ["book 1", "book 2", "book 3"]);
        record.to_detailed_json().to_string().contains("good").then_some(())
    })
    .await;
}
