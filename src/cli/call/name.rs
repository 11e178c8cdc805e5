//! Names of methods: those of Live Pack alone, those of downstream services after the name of their service.

use live_pack_idl::schema::{Method, SERVICES, Schema};

use super::CallError;
use crate::cli::target::Endpoint;

/// A method and its interface.
#[derive(Debug)]
pub struct Named {
    /// The interface.
    pub schema: Schema,
    /// The method.
    pub method: Method,
    /// The service, if it is a downstream service.
    pub downstream: Option<&'static str>,
}

impl Named {
    /// The method of this name, in any case: `GetLiveBagData`, `product_price.MGetProductPrice`.
    ///
    /// # Errors
    /// There is no such method.
    pub fn find(name: &str) -> Result<Self, CallError> {
        let [(ours, _), ..] = SERVICES;
        let (service, method) = name.split_once('.').unwrap_or((ours, name));
        if let Some((service, _)) = SERVICES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(service))
            && let Some(schema) = Schema::service(service).transpose()?
            && let Some(method) = schema.method(method).cloned()
        {
            return Ok(Self { schema, method, downstream: (service != ours).then_some(service) });
        }
        let known: Vec<String> = ours_and_downstream().collect();
        Err(CallError::NoSuchMethod { found: name.to_owned(), nearest: nearest(name, &known), known })
    }

    /// Checks that a downstream service has an address: the default is that of Live Pack.
    ///
    /// # Errors
    /// No address was given for a downstream service.
    pub fn check(&self, addr: &Endpoint) -> Result<(), CallError> {
        match self.downstream {
            Some(service) if *addr == Endpoint::default() => {
                Err(CallError::NoAddress { method: format!("{service}.{}", self.method.name), service })
            }
            _ => Ok(()),
        }
    }
}

/// The names of the methods of the downstream services, from D1 to D12.
pub fn downstream() -> impl Iterator<Item = String> {
    SERVICES.into_iter().skip(1).flat_map(|(service, _)| {
        // a test shows that every one can be read
        let schema = Schema::service(service).and_then(Result::ok).unwrap_or_default();
        schema.methods().iter().map(|method| format!("{service}.{}", method.name)).collect::<Vec<_>>()
    })
}

fn ours_and_downstream() -> impl Iterator<Item = String> {
    live_pack_idl::Method::ALL.into_iter().map(|method| method.name().to_owned()).chain(downstream())
}

/// The known name that takes the fewest edits, whatever the case of its letters. Without a service, only the method counts.
pub fn nearest(name: &str, known: &[String]) -> String {
    let edits = |known: &&String| {
        let compared = if name.contains('.') { known.as_str() } else { known.rsplit('.').next().unwrap_or(known) };
        strsim::damerau_levenshtein(&compared.to_lowercase(), &name.to_lowercase())
    };
    known.iter().min_by_key(edits).cloned().unwrap_or_default()
}
