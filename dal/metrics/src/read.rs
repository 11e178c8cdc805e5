//! Metrics whose values are read at each scrape instead of being updated in between.

use std::{collections::HashMap, fmt, sync::Arc};

use prometheus::{
    Error, Registry,
    core::{Collector, Desc},
    proto::{self, LabelPair, MetricFamily, MetricType},
};

use crate::{
    Family, Metric,
    family::{Described, Kind, Labelled},
};

/// A gauge that is read at each scrape, with or without labels.
#[derive(Debug)]
pub struct ReadGauge(());

/// A counter that is read at each scrape, with or without labels. Its values must never decrease.
#[derive(Debug)]
pub struct ReadCounter(());

impl Described for ReadGauge {
    const KIND: Kind = Kind::Gauge;
    const LABELLED: Labelled = Labelled::Either;
}

impl Described for ReadCounter {
    const KIND: Kind = Kind::Counter;
    const LABELLED: Labelled = Labelled::Either;
}

/// A metric whose values are read at each scrape.
pub trait Readable: Described {}

impl Readable for ReadGauge {}
impl Readable for ReadCounter {}

/// The series of one scrape.
#[derive(Debug)]
pub struct Samples<'a> {
    family: &'a Family,
    series: Vec<proto::Metric>,
}

impl Samples<'_> {
    /// Adds a series, with its label values in the order of the row's labels. Each combination may be added only once.
    pub fn put(&mut self, values: &[&str], value: f64) {
        let pair = |(name, value): (&&str, &&str)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value((*value).to_owned());
            pair
        };
        let mut labels: Vec<_> = self.family.labels.iter().zip(values).map(pair).collect();
        labels.sort_by(|one, other| one.name().cmp(other.name()));
        let mut series = proto::Metric::from_label(labels);
        if self.family.kind == Kind::Counter {
            let mut counter = proto::Counter::default();
            counter.set_value(value);
            series.set_counter(counter);
        } else {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(value);
            series.set_gauge(gauge);
        }
        self.series.push(series);
    }
}

impl<R: Readable> Metric<R> {
    /// Registers a function that is called at each scrape; it must not block.
    ///
    /// # Errors
    /// The metric is registered already.
    pub fn read(
        &self,
        registry: &Registry,
        read: impl Fn(&mut Samples<'_>) + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let family = self.family();
        let labels = family.labels.iter().map(|label| (*label).to_owned()).collect();
        let desc = Desc::new(family.name.to_owned(), family.help.to_owned(), labels, HashMap::new())?;
        registry.register(Box::new(Read { family, desc, read: Arc::new(read) }))
    }
}

/// The collector behind [`Metric::read`].
struct Read {
    family: Family,
    desc: Desc,
    read: Arc<dyn Fn(&mut Samples<'_>) + Send + Sync>,
}

impl fmt::Debug for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Read").field("family", &self.family).finish_non_exhaustive()
    }
}

impl Collector for Read {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.desc]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut samples = Samples { family: &self.family, series: Vec::new() };
        (self.read)(&mut samples);
        let mut family = MetricFamily::default();
        family.set_name(self.family.name.to_owned());
        family.set_help(self.family.help.to_owned());
        let counter = self.family.kind == Kind::Counter;
        family.set_field_type(if counter { MetricType::COUNTER } else { MetricType::GAUGE });
        family.set_metric(samples.series);
        vec![family]
    }
}
