//! The cost of the choice of an instance, on the path of every call, in both forms that volo allows: one generated
//! client per instance, which [`Routes`] has, and one client per service with a layer in the place of volo's balancer.

use std::{convert::Infallible, hint::black_box, time::Duration};

use live_pack_idl::guard::{self, Guard, services};
use motore::{Service, layer::Layer};
use pilota::thrift::TMessageType;
use tokio::runtime;
use volo::{
    context::{Context as _, Role, RpcInfo},
    loadbalance::CustomLayer,
};
use volo_thrift::{
    context::{ClientContext, Config},
    transport::pool,
};

use super::*;
use crate::rpc::{
    To,
    balance::Outcome,
    dial::{Dial, SpareTimes},
    metrics::RpcMetrics,
    remaining::RemainingLayer,
    routes::{CALLER, Chosen, Endpoint, Listed, Route, Routed as _, Routes},
};

type Client = wire::ProductPriceServiceClient;

const TIMES: SpareTimes = SpareTimes { connect: Duration::from_millis(50), lifetime: Duration::from_secs(15) };

/// The routes of a service with these instances.
fn routes<C: Send + Sync + 'static>(
    addresses: &[SocketAddr],
    build: impl Fn(SocketAddr, Dial) -> C + Send + Sync + 'static,
) -> Arc<Routes<C>> {
    let metrics = RpcMetrics::register(&prometheus::Registry::new()).unwrap();
    let routes = Routes::new(Box::new(build), TIMES, metrics.routes(Downstream::ProductPrice));
    let endpoints = addresses.iter().map(|address| Endpoint { address: *address, weight: 100 }).collect();
    routes.install(&[(Route::Default, Listed { endpoints, fallback: false })].into());
    Arc::new(routes)
}

/// Three unused addresses.
async fn three() -> [SocketAddr; 3] {
    [closed().await, closed().await, closed().await]
}

fn once(routes: &Routes<()>, call: &crate::Call) {
    let chosen = routes.choose(call, Instant::now()).unwrap();
    black_box(&chosen.instance);
    chosen.ticket.end(Outcome::Answered);
}

/// The second form: chooses inside the client, and sets the address in the context.
#[derive(Clone)]
struct Choice {
    routes: Arc<Routes<SocketAddr>>,
    // in favour of this form: the real one would have to read it from a task-local
    call: Arc<crate::Call>,
}

#[derive(Clone)]
struct Choosing<S>(Choice, S);

impl<S> Layer<S> for Choice {
    type Service = Choosing<S>;

    fn layer(self, inner: S) -> Choosing<S> {
        Choosing(self, inner)
    }
}

impl<S, Req> Service<ClientContext, Req> for Choosing<S>
where
    S: Service<ClientContext, Req> + Send + Sync + 'static,
    Req: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;

    async fn call(&self, cx: &mut ClientContext, request: Req) -> Result<S::Response, S::Error> {
        let Choice { routes, call } = &self.0;
        let Chosen { instance, ticket } = routes.choose(call, Instant::now()).unwrap();
        cx.rpc_info_mut().callee_mut().set_address((**instance).into());
        let answer = self.1.call(cx, request).await;
        ticket.end(if answer.is_ok() { Outcome::Answered } else { Outcome::Failed });
        answer
    }
}

/// A service that answers without doing anything.
#[derive(Clone)]
struct Nothing;

impl Service<ClientContext, ()> for Nothing {
    type Response = ();
    type Error = Infallible;

    async fn call(&self, _: &mut ClientContext, (): ()) -> Result<(), Infallible> {
        Ok(())
    }
}

fn median(mut turns: Vec<f64>) -> f64 {
    turns.sort_by(f64::total_cmp);
    turns[turns.len() / 2]
}

#[tokio::test]
async fn the_choice_of_an_instance_allocates_nothing() {
    let (routes, call) = (routes(&three().await, |_, _| ()), call(millis(500)));
    // counters are made by the first call
    once(&routes, &call);
    let counted = allocation_counter::measure(|| (0..1_000).for_each(|_| once(&routes, &call)));
    assert_eq!(counted.count_total, 0);
}

