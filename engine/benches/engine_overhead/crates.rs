//! The same shapes in other crates, each used as documented. `dagx` and `async_dag` consume their graph, so it is built
//! for each request; `dagrs` keeps its graph and resets it for each request.

use std::{collections::HashMap, sync::Arc};

use async_dag::Graph as AsyncDag;
use dagrs::{Action, Content, DefaultNode, EnvVar, Graph, InChannels, Node, NodeTable, OutChannels, Output};
use dagx::{DagRunner, Task, TaskHandle, task};
use tokio::sync::Mutex;

use crate::{Body, Local, Request, request, shapes::Shape, work};

/// The tasks in order, each with its dependencies.
fn graph(shape: &Shape) -> Arc<Vec<(usize, Vec<usize>)>> {
    Arc::new(shape.layers.iter().flatten().map(|&number| (number, (shape.needs)(number))).collect())
}

/// A task that takes the number of values in its name.
macro_rules! inputs {
    ($($name:ident($($input:ident),*);)*) => {
        $(struct $name(Body, usize);

        #[task]
        impl $name {
            #[allow(clippy::too_many_arguments, reason = "a task of dagx has an argument for each it needs")]
            async fn run(&self, $($input: &u64),*) -> u64 {
                $(std::hint::black_box($input);)*
                work(self.0, self.1).await
            }
        })*
    };
}

inputs! {
    None0();
    One(a);
    Two(a, b);
    Four(a, b, c, d);
    Eight(a, b, c, d, e, f, g, h);
}

pub(crate) fn dagx(shape: &Shape, body: Body) -> Request {
    let graph = graph(shape);
    request(move || {
        let graph = Arc::clone(&graph);
        async move {
            let dag = DagRunner::new();
            let mut handles: HashMap<usize, TaskHandle<u64>> = HashMap::with_capacity(graph.len());
            for (number, needs) in graph.iter() {
                let h = |nth: usize| handles[&needs[nth]];
                let handle: TaskHandle<u64> = match needs.len() {
                    0 => dag.add_task(None0(body, *number)).into(),
                    1 => dag.add_task(One(body, *number)).depends_on(h(0)),
                    2 => dag.add_task(Two(body, *number)).depends_on((&h(0), &h(1))),
                    4 => dag.add_task(Four(body, *number)).depends_on((&h(0), &h(1), &h(2), &h(3))),
                    _ => dag.add_task(Eight(body, *number)).depends_on((
                        &h(0),
                        &h(1),
                        &h(2),
                        &h(3),
                        &h(4),
                        &h(5),
                        &h(6),
                        &h(7),
                    )),
                };
                handles.insert(*number, handle);
            }
            dag.run(|task| drop(tokio::spawn(task))).await.expect("it runs");
        }
    })
}

struct Work(Body, usize);

#[async_trait::async_trait]
impl Action for Work {
    async fn run(&self, inputs: &mut InChannels, outputs: &mut OutChannels, _env: Arc<EnvVar>) -> Output {
        std::hint::black_box(inputs.map(|content| content.is_ok()).await);
        let value = work(self.0, self.1).await;
        outputs.broadcast(Content::new(value)).await;
        Output::Out(Some(Content::new(value)))
    }
}

pub(crate) fn dagrs(shape: &Shape, body: Body) -> Request {
    let (mut built, mut names, mut ids) = (Graph::new(), NodeTable::new(), HashMap::new());
    for (number, _) in graph(shape).iter() {
        let node = DefaultNode::with_action(format!("t{number}"), Work(body, *number), &mut names);
        ids.insert(*number, node.id());
        built.add_node(node).expect("a node");
    }
    let mut edges: HashMap<usize, Vec<_>> = HashMap::new();
    for (number, needs) in graph(shape).iter() {
        needs.iter().for_each(|need| edges.entry(*need).or_default().push(ids[number]));
    }
    for (from, to) in edges {
        built.add_edge(ids[&from], to).expect("an edge");
    }
    let built = Arc::new(Mutex::new(built));
    request(move || {
        let built = Arc::clone(&built);
        async move {
            let mut graph = built.lock().await;
            graph.reset().await.expect("it resets");
            graph.async_start().await.expect("it runs");
        }
    })
}

/// Its futures stay on the thread that created them, so it is measured on the benchmark's thread.
pub(crate) fn async_dag(shape: &Shape, body: Body) -> Local {
    let graph = graph(shape);
    Box::new(move || {
        let graph = Arc::clone(&graph);
        Box::pin(async move {
            let mut dag = AsyncDag::new();
            let mut nodes = HashMap::with_capacity(graph.len());
            for (number, needs) in graph.iter() {
                let n = *number;
                let node = match needs.len() {
                    0 => dag.add_task(move || work(body, n)),
                    1 => dag.add_task(move |_: u64| work(body, n)),
                    2 => dag.add_task(move |_: u64, _: u64| work(body, n)),
                    4 => dag.add_task(move |_: u64, _: u64, _: u64, _: u64| work(body, n)),
                    _ => dag
                        .add_task(move |_: u64, _: u64, _: u64, _: u64, _: u64, _: u64, _: u64, _: u64| work(body, n)),
                };
                for (index, need) in (0..).zip(needs) {
                    dag.update_dependency(nodes[need], node, index).expect("an edge");
                }
                nodes.insert(n, node);
            }
            dag.run().await;
        })
    })
}
