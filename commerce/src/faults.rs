//! Fault injection per method, changeable while the world runs, and call counters.

use std::{
    collections::BTreeMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use live_pack_idl::{Downstream, DownstreamMethod};
use serde::Deserialize;

use crate::Error;

/// The faults of a method. The default is none; faults that do not exclude each other are combined.
///
/// As JSON: `{"delay_ms": 50}`, `{"delay_ms": 5, "spread_percent": 20}`, `{"error": "exception"}`, `{"error": {"status": 5001}}`, `{"hang": true}`,
/// `{"refuse": true}`, `{"bad_answer": "empty"}`, `{"bad_answer": "truncated"}`, `{"fail_every": 3}`,
/// `{"miss_every": 3}`, and any of them with `"every_nth_call"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Delay of the answer in milliseconds.
    pub delay_ms: u64,
    /// The delay varies from call to call by up to this percentage, 0 to 100, in both directions.
    pub spread_percent: u64,
    /// Answers with an error.
    pub error: Option<Failure>,
    /// Accepts the call and never answers it.
    pub hang: bool,
    /// Resets the connection instead of answering; if all methods of a service refuse, new connections are also reset.
    pub refuse: bool,
    /// Answers without an error, but incorrectly.
    pub bad_answer: Option<BadAnswer>,
    /// Lists every n-th key of a request in `failed`; 0: none.
    pub fail_every: usize,
    /// Leaves every n-th key of a request out of the answer; 0: none.
    pub miss_every: usize,
    /// Applies the faults only to every n-th call; 0 and 1: to every call.
    pub every_nth_call: u64,
}

/// Kinds of failed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// A Thrift application exception.
    Exception,
    /// An answer with this `BaseResp.StatusCode`.
    Status(i32),
}

/// Kinds of wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadAnswer {
    /// Status 0, but an empty answer.
    Empty,
    /// Half of the bytes, then a closed connection.
    Truncated,
}

/// The active faults and the call counters, by method.
#[derive(Debug)]
pub struct Faults {
    slots: [Slot; DownstreamMethod::ALL.len()],
}

#[derive(Debug, Default)]
struct Slot {
    calls: AtomicU64,
    /// Avoids the lock in the common case.
    is_faulty: AtomicBool,
    // A lock instead of atomics, because the fields of a fault must be consistent.
    fault: RwLock<Fault>,
}

impl Faults {
    pub(crate) fn new(settings: &BTreeMap<String, Fault>) -> Result<Self, Error> {
        let faults = Self { slots: std::array::from_fn(|_| Slot::default()) };
        let (wide, narrow): (Vec<_>, Vec<_>) = settings.iter().partition(|(name, _)| name.ends_with(".*"));
        for (name, fault) in wide.into_iter().chain(narrow) {
            faults.set(name, *fault)?;
        }
        Ok(faults)
    }