/// Prints figures: `cargo test --release -p live-pack-dal --lib -- --ignored --nocapture the_choice_of_an_instance_costs`.
#[tokio::test]
#[ignore = "a measurement, and no test"]
async fn the_choice_of_an_instance_costs_alone() {
    const CALLS: u32 = 1_000_000;
    let (addresses, call) = (three().await, call(millis(500)));
    let plain = routes(&addresses, |_, _| ());
    let choice = Choice { routes: routes(&addresses, |address, _| address), call: Arc::new(call.clone()) };
    let layer = choice.layer(Nothing);
    let mut cx = ClientContext::new(1, RpcInfo::<Config>::with_role(Role::Client), TMessageType::Call);
    let mut turns = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        let begun = Instant::now();
        (0..CALLS).for_each(|_| once(&plain, &call));
        turns[0].push(begun.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        let begun = Instant::now();
        for _ in 0..CALLS {
            layer.call(&mut cx, ()).await.unwrap();
        }
        turns[1].push(begun.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    let [plain, layer] = turns.map(median);
    println!("choice, ticket and measurement, median of five turns of {CALLS}:");
    println!("  one client per instance     {plain:.0} ns per call");
    println!("  one layer per service       {layer:.0} ns per call");
}

/// Three price services on threads of their own, so that what they allocate is not counted.
fn served() -> [SocketAddr; 3] {
    let (ready, addresses) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            for _ in 0..3 {
                ready.send(Prices::by_id().serve().await).unwrap();
            }
            std::future::pending::<()>().await;
        });
    });
    [(); 3].map(|()| addresses.recv().unwrap())
}

/// The clients that are compared.
struct Forms {
    /// One client and one address: nothing is chosen.
    bare: Client,
    per_instance: Arc<Routes<Client>>,
    per_service: Client,
    call: Arc<crate::Call>,
}

impl Forms {
    fn new(addresses: &[SocketAddr; 3]) -> Self {
        let metrics = RpcMetrics::register(&prometheus::Registry::new()).unwrap();
        let limits = guard::Limits::of_message(1 << 20);
        let guard = Guard::client(services::PRODUCT_PRICE, limits, metrics.refusals("product_price"));
        let pool = pool::Config::new(64, millis(15_000));
        let builder = || wire::ProductPriceServiceClientBuilder::new("product_price");
        let (to_guard, to_pool) = (guard.clone(), pool.clone());
        let build = move |address: SocketAddr, dial: Dial| {
            To { address, dial, guard: &to_guard, pool: &to_pool }.tuned(builder()).build()
        };
        let call = Arc::new(call(millis(60_000)));
        let choice = Choice { routes: routes(addresses, |address, _| address), call: Arc::clone(&call) };
        let per_service = builder()
            .caller_name(CALLER)
            .pool_config(pool)
            .make_transport(Dial::default())
            .make_codec(guard)
            .layer_inner(RemainingLayer)
            .mk_load_balance(CustomLayer(choice))
            .build();
        Self { bare: build(addresses[0], Dial::default()), per_instance: routes(addresses, build), per_service, call }
    }

    /// One call in the form of this number.
    async fn once(&self, form: usize) {
        let request = wire::MGetProductPriceRequest { product_ids: vec![1], ..Default::default() };
        let answer = match form {
            0 => self.bare.m_get_product_price(request).await,
            1 => {
                let Chosen { instance, ticket } = self.per_instance.choose(&self.call, Instant::now()).unwrap();
                let answer = instance.m_get_product_price(request).await;
                ticket.end(if answer.is_ok() { Outcome::Answered } else { Outcome::Failed });
                answer
            }
            _ => self.per_service.m_get_product_price(request).await,
        };
        assert_eq!(answer.unwrap().products.len(), 1);
    }
}

/// Prints figures, like the one above.
#[test]
#[ignore = "a measurement, and no test"]
fn the_choice_of_an_instance_costs_in_both_forms() {
    const CALLS: u32 = 5_000;
    const NAMES: [&str; 3] = ["no choice, one address", "one client per instance", "one layer per service"];
    let addresses = served();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let forms = runtime.block_on(async { Forms::new(&addresses) });
    let run = |form: usize, calls: u32| {
        let begun = std::time::Instant::now();
        let counted = allocation_counter::measure(|| {
            runtime.block_on(async {
                for _ in 0..calls {
                    forms.once(form).await;
                }
            });
        });
        let each = f64::from(calls);
        (begun.elapsed().as_secs_f64() * 1e6 / each, counted.count_total as f64 / each)
    };
    // connections and counters are made by the first calls
    (0..3).for_each(|form| _ = run(form, 500));
    let mut turns = [const { (Vec::new(), Vec::new()) }; 3];
    for _ in 0..5 {
        for (form, (micros, allocations)) in turns.iter_mut().enumerate() {
            let turn = run(form, CALLS);
            micros.push(turn.0);
            allocations.push(turn.1);
        }
    }
    println!("a call of one of three instances, one at a time, medians of five turns of {CALLS} in turn:");
    let allocations = std::array::from_fn(|form| {
        let (micros, allocations) = std::mem::take(&mut turns[form]);
        let (micros, allocations) = (median(micros), median(allocations));
        println!("  {:<26}  {micros:.2} µs per call, {allocations:.2} allocations", NAMES[form]);
        allocations
    });
    let [bare, per_instance, _]: [f64; 3] = allocations;
    assert!(per_instance <= bare + 0.01, "the choice allocates: {per_instance} instead of {bare} per call");
}
