//! Expiry of certificates: a metric for alarms, and a log line as a fallback.

use std::{path::PathBuf, time::Duration};

use live_pack_metrics::CERTIFICATE_EXPIRY;
use prometheus::{IntGaugeVec, Registry};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// A certificate that expires within this is logged.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Interval of the check.
pub const LOOK_EVERY: Duration = Duration::from_hours(1);

/// The validity period of the certificates in a file: the intersection of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// The purpose of the file.
    pub role: &'static str,
    /// The file.
    pub path: PathBuf,
    /// Start, in seconds of Unix time.
    pub not_before: i64,
    /// End, in seconds of Unix time.
    pub not_after: i64,
}

/// State of a certificate at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Callers will refuse it.
    Expired,
    /// Callers will refuse it before long.
    ExpiresSoon,
    /// Callers refuse it until its validity begins.
    NotYetValid,
    /// Valid.
    Good,
}

impl Validity {
    /// The validity of all certificates in a file; `None` if none of them can be read.
    #[must_use]
    pub fn of(role: &'static str, path: PathBuf, certificates: &[CertificateDer<'_>]) -> Option<Self> {
        let spans = certificates.iter().filter_map(|certificate| {
            let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
            let validity = certificate.validity();
            Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
        });
        let (not_before, not_after) = spans.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))?;
        Some(Self { role, path, not_before, not_after })
    }

    /// Its state at `now`, in seconds of Unix time.
    #[must_use]
    pub fn standing(&self, now: i64) -> Standing {
        let soon = i64::try_from(SOON.as_secs()).unwrap_or(i64::MAX);
        match () {
            () if now > self.not_after => Standing::Expired,
            () if now < self.not_before => Standing::NotYetValid,
            () if now.saturating_add(soon) > self.not_after => Standing::ExpiresSoon,
            () => Standing::Good,
        }
    }
}

/// The metric of the expiry of certificates.
#[derive(Debug, Clone)]
pub struct ExpiryMetric(IntGaugeVec);

impl ExpiryMetric {
    /// Registers the metric.
    ///
    /// # Errors
    /// The name is already registered.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self(CERTIFICATE_EXPIRY.register(registry)?))
    }

    /// Exports expiry times, and logs certificates that are invalid at `now` or expire soon.
    pub fn show(&self, validities: &[Validity], now: i64) {
        for validity in validities {
            let Validity { role, path, not_before, not_after } = validity;
            self.0.with_label_values(&[role]).set(*not_after);
            let path = path.display();
            let [from, until] = [not_before, not_after].map(|at| jiff::Timestamp::from_second(*at).unwrap_or_default());
            match validity.standing(now) {
                Standing::Good => {}
                Standing::Expired => tracing::error!(role, %path, %until, "a certificate has expired"),
                Standing::ExpiresSoon => tracing::warn!(role, %path, %until, "a certificate expires soon"),
                Standing::NotYetValid => tracing::error!(role, %path, %from, "a certificate is not valid yet"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    const DAY: i64 = 86_400;
    /// 2026-12-01.
    const END: i64 = 1_796_083_200;

    fn certificate(from: i32, until: i32) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 12, 1);
        params.not_after = date_time_ymd(until, 12, 1);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn the_narrowest_certificate_of_a_file_counts() {
        let chain = [certificate(2020, 2030), certificate(2021, 2026)];
        let validity = Validity::of("certificate", "server.pem".into(), &chain).unwrap();
        assert_eq!(validity.not_after, END);
        for (now, standing) in [
            (END + 1, Standing::Expired),
            (END, Standing::ExpiresSoon),
            (END - 13 * DAY, Standing::ExpiresSoon),
            (END - 15 * DAY, Standing::Good),
            (validity.not_before, Standing::Good),
            (validity.not_before - 1, Standing::NotYetValid),
        ] {
            assert_eq!(validity.standing(now), standing, "{now}");
        }
        assert_eq!(Validity::of("certificate", "server.pem".into(), &[]), None);
    }

    #[test]
    fn the_metric_shows_the_end_of_each_file() {
        let registry = Registry::new();
        let metric = ExpiryMetric::new(&registry).unwrap();
        let validity = Validity::of("certificate", "server.pem".into(), &[certificate(2020, 2026)]).unwrap();
        metric.show(&[validity], END);
        let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        assert!(
            text.contains(&format!("live_pack_tls_certificate_expiry_seconds{{role=\"certificate\"}} {END}")),
            "{text}"
        );
    }
}
