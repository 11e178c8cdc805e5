//! Descriptions of metrics, and the creation of their handles.

use std::marker::PhantomData;

use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    core::Collector,
};

/// The kinds of metrics in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A count that never decreases while the process runs.
    Counter,
    /// A value at the time of the scrape.
    Gauge,
    /// Counts of observations by upper bound, and the sum of all observations.
    Histogram,
}

impl Kind {
    /// The name in the exposition format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Family {
    /// The name in the exposition format; it ends with the unit, counters with `_total`.
    pub name: &'static str,
    /// The kind.
    pub kind: Kind,
    /// Names of the labels; their meaning is in [`crate::LABELS`].
    pub labels: &'static [&'static str],
    /// The meaning, in one or two sentences.
    pub help: &'static str,
    /// Upper bounds of a histogram.
    pub buckets: &'static [f64],
    /// Advice for operators, such as the next thing to check; may be empty.
    pub advice: &'static str,
}

/// Rows that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The heading in the documentation.
    pub title: &'static str,
    /// The rows.
    pub families: &'static [Family],
}

/// A row with the type of its handle.
#[derive(Debug)]
pub struct Metric<H> {
    family: Family,
    handle: PhantomData<fn() -> H>,
}

impl<D: Described> Metric<D> {
    /// Creates a row. Labels and buckets that do not fit the type fail to compile.
    pub(crate) const fn new(family: Family) -> Self {
        assert!(D::LABELLED.matches(family.labels.len()), "the type does not fit the labels");
        assert!(
            matches!(D::KIND, Kind::Histogram) != family.buckets.is_empty(),
            "histograms must have buckets, other kinds must not"
        );
        Self { family: Family { kind: D::KIND, ..family }, handle: PhantomData }
    }

    /// The row.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }
}

impl<H: Handle> Metric<H> {
    /// Creates a handle without registering it.
    ///
    /// # Errors
    /// The name or a label is invalid.
    pub fn create(&self) -> Result<H, prometheus::Error> {
        H::create(&self.family)
    }

    /// Creates and registers a handle.
    ///
    /// # Errors
    /// The metric is registered already.
    pub fn register(&self, registry: &Registry) -> Result<H, prometheus::Error> {
        let handle = self.create()?;
        registry.register(Box::new(handle.clone()))?;
        Ok(handle)
    }
}

/// Whether a handle has labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labelled {
    /// One series.
    No,
    /// One series for each combination of values.
    Yes,
    /// With labels or without.
    Either,
}

impl Labelled {
    pub(crate) const fn matches(self, labels: usize) -> bool {
        match self {
            Self::No => labels == 0,
            Self::Yes => labels > 0,
            Self::Either => true,
        }
    }
}

/// A type of metric.
pub trait Described {
    /// Its kind.
    const KIND: Kind;
    /// Whether it has labels.
    const LABELLED: Labelled;
}

/// A handle of a metric, through which its values are counted or set.
pub trait Handle: Described + Collector + Clone + Sized + 'static {
    /// Creates a handle without registering it.
    ///
    /// # Errors
    /// The name or a label is invalid.
    fn create(family: &Family) -> Result<Self, prometheus::Error>;
}

fn opts(family: &Family) -> Opts {
    Opts::new(family.name, family.help)
}

fn histogram_opts(family: &Family) -> HistogramOpts {
    HistogramOpts::new(family.name, family.help).buckets(family.buckets.to_vec())
}

/// Implements [`Described`] and [`Handle`]. Each line is `type kind labelled: |family| expression;`.
macro_rules! handles {
    ($($handle:ident $kind:ident $labelled:ident: |$family:ident| $create:expr;)*) => {$(
        impl Described for $handle {
            const KIND: Kind = Kind::$kind;
            const LABELLED: Labelled = Labelled::$labelled;
        }

        impl Handle for $handle {
            fn create($family: &Family) -> Result<Self, prometheus::Error> {
                $create
            }
        }
    )*};
}

handles! {
    IntCounter Counter No: |family| IntCounter::with_opts(opts(family));
    IntCounterVec Counter Yes: |family| IntCounterVec::new(opts(family), family.labels);
    Gauge Gauge No: |family| Gauge::with_opts(opts(family));
    IntGauge Gauge No: |family| IntGauge::with_opts(opts(family));
    IntGaugeVec Gauge Yes: |family| IntGaugeVec::new(opts(family), family.labels);
    Histogram Histogram No: |family| Histogram::with_opts(histogram_opts(family));
    HistogramVec Histogram Yes: |family| HistogramVec::new(histogram_opts(family), family.labels);
}
