//! The downstream services and their methods, as the IDL lists them: written by the build script.

use std::fmt;

use crate::guard::{Service, services};

include!(concat!(env!("OUT_DIR"), "/downstream.rs"));

impl Downstream {
    /// The service of this name, spelt exactly so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The method of this name, spelt exactly so.
    #[must_use]
    pub fn method(self, name: &str) -> Option<DownstreamMethod> {
        self.methods().iter().copied().find(|method| method.name() == name)
    }
}

impl fmt::Display for Downstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for DownstreamMethod {
    /// Such as `product_price.MGetProductPrice`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_and_every_method_is_found_by_its_name() {
        let mut methods: Vec<DownstreamMethod> = Vec::new();
        for service in Downstream::ALL {
            assert_eq!(Downstream::named(service.name()), Some(service));
            assert_eq!(service.table().name, service.name());
            assert_eq!(service.table().methods.len(), service.methods().len());
            for method in service.methods() {
                assert_eq!((method.service(), service.method(method.name())), (service, Some(*method)));
            }
            methods.extend(service.methods());
        }
        assert_eq!(methods, DownstreamMethod::ALL);
        assert_eq!(Downstream::ALL.len() + 1, services::ALL.len());
        assert_eq!(DownstreamMethod::MGetProductPrice.to_string(), "product_price.MGetProductPrice");
        assert_eq!((Downstream::named("Cart"), Downstream::Cart.method("mgetseller")), (None, None));
    }
}