    /// Sets the fault of a method (`product_price.MGetProductPrice`) or of a whole service (`product_price.*`).
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMethod`] for any other name.
    pub fn set(&self, name: &str, fault: Fault) -> Result<(), Error> {
        let methods = named(name);
        if methods.is_empty() {
            return Err(Error::UnknownMethod {
                name: name.to_owned(),
                known: DownstreamMethod::ALL.map(|method| method.to_string()).join(", "),
            });
        }
        for method in methods {
            self.slot(method, |slot| {
                *slot.fault.write().unwrap_or_else(PoisonError::into_inner) = fault;
                slot.is_faulty.store(fault != Fault::default(), Ordering::Release);
            });
        }
        Ok(())
    }

    /// Clears all faults.
    pub fn clear(&self) {
        for slot in &self.slots {
            *slot.fault.write().unwrap_or_else(PoisonError::into_inner) = Fault::default();
            slot.is_faulty.store(false, Ordering::Release);
        }
    }

    /// Counts a call and returns its fault.
    pub(crate) fn enter(&self, method: DownstreamMethod) -> Fault {
        self.slot(method, |slot| {
            let call = slot.calls.fetch_add(1, Ordering::Relaxed) + 1;
            let fault = slot.fault();
            if fault.every_nth_call > 1 && !call.is_multiple_of(fault.every_nth_call) {
                return Fault::default();
            }
            fault
        })
        .unwrap_or_default()
    }

    /// Whether every method of a service refuses connections.
    pub(crate) fn refuses(&self, service: Downstream) -> bool {
        service.methods().iter().all(|method| {
            let fault = self.slot(*method, Slot::fault).unwrap_or_default();
            fault.refuse && fault.every_nth_call <= 1
        })
    }

    /// Number of calls by method, including faulty ones; methods without calls are left out.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        let counts = DownstreamMethod::ALL.into_iter().zip(&self.slots);
        counts
            .map(|(method, slot)| (method.to_string(), slot.calls.load(Ordering::Relaxed)))
            .filter(|(_, calls)| *calls > 0)
            .collect()
    }

    /// Sets all counts to 0.
    pub fn reset_calls(&self) {
        for slot in &self.slots {
            slot.calls.store(0, Ordering::Relaxed);
        }
    }

    fn slot<T>(&self, method: DownstreamMethod, ask: impl FnOnce(&Slot) -> T) -> Option<T> {
        self.slots.get(method as usize).map(ask)
    }
}

impl Slot {
    fn fault(&self) -> Fault {
        if self.is_faulty.load(Ordering::Acquire) {
            *self.fault.read().unwrap_or_else(PoisonError::into_inner)
        } else {
            Fault::default()
        }
    }
}

/// The methods with that name: one, or for `service.*` all of a service.
fn named(name: &str) -> Vec<DownstreamMethod> {
    let Some((service, method)) = name.split_once('.') else { return Vec::new() };
    let Some(service) = Downstream::named(service) else { return Vec::new() };
    if method == "*" { service.methods().to_vec() } else { service.method(method).into_iter().collect() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn faults(json: &str) -> Result<Faults, Error> {
        Faults::new(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_method_takes_precedence_over_its_service_and_clear_ends_both() {
        let faults = faults(
            r#"{"cart.GetCartCount": {"error": {"status": 7}}, "cart.*": {"error": "exception", "delay_ms": 3}}"#,
        )
        .unwrap();
        assert_eq!(faults.enter(DownstreamMethod::GetCartCount).error, Some(Failure::Status(7)));
        assert_eq!(faults.enter(DownstreamMethod::MCheckInCart).error, Some(Failure::Exception));
        assert_eq!(faults.enter(DownstreamMethod::MCheckInCart).delay_ms, 3);
        faults.clear();
        assert_eq!(faults.enter(DownstreamMethod::MCheckInCart), Fault::default());
        assert_eq!(faults.calls().get("cart.MCheckInCart"), Some(&3));
        assert_eq!(faults.calls().len(), 2);
        faults.reset_calls();
        assert!(faults.calls().is_empty());
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let error = faults(r#"{"cart.GetCard": {"hang": true}}"#).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("cart.GetCard") && text.contains("seller_core.MGetSeller"));
    }

    #[test]
    fn only_every_nth_call_fails_if_requested() {
        let faults = faults(r#"{"cart.*": {"hang": true, "every_nth_call": 3}}"#).unwrap();
        let hangs: Vec<_> = (0..6).map(|_| faults.enter(DownstreamMethod::GetCartCount).hang).collect();
        assert_eq!(hangs, [false, false, true, false, false, true]);
    }

    #[test]
    fn a_service_refuses_when_all_of_its_methods_do() {
        let faults = faults(r#"{"cart.GetCartCount": {"refuse": true}}"#).unwrap();
        assert!(!faults.refuses(Downstream::Cart));
        faults.set("cart.*", Fault { refuse: true, ..Fault::default() }).unwrap();
        assert!(faults.refuses(Downstream::Cart));
        assert!(!faults.refuses(Downstream::Auction));
    }
}
